"""Killed at every commit that test_crash_points.py does not come by: proposals, holidays, own dates, contact."""

import datetime as dt
import uuid

import pytest

from lms.outbox import moves
from lms.people.models import Country
from tests import cast
from tests.welfare import asking
from tests.welfare.conftest import DAY
from tests.welfare.test_crash_points import MANY, STEPS, arrived, die_after
from tests.welfare.test_engine import told
from welfare.actions import contact, engine
from welfare.actions.defaults import set_default
from welfare.enums import RequestState, StepState
from welfare.kinds.holidays import public_holidays, regions
from welfare.models import ContactRequest, ContactStep, Holiday, HolidayCalendar, Occurrence, Schedule
from welfare.models.wall import as_engine, as_user, database_now

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
HOURS = 24.1


class Others:
    """Who follows a proposal that changes, whose own date has come, whose request nobody has answered yet.

    And a hotline in a country of which no calendar is kept, and a request that is over long since.
    """

    def __init__(self, schedule) -> None:
        self.schedule = schedule
        self.follower, self.asked_for, self.asker, self.former = (
            cast.user(email=f"{name}@test.example") for name in ("follower", "own-date", "asker", "former")
        )
        self.first, self.second = asking.supporter("Wanda"), asking.supporter("Tove")
        known = set(Country.objects.values_list("code", flat=True))
        self.countries = iter(sorted(known & regions().keys()))
        self.officer = asking.officer()

    def come(self, number: int) -> None:
        asking.ask(self.former, self.first)
        contact.withdraw(by=self.former)
        asking.hours_pass(24 * 20)
        asking.ask(self.asker, self.first, self.second)
        for step in STEPS:
            step()
        asking.hours_pass(HOURS)
        self.country = next(self.countries)
        cast.hotline(f"Hotline {self.country}", self.country)
        ahead = {"next_at": database_now() + 3 * DAY, "planned_until": database_now().date() + 7 * DAY}
        self.schedule(self.follower.pk, follows=["hour"], **ahead)
        self.at = dt.time(9 + number % 2)
        set_default(hotline=None, at=self.at, by=self.officer)
        self.key = f"event:{uuid.uuid4()}"
        own = self.schedule(self.asked_for.pk, tests=1, **ahead)
        with as_user(self.asked_for.pk):
            past = database_now() - dt.timedelta(minutes=1)
            Occurrence.objects.create(schedule=own, slot_key=self.key, due_at=past, open_from=past)

    def hold(self, sink, *, resend: bool) -> None:
        with as_engine():
            follower = Schedule.objects.get(user_id=self.follower.pk)
            assert (follower.at, Schedule.objects.get(user_id=self.asked_for.pk).tests) == (self.at, 0)
            assert not ContactRequest.objects.filter(user_id=self.former.pk).exists()
            steps = ContactStep.objects.filter(user_id=self.asker.pk).order_by("place")
            assert [step.state for step in steps] == [StepState.PASSED, StepState.SENT]
            year = HolidayCalendar.objects.filter(code=self.country).order_by("year").first()
            kept = Holiday.objects.filter(calendar=year).count()
        assert kept == len(public_holidays(self.country, year.year))
        assert told() == [(self.asked_for.pk, self.key)]
        came = arrived(sink)
        wanted = {self.second.email, self.asked_for.email}
        assert set(came) <= wanted
        assert sum(came.values()) <= len(wanted) + resend
        assert len(came) >= len(wanted) - (not resend)
        assert resend or set(came.values()) == {1}

    def go(self) -> None:
        for user in (self.follower, self.asked_for):
            with as_user(user.pk):
                Schedule.objects.all().delete()
        contact.withdraw(by=self.asker)
        asking.hours_pass(24 * 40)
        contact.run_contacts_once()
        with as_engine():
            assert not ContactRequest.objects.exclude(state=RequestState.WITHDRAWN).exists()
            assert not Schedule.objects.exists()


@pytest.fixture
def at_once(monkeypatch):
    """No lease and no wait outlasts the moment: whoever comes after a kill need not wait for it."""
    monkeypatch.setattr(moves, "LEASE", dt.timedelta(0))
    monkeypatch.setattr(moves, "WAITS", (dt.timedelta(0),) * len(moves.WAITS))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("mode", ["hold", "resend"])
def test_killed_at_every_commit(schedule, monkeypatch, settings, sink, at_once, mode, after):
    monkeypatch.setattr(engine, "BATCH", 1)
    settings.OUTBOX_UNCERTAIN = mode
    others, kills = Others(schedule), 0
    for commits in range(MANY):
        others.come(commits)
        sink.taken.clear()
        killed = die_after(monkeypatch, commits, after=after)
        for _tick in range(3):
            for step in STEPS:
                step()
        others.hold(sink, resend=mode == "resend")
        others.go()
        if not killed:
            break
        kills += 1
    # Calendar, proposal, own date, climb, their two mails in three moves each, what is over, and the rewriting.
    assert kills >= 10
