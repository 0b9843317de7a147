"""Killed before and after every commit that writes: nothing is lost, nothing told twice, mail as its mode says."""

import datetime as dt

import pytest
from django.db import connections

from lms.outbox import drain
from lms.outbox.states import State
from tests import cast
from tests.dying import Killed
from tests.welfare import mails
from tests.welfare.conftest import DAY
from tests.welfare.test_engine import this_week, told
from welfare.actions import engine, retention
from welfare.actions.checkins import close_checkin
from welfare.models import Delivery, Occurrence, Schedule
from welfare.models.wall import as_engine, as_user, database_now

pytestmark = pytest.mark.django_db(transaction=True)
# More commits than a run over so few schedules makes: the loop below ends by itself.
MANY = 60
STEPS = (engine.run_once, drain.run_once, retention.forget, retention.rewrite)
WRITES = "SELECT pg_current_xact_id_if_assigned() IS NOT NULL"


class Commits:
    """Lets so many commits that write something through and dies at the next, before it or after.

    A commit that writes nothing leaves what the one before it left.
    """

    def __init__(self, monkeypatch, *, let_through: int, after: bool) -> None:
        self.left, self.after, self.killed = let_through, after, False
        self.commit = connections["welfare"]._commit
        monkeypatch.setattr(connections["welfare"], "_commit", self)

    def __call__(self) -> None:
        self.left -= self.writes()
        if self.left >= 0 or self.after:
            self.commit()
        if self.left < 0:
            self.killed = True
            # What is left of a killed process: a connection that the server finds gone.
            connections["welfare"].connection.close()
            raise Killed

    def writes(self) -> bool:
        with connections["welfare"].cursor() as cursor:
            cursor.execute(WRITES)
            return bool(cursor.fetchone()[0])


def die_after(monkeypatch, commits: int, *, after: bool) -> bool:
    """Run everything until it is killed; whether it was, or came to its end before."""
    with monkeypatch.context() as patch:
        watched = Commits(patch, let_through=commits, after=after)
        try:
            for step in STEPS:
                step()
                if watched.killed:
                    break
        except BaseException:
            # Django may put its own error in the place of the kill, when it finds the connection gone.
            if not watched.killed:
                raise
    if watched.killed:
        # Whoever comes next is another process, which knows nothing of the former's transaction.
        del connections["welfare"]
    return watched.killed


class Crowd:
    """Whoever a run may meet: three to be told, one quicker than the mail, two over whose mail somebody died.

    And somebody with a reminder of a year that is long over.
    """

    def __init__(self, schedule) -> None:
        self.schedule = schedule
        self.fresh = [cast.user(email=f"fresh{number}@test.example") for number in range(3)]
        self.quick = cast.user(email="quick@test.example")
        self.claimed = cast.user(email="claimed@test.example")
        self.handed_over = cast.user(email="handed-over@test.example")
        self.everybody = [*self.fresh, self.quick, self.claimed, self.handed_over]
        self.wanted = {user.email for user in self.everybody} - {self.quick.email}

    def come(self) -> None:
        for user in (self.quick, self.claimed, self.handed_over):
            self.schedule(user.pk)
        engine.run_once()
        close_checkin(by=self.quick)
        for user, state in ((self.claimed, State.CLAIMED), (self.handed_over, State.TRANSMITTING)):
            over = database_now() - dt.timedelta(minutes=1)
            mails.put(mail_of(user.pk), state=state, tries=1, lease_until=over)
        for user in self.fresh:
            self.schedule(user.pk, weeks_before=1)
        self.of_old = self.schedule(10**9, next_at=database_now() + DAY)
        with as_engine():
            Occurrence.objects.create(
                schedule=self.of_old, slot_key="M2020-01", state="skipped", skipped_for="leave"
            )

    def go(self) -> None:
        for user_id in [*(user.pk for user in self.everybody), 10**9]:
            with as_user(user_id):
                Schedule.objects.all().delete()
        with as_engine():
            assert not Schedule.objects.exists()


def mail_of(user_id: int) -> Delivery:
    with as_engine():
        return Delivery.objects.get(occurrence__schedule__user_id=user_id)


def recover() -> None:
    """As the ticks of an hour would, in processes that live."""
    for _tick in range(2):
        mails.leases_over()
        mails.now_due()
        for step in STEPS:
            step()


def arrived(sink) -> dict[str, int]:
    found: dict[str, int] = {}
    for mail in sink.taken:
        found[mail["To"]] = found.get(mail["To"], 0) + 1
    return found


def hold(crowd, sink) -> None:
    """Nothing twice; what did not come for certain is said to be uncertain."""
    came = arrived(sink)
    assert set(came.values()) == {1}
    missing = crowd.wanted - set(came)
    assert missing <= {user.email for user in crowd.everybody}
    for user in crowd.everybody:
        if user.email in missing:
            assert mail_of(user.pk).state == State.UNCERTAIN
    assert crowd.handed_over.email in missing
    assert len(missing) <= 2


def resend(crowd, sink) -> None:
    """Nothing lost; at most the one whose sender was killed comes twice, under one Message-ID."""
    came = arrived(sink)
    assert set(came) == crowd.wanted
    assert sum(came.values()) <= len(crowd.wanted) + 1
    assert len(sink.ids) == len(crowd.wanted)
    assert {mail_of(user.pk).state for user in crowd.everybody} == {State.SENT, State.CANCELLED}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("promise", [hold, pytest.param(resend, marks=pytest.mark.long)])
def test_killed_at_every_commit(schedule, monkeypatch, settings, sink, promise, after):
    monkeypatch.setattr(engine, "BATCH", 1)
    settings.OUTBOX_UNCERTAIN = promise.__name__
    crowd, kills = Crowd(schedule), 0
    for commits in range(MANY):
        sink.taken.clear()
        crowd.come()
        killed = die_after(monkeypatch, commits, after=after)
        recover()
        assert told() == sorted((user.pk, this_week()) for user in crowd.everybody), f"commit {commits}"
        promise(crowd, sink)
        assert mail_of(crowd.quick.pk).state == State.CANCELLED
        with as_engine():
            assert not Occurrence.objects.filter(schedule=crowd.of_old).exists()
        crowd.go()
        if not killed:
            break
        kills += 1
    assert kills >= 16
