"""What judges a run finds what is wrong, and nothing where all is well: the engine, and engines broken on purpose."""

import datetime as dt
from random import Random

import pytest
from django.db import connections

from lms.ops.database import as_owner
from lms.people.models import User
from tests.chaos import broken
from tests.chaos.audit import EVENTS, REMOVE, install, mark
from tests.chaos.people import change_everything
from tests.chaos.truth import Verdict, judge
from tests.welfare.conftest import DAY
from welfare.actions import engine, events, schedules, settling
from welfare.actions.defaults import set_default
from welfare.actions.events import add_own_date
from welfare.actions.holidays import add_holiday
from welfare.actions.schedules import add_leave, set_reminders, stop_reminders
from welfare.models import Occurrence, Schedule
from welfare.models.wall import as_engine, as_user, database_now
from welfare.queries.days import UsableDays

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = range(1, 6)


def today() -> dt.date:
    return database_now().date()


# The database refuses a second notice by this; an engine without a lock is only wrong without it.
ONCE = "ALTER TABLE welfare.welfare_notice {} welfare_notice_pkey {}"


def ask(sql: str) -> list[tuple[object, ...]]:
    with as_owner() as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def audit():
    install(ask)
    yield
    ask(REMOVE)


@pytest.fixture
def nothing_refused():
    ask(ONCE.format("DROP CONSTRAINT", ""))
    yield
    with as_engine():
        Schedule.objects.all().delete()
    ask(f"TRUNCATE welfare.welfare_notice; {ONCE.format('ADD CONSTRAINT', 'PRIMARY KEY (occurrence_id)')}")


@pytest.fixture
def people(audit, schedule):
    """Five who begin today for every week, on a day that comes tomorrow: nothing is due yet."""
    tomorrow = (database_now() + DAY).date()
    for number in PEOPLE:
        schedule(number, day=tomorrow.isoweekday(), planned_until=tomorrow - tomorrow.isoweekday() * DAY)
    return tomorrow


@pytest.fixture
def day_later(monkeypatch):
    """The database's clock, for the engine, for who looks at it, and for the audit."""

    def move(by: dt.timedelta = DAY) -> None:
        later = f"SELECT clock_timestamp() + interval '{by.total_seconds()} seconds'"
        ask(
            "CREATE OR REPLACE FUNCTION chaos.note(schedule bigint, kind text, about jsonb) RETURNS void LANGUAGE sql AS"
            f" $$ INSERT INTO chaos.event (schedule, kind, at, about) VALUES (schedule, kind, ({later}), about) $$"
        )
        for room in (engine, events, schedules, settling, broken):
            if hasattr(room, "database_now"):
                monkeypatch.setattr(room, "database_now", lambda: database_now() + by)

    return move


def verdict() -> Verdict:
    mark(ask, "settled")
    connections["welfare"].close()
    return judge(ask(EVENTS))


def test_the_engine_as_it_is_breaks_nothing(people, day_later):
    day_later()
    engine.run_once()
    found = verdict()
    assert (dict(found.breaches), found.told, found.accounted) == ({}, len(PEOPLE), len(PEOPLE))


def test_edits_in_the_middle_break_nothing(people, day_later):
    day_later()
    chance = Random(5)  # noqa: S311 - the same each time
    engine.plan_batch()
    for number in PEOPLE:
        change_everything(User(pk=number), chance)
    add_leave(by=User(pk=1), first=people, last=people + 3 * DAY)
    stop_reminders(by=User(pk=2))
    set_reminders(by=User(pk=3), at=dt.time(23, 45))
    engine.run_once()
    assert dict(verdict().breaches) == {}


def test_one_that_is_not_told_is_lost(people, day_later):
    day_later()
    with as_user(3):
        Schedule.objects.update(next_at=database_now() + 30 * DAY)
    engine.run_once()
    found = verdict()
    assert len(found.breaches["lost"]) == 1
    assert found.told == len(PEOPLE) - 1


def test_mark_then_send_loses_what_it_was_killed_over(people, day_later):
    day_later()
    engine.plan_batch()
    # Killed here; the next one finds nothing to do.
    broken.mark()
    assert broken.mark_then_send() == 0
    assert len(verdict().breaches["lost"]) == len(PEOPLE)


def test_without_a_lock_two_tell_the_same(people, day_later, nothing_refused):
    day_later()
    engine.plan_batch()
    one, two = broken.look(), broken.look()
    broken.tell(one)
    broken.tell(two)
    assert len(verdict().breaches["doubled"]) == len(PEOPLE)


def test_by_a_clock_that_runs_ahead_it_is_early(people, monkeypatch):
    monkeypatch.setattr("welfare.actions.engine.database_now", lambda: database_now() + DAY)
    engine.run_once()
    assert len(verdict().breaches["early"]) == len(PEOPLE)


def test_what_is_told_in_quiet_hours_is_found(people, day_later, monkeypatch):
    day_later()
    with as_engine():
        now = database_now()
        quiet = {
            "quiet_from": (now - 2 * dt.timedelta(hours=1)).time(),
            "quiet_until": (now + dt.timedelta(hours=2)).time(),
        }
        Schedule.objects.update(**quiet)
    monkeypatch.setattr("welfare.actions.engine.humane", lambda quiet, moment, zone, usable: moment)
    engine.run_once()
    assert len(verdict().breaches["in quiet hours"]) == len(PEOPLE)


class TestWhatOfficersSay:
    @pytest.fixture
    def followers(self, audit, schedule):
        """Five who follow the hour, of whom nothing is due; the network says another one."""
        for number in PEOPLE:
            schedule(number, follows=["hour"], next_at=database_now() + DAY, planned_until=today() + 14 * DAY)
        set_default(hotline=None, at=dt.time(5), by=User(pk=99))

    def test_all_take_it_up(self, followers):
        engine.run_once()
        assert (dict(verdict().breaches), verdict().lagging) == ({}, 0)

    def test_an_engine_that_does_not_look_again_lags(self, followers, monkeypatch):
        monkeypatch.setattr(engine, "look_again_batch", lambda: 0)
        engine.run_once()
        assert verdict().lagging == len(PEOPLE)

    def test_a_holiday_is_kept(self, people, day_later):
        self.free(people)
        engine.run_once()
        day_later()
        engine.run_once()
        found = verdict()
        assert (dict(found.breaches), found.told) == ({}, 0)

    def test_one_that_knows_no_holidays_is_found(self, people, day_later, monkeypatch):
        self.free(people)
        monkeypatch.setattr(UsableDays, "__call__", lambda days, day: days.is_working_day(day))
        day_later()
        engine.run_once()
        monkeypatch.undo()
        # On the last day of a week there is no later day: the week should have passed.
        found = verdict().breaches
        assert len(found["early"] + found["told though left out"]) == len(PEOPLE)

    def free(self, day):
        for number in PEOPLE:
            set_reminders(by=User(pk=number), holidays="FR")
        add_holiday(code="FR", day=day, name="Day off", by=User(pk=99))


class TestDatesAskedFor:
    @pytest.fixture
    def dates(self, people):
        """Two of the same person, an hour and two from now; the person's week comes tomorrow."""
        for hours in (1, 2):
            local = (database_now() + dt.timedelta(hours=hours)).replace(tzinfo=None)
            add_own_date(local=local, by=User(pk=1))

    def test_each_is_told_and_has_a_day_to_itself(self, dates, day_later):
        for days in (1, 2, 3):
            day_later(days * DAY + dt.timedelta(hours=days))
            engine.run_once()
            mark(ask, "settled")
        found = verdict()
        assert (dict(found.breaches), found.asked_for) == ({}, 2)
        assert found.told == len(PEOPLE) + 2

    def test_one_that_is_left_out_is_lost(self, dates, day_later):
        with as_user(1):
            Occurrence.objects.filter(slot_key__startswith="event:").update(
                due_at=database_now() + 30 * DAY, open_from=database_now() + 30 * DAY
            )
        day_later(3 * DAY)
        engine.run_once()
        assert len(verdict().breaches["lost"]) == 2

    def test_both_at_once_leave_the_first_no_day(self, dates, day_later, monkeypatch):
        monkeypatch.setattr(engine, "ITS_OWN_DAY", dt.timedelta(0))
        day_later(3 * DAY)
        engine.run_once()
        assert verdict().breaches["in the day of another"]
