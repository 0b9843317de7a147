"""On which local days somebody may be reminded."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from welfare.enums import Skipped
from welfare.kinds.calendar import FreeFor, end_of, slots
from welfare.kinds.periods import ONE_DAY, Period
from welfare.models import Leave, Schedule
from welfare.queries.holidays import holidays_of, no_holiday


@dataclass(frozen=True)
class UsableDays:
    """Working days without holidays, leave and pause; call it with a local day."""

    working_days: frozenset[int]
    away: tuple[tuple[dt.date, dt.date], ...]
    is_holiday: FreeFor = no_holiday

    def __call__(self, day: dt.date) -> bool:
        return self.is_working_day(day) and self.is_there(day) and not self.is_holiday(day)

    def is_working_day(self, day: dt.date) -> bool:
        return day.isoweekday() in self.working_days

    def is_there(self, day: dt.date) -> bool:
        """Neither on leave nor paused: all that a date asked for looks at."""
        return not any(first <= day <= last for first, last in self.away)

    def why_none_in(self, period: Period) -> Skipped:
        """Why no day of a period can be used."""
        days = (period.first + number * ONE_DAY for number in range((period.last - period.first).days + 1))
        working = [day for day in days if self.is_working_day(day)]
        if not working:
            return Skipped.NO_DAY
        return Skipped.HOLIDAY if all(map(self.is_there, working)) else Skipped.LEAVE


def usable_days(schedule: Schedule) -> UsableDays:
    """Two queries: none for leave where that was prefetched, none for holidays where none are kept."""
    return _usable(schedule, schedule.leave.all(), holidays_of(schedule.holidays))


def without_leave(schedule: Schedule) -> UsableDays:
    """The same of a schedule that is not saved and so has no leave: one query at most."""
    return _usable(schedule, (), holidays_of(schedule.holidays))


def usable_days_of(schedules: Collection[Schedule], free: Mapping[str, FreeFor]) -> dict[int, UsableDays]:
    """The same by schedule, for many of them in one query; ``free`` holds their calendars."""
    leave: dict[int, list[Leave]] = {schedule.pk: [] for schedule in schedules}
    for row in Leave.objects.filter(schedule__in=leave):
        leave[row.schedule_id].append(row)
    return {one.pk: _usable(one, leave[one.pk], free[one.holidays]) for one in schedules}


def _usable(schedule: Schedule, leave: Iterable[Leave], is_holiday: FreeFor) -> UsableDays:
    away = away_of(schedule, ((row.first, row.last) for row in leave))
    return UsableDays(frozenset(schedule.working_days), away, is_holiday)


def away_of(
    schedule: Schedule, leave: Iterable[tuple[dt.date, dt.date]]
) -> tuple[tuple[dt.date, dt.date], ...]:
    """Leave and pause, as first and last local days."""
    pause = [(dt.date.min, schedule.paused_until)] if schedule.paused_until else []
    return (*leave, *pause)


def next_look(schedule: Schedule, usable: UsableDays) -> dt.datetime:
    """When the next slot comes, or its period ends without a day for it."""
    return look_after(schedule, schedule.planned_until, usable)


def look_after(schedule: Schedule, planned_until: dt.date, usable: UsableDays) -> dt.datetime:
    """The same, had it been planned until another day."""
    ahead = next(slots(schedule.rhythm, after=planned_until, usable=usable))
    return ahead.due_at or end_of(ahead.period, schedule.zone)
