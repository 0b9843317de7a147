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
from welfare.actions import engine
from welfare.actions.schedules import add_leave, set_reminders, stop_reminders
from welfare.models import Schedule
from welfare.models.wall import as_engine, as_user, database_now

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = range(1, 6)
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
        for room in (
            "welfare.actions.engine",
            "welfare.actions.schedules",
            "welfare.actions.settling",
            "tests.chaos.broken",
        ):
            monkeypatch.setattr(f"{room}.database_now", lambda: database_now() + by)

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
