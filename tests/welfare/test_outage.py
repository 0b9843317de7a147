"""Seven days without the engine: what came due meanwhile is told in order, once, and in nobody's quiet hours."""

import datetime as dt

import pytest
from django.db import connections

from tests.welfare.conftest import DAY, EVERY_DAY
from welfare.actions import engine
from welfare.models import Notice, Occurrence, Schedule
from welfare.models.wall import as_engine, database_now

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = dt.timedelta(hours=1)


def due_over_a_week(number: int) -> None:
    """Weekly ones, planned until before last week, at all hours; every third has its quiet hours now."""
    now, monday = database_now(), this_monday()
    quiet = [((now - HOUR).time(), (now + HOUR).time()), (dt.time(0), dt.time(0))]
    rows = [
        Schedule(
            user_id=user_id,
            cadence="weekly",
            day=user_id % 7 + 1,
            at=at_of(user_id),
            zone="UTC",
            working_days=EVERY_DAY,
            quiet_from=quiet[user_id % 3 > 0][0],
            quiet_until=quiet[user_id % 3 > 0][1],
            planned_until=monday - 8 * DAY,
            next_at=now - (user_id * 7919 % number) * 7 * DAY / number,
        )
        for user_id in range(1, number + 1)
    ]
    with as_engine():
        Schedule.objects.bulk_create(rows)


def at_of(user_id: int) -> dt.time:
    return dt.time(user_id * 7919 % 24, user_id * 104_729 % 60)


def this_monday() -> dt.date:
    today = database_now().date()
    return today - (today.isoweekday() - 1) * DAY


def newest_due(user_id: int) -> dt.datetime:
    """This week's where that has come, else last week's."""
    day = this_monday() + (user_id % 7) * DAY
    this_week = dt.datetime.combine(day, at_of(user_id), dt.UTC)
    return this_week if this_week <= database_now() else this_week - 7 * DAY


def in_the_order_told() -> list[tuple[int, dt.datetime]]:
    """By the transactions that wrote the notices, not by anything that the engine says."""
    with as_engine(), connections["welfare"].cursor() as cursor:
        cursor.execute(
            "SELECT s.user_id, o.open_from FROM welfare_notice n"
            " JOIN welfare_occurrence o ON o.id = n.occurrence_id"
            " JOIN welfare_schedule s ON s.id = o.schedule_id ORDER BY n.xmin::text::bigint, n.ctid"
        )
        return cursor.fetchall()


@pytest.mark.parametrize("number", [300, pytest.param(10_000, marks=pytest.mark.long)])
def test_a_week_of_outage_drains_in_order_with_one_reminder_a_schedule(number):
    due_over_a_week(number)
    engine.run_once()
    told = in_the_order_told()
    quiet = {user_id for user_id in range(1, number + 1) if user_id % 3 == 0}
    assert sorted(user_id for user_id, _ in told) == sorted(set(range(1, number + 1)) - quiet)
    assert [moment for _, moment in told] == sorted(newest_due(user_id) for user_id, _ in told)
    two_came = sum(newest_due(user_id).date() >= this_monday() for user_id in range(1, number + 1))
    with as_engine():
        waiting = Occurrence.objects.filter(state="planned")
        assert set(waiting.values_list("schedule__user_id", flat=True)) == quiet
        assert all(one.open_from > database_now() for one in waiting)
        assert Occurrence.objects.filter(state="skipped", skipped_for="coalesced").count() == two_came
    assert engine.run_once() == 0
    with as_engine():
        Schedule.objects.update(quiet_from=dt.time(0), quiet_until=dt.time(0))
        waiting.update(open_from=database_now())
    engine.run_once()
    with as_engine():
        assert Notice.objects.count() == number
