"""When a reminder falls due: pure functions of somebody's rhythm, free days and quiet hours.

Days and hours are local to the person's IANA zone, instants are aware and in UTC. The rules are those of
docs/adr/0016-when-a-reminder-falls-due.md.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice, takewhile
from zoneinfo import ZoneInfo

from lms.kit.clock import instant
from welfare.enums import Cadence
from welfare.kinds.periods import MONTHS, ONE_DAY, Period, following, month_after, period_of

LOOK_AHEAD_DAYS = 100

# Says of a local day whether somebody may be reminded on it: a working day, no holiday, not on leave.
FreeFor = Callable[[dt.date], bool]


@dataclass(frozen=True)
class Rhythm:
    """How often, on which day and at what local time somebody wishes to be reminded.

    ``day`` is an ISO weekday (1 is Monday; of the first week of a fortnight), or a day of the month (of the
    first month of a quarter), where 31 means the last.
    """

    cadence: Cadence
    day: int
    at: dt.time
    zone: str

    @property
    def place(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


@dataclass(frozen=True)
class Quiet:
    """Local hours in which nothing is sent, from ``start`` until just before ``end``, over midnight too.

    Equal ends mean no quiet hours.
    """

    start: dt.time
    end: dt.time

    def covers(self, at: dt.time) -> bool:
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


@dataclass(frozen=True)
class Slot:
    """The one reminder of a period; ``due_at`` is None where no day of it can be used."""

    period: Period
    due_at: dt.datetime | None


def slots(rhythm: Rhythm, *, after: dt.date, usable: FreeFor) -> Iterator[Slot]:
    """The slots of all periods that begin after a local day, without end."""
    while True:
        period = following(rhythm.cadence, after)
        yield slot_of(rhythm, period, usable)
        after = period.last


def slot_of(rhythm: Rhythm, period: Period, usable: FreeFor) -> Slot:
    day = day_in(period, wished_day(rhythm, period), usable)
    return Slot(period, instant(dt.datetime.combine(day, rhythm.at), rhythm.zone) if day else None)


def wished_day(rhythm: Rhythm, period: Period) -> dt.date:
    """The day asked for, at latest the last of its week or month: monthly on the 31st is 30 April."""
    wished = period.first + dt.timedelta(days=rhythm.day - 1)
    last = month_after(period.first) - ONE_DAY if rhythm.cadence in MONTHS else period.last
    return min(wished, last)


def day_in(period: Period, wished: dt.date, usable: FreeFor) -> dt.date | None:
    """The day wished for; else the next usable one of the period, else the one before, else none."""
    later = days(wished, (period.last - wished).days + 1, ONE_DAY)
    earlier = days(wished - ONE_DAY, (wished - period.first).days, -ONE_DAY)
    return next((day for day in chain(later, earlier) if usable(day)), None)


def days(start: dt.date, count: int, step: dt.timedelta) -> Iterator[dt.date]:
    return (start + number * step for number in range(count))


def slots_due(rhythm: Rhythm, *, after: dt.date, now: dt.datetime, usable: FreeFor) -> list[Slot]:
    """The slots that have come by an instant, oldest first; only the newest of them is to be used.

    A period without a usable day has come once its last local day is over.
    """

    def has_come(slot: Slot) -> bool:
        return (slot.due_at or end_of(slot.period, rhythm.zone)) <= now

    return list(takewhile(has_come, slots(rhythm, after=after, usable=usable)))


def end_of(period: Period, zone: str) -> dt.datetime:
    """The first instant after the period's last local day."""
    return instant(dt.datetime.combine(period.last + ONE_DAY, dt.time()), zone)


def planned_through(rhythm: Rhythm, *, now: dt.datetime, usable: FreeFor) -> dt.date:
    """The last local day of the periods that are over for a new or changed rhythm.

    The present period still counts where its reminder lies ahead: nobody is reminded at once for changing
    a setting.
    """
    period = period_of(rhythm.cadence, now.astimezone(rhythm.place).date())
    due_at = slot_of(rhythm, period, usable).due_at
    return period.first - ONE_DAY if due_at and due_at > now else period.last


def next_dates(
    rhythm: Rhythm, quiet: Quiet, *, after: dt.date, usable: FreeFor, count: int
) -> list[dt.datetime]:
    """The next instants at which somebody is reminded; fewer where hardly a day can be used."""
    ahead = islice(slots(rhythm, after=after, usable=usable), 4 * count)
    due = [slot.due_at for slot in ahead if slot.due_at][:count]
    return [humane(quiet, moment, rhythm.zone, usable) for moment in due]


def humane(quiet: Quiet, moment: dt.datetime, zone: str, usable: FreeFor) -> dt.datetime:
    """The moment itself, or the first one after it outside quiet hours on a usable day, as UTC.

    It is looked for some months ahead; a newer reminder comes before that.
    """
    for _turn in range(LOOK_AHEAD_DAYS):
        moment = outside(quiet, moment, zone)
        day = moment.astimezone(ZoneInfo(zone)).date()
        if usable(day):
            break
        moment = instant(dt.datetime.combine(day + ONE_DAY, dt.time()), zone)
    return moment


def outside(quiet: Quiet, moment: dt.datetime, zone: str) -> dt.datetime:
    """The moment itself, or the end of the quiet hours it lies in, as UTC.

    An end that a clock change repeats is the first one still ahead; one that it skips takes the offset
    before the change, as due times do.
    """
    local = moment.astimezone(ZoneInfo(zone))
    if not quiet.covers(local.time()):
        return moment.astimezone(dt.UTC)
    ends = (end for day in days(local.date(), 3, ONE_DAY) for end in readings(day, quiet.end, zone))
    return min(end for end in ends if end > moment and not quiet.covers(local_time(end, zone)))


def readings(day: dt.date, at: dt.time, zone: str) -> list[dt.datetime]:
    """The instants at which local clocks show a time: two different ones where they are put back over it."""
    local = dt.datetime.combine(day, at, ZoneInfo(zone))
    return [local.replace(fold=fold).astimezone(dt.UTC) for fold in (0, 1)]


def local_time(moment: dt.datetime, zone: str) -> dt.time:
    return moment.astimezone(ZoneInfo(zone)).time()
