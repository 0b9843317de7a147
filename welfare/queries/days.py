"""On which local days somebody may be reminded."""

import datetime as dt
from dataclasses import dataclass

from welfare.enums import Skipped
from welfare.kinds.calendar import end_of, slots
from welfare.kinds.periods import ONE_DAY, Period
from welfare.models import Schedule


@dataclass(frozen=True)
class UsableDays:
    """Working days without leave and pause; call it with a local day."""

    working_days: frozenset[int]
    away: tuple[tuple[dt.date, dt.date], ...]

    def __call__(self, day: dt.date) -> bool:
        return self.is_working_day(day) and not any(first <= day <= last for first, last in self.away)

    def is_working_day(self, day: dt.date) -> bool:
        return day.isoweekday() in self.working_days

    def why_none_in(self, period: Period) -> Skipped:
        """Why no day of a period can be used."""
        days = (period.first + number * ONE_DAY for number in range((period.last - period.first).days + 1))
        return Skipped.LEAVE if any(map(self.is_working_day, days)) else Skipped.NO_DAY


def usable_days(schedule: Schedule) -> UsableDays:
    """One query, or none where the leave was prefetched."""
    away = [(leave.first, leave.last) for leave in schedule.leave.all()]
    if schedule.paused_until:
        away.append((dt.date.min, schedule.paused_until))
    return UsableDays(frozenset(schedule.working_days), tuple(away))


def next_look(schedule: Schedule, usable: UsableDays) -> dt.datetime:
    """When the next slot comes, or its period ends without a day for it."""
    ahead = next(slots(schedule.rhythm, after=schedule.planned_until, usable=usable))
    return ahead.due_at or end_of(ahead.period, schedule.zone)
