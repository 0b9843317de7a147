"""Schedules as somebody has them, made behind the wall."""

import datetime as dt

import pytest

from tests.outbox.conftest import sink  # noqa: F401 - a fixture of theirs, and ours
from welfare.models import Schedule
from welfare.models.wall import as_user, database_now

DAY = dt.timedelta(days=1)
EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
NEVER_QUIET = {"quiet_from": dt.time(0), "quiet_until": dt.time(0)}


@pytest.fixture
def schedule():
    """Makes a weekly schedule for Mondays 00:00 UTC, with this week and so many before it not planned yet."""

    def make(user_id: int = 1, *, weeks_before: int = 0, **fields: object) -> Schedule:
        today = database_now().date()
        usual = {
            "cadence": "weekly",
            "day": 1,
            "at": dt.time(0),
            "zone": "UTC",
            "working_days": EVERY_DAY,
            "planned_until": today - (today.isoweekday() + 7 * weeks_before) * DAY,
            "next_at": database_now() - DAY,
            **NEVER_QUIET,
        }
        with as_user(user_id):
            return Schedule.objects.create(user_id=user_id, **(usual | fields))

    return make
