"""Killed before and after every commit of the engine: nothing is lost, and nothing is told twice."""

import pytest
from django.db import connections

from tests.welfare.test_engine import this_week, told
from welfare.actions import engine
from welfare.models import Schedule
from welfare.models.wall import as_engine, as_user

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = range(1, 8)
# More commits than a run of so few schedules makes: the loop below ends by itself.
MANY = 50


class Killed(BaseException):
    """Not an Exception: no handler of the engine's may catch a kill."""


class Commits:
    """Lets so many commits of the welfare connection through and dies at the next, before it or after."""

    def __init__(self, monkeypatch, *, let_through: int, after: bool) -> None:
        self.left, self.after, self.killed = let_through, after, False
        self.commit = connections["welfare"]._commit
        monkeypatch.setattr(connections["welfare"], "_commit", self)

    def __call__(self) -> None:
        self.left -= 1
        if self.left >= 0 or self.after:
            self.commit()
        if self.left < 0:
            self.killed = True
            # What is left of a killed process: a connection that the server finds gone.
            connections["welfare"].connection.close()
            raise Killed


def die_after(monkeypatch, commits: int, *, after: bool) -> bool:
    """Run the engine until it is killed; whether it was, or came to its end before."""
    with monkeypatch.context() as patch:
        watched = Commits(patch, let_through=commits, after=after)
        try:
            engine.run_once()
        except BaseException:
            # Django may put its own error in the place of the kill, when it finds the connection gone.
            if not watched.killed:
                raise
            connections["welfare"].close()
    return watched.killed


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_every_commit(schedule, monkeypatch, after):
    monkeypatch.setattr(engine, "BATCH", 2)
    kills = 0
    for commits in range(MANY):
        for user_id in PEOPLE:
            schedule(user_id, weeks_before=user_id % 3)
        killed = die_after(monkeypatch, commits, after=after)
        engine.run_once()
        assert told() == [(user_id, this_week()) for user_id in PEOPLE], f"commit {commits}"
        empty()
        if not killed:
            break
        kills += 1
    assert kills >= 8


def empty() -> None:
    for user_id in PEOPLE:
        with as_user(user_id):
            Schedule.objects.all().delete()
    with as_engine():
        assert not Schedule.objects.exists()
