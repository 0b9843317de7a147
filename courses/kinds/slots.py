"""An hour for people in many time zones, and whose turn it is to get up early or stay late.

Pure: it is told the zones, how many people each has, and how often each had an unsocial hour before.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

STEP = dt.timedelta(minutes=30)
DAYS = 7
# By the clock on the wall, from Monday to Friday.
WORKS_FROM, WORKS_UNTIL = dt.time(9), dt.time(17)


@dataclass(frozen=True)
class Group:
    """The people of one IANA zone; ``unsocial`` is how many earlier sessions were outside their hours."""

    zone: str
    people: int
    unsocial: int = 0


@dataclass(frozen=True)
class Local:
    """What a slot is for one group: wall-clock times, and minutes of it outside working hours."""

    group: Group
    starts: dt.datetime
    ends: dt.datetime
    outside: int

    @property
    def is_unsocial(self) -> bool:
        return self.outside > 0


@dataclass(frozen=True)
class Slot:
    """UTC instants, and how it is for each group, in the groups' order."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    locals: Sequence[Local]

    @property
    def people_within(self) -> int:
        return sum(one.group.people for one in self.locals if not one.is_unsocial)

    @property
    def turns(self) -> int:
        """How often the group that it is hardest on would have had an unsocial hour, this one included."""
        return max((one.group.unsocial + 1 for one in self.locals if one.is_unsocial), default=0)

    @property
    def people_minutes(self) -> int:
        return sum(one.group.people * one.outside for one in self.locals)


def propose(
    groups: Sequence[Group], monday: dt.date, minutes: int, most: int = 5, after: dt.datetime | None = None
) -> list[Slot]:
    """The best slots of the week (UTC) that begins on ``monday``, the best first and at most one a day;
    none that begins before ``after`` (UTC).

    Looked at are those in which more than half of the people are within their working hours; where there is
    none, those with the most people. Each unsocial hour that a group had more than another counts its people
    once more, so that in the end nobody has all of them. Of these slots the first is the one whose hardest
    hit group had the fewest unsocial hours before. Then fewer people outside their hours, for less time.
    """
    found = [_slot(groups, at, minutes) for at in _starts(monday) if after is None or at >= after]
    if not (groups and found):
        return []
    weights = _weights(groups)
    within = [_sum_within(slot, weights) for slot in found]
    enough = min(max(within), sum(weights) // 2 + 1)
    ranked = sorted((slot for slot, sum_of in zip(found, within, strict=True) if sum_of >= enough), key=_rank)
    days: dict[dt.date, Slot] = {}
    for slot in ranked:
        days.setdefault(slot.starts_at.date(), slot)
    return list(days.values())[:most]


def unsocial(zone: str, starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
    """Whether a session (UTC) was outside the working hours of a zone, in part or wholly."""
    return _outside(*(moment.astimezone(ZoneInfo(zone)) for moment in (starts_at, ends_at))) > 0


def _weights(groups: Sequence[Group]) -> list[int]:
    least = min(group.unsocial for group in groups)
    return [group.people * (1 + group.unsocial - least) for group in groups]


def _sum_within(slot: Slot, weights: Sequence[int]) -> int:
    return sum(weight for one, weight in zip(slot.locals, weights, strict=True) if not one.is_unsocial)


def _rank(slot: Slot) -> tuple[int, int, int, dt.datetime]:
    return slot.turns, -slot.people_within, slot.people_minutes, slot.starts_at


def _starts(monday: dt.date) -> list[dt.datetime]:
    first = dt.datetime.combine(monday, dt.time(), dt.UTC)
    return [first + number * STEP for number in range(DAYS * int(dt.timedelta(days=1) / STEP))]


def _slot(groups: Sequence[Group], starts_at: dt.datetime, minutes: int) -> Slot:
    ends_at = starts_at + dt.timedelta(minutes=minutes)
    return Slot(starts_at, ends_at, [_local(group, starts_at, ends_at) for group in groups])


def _local(group: Group, starts_at: dt.datetime, ends_at: dt.datetime) -> Local:
    starts, ends = (moment.astimezone(ZoneInfo(group.zone)) for moment in (starts_at, ends_at))
    return Local(group, starts, ends, _outside(starts, ends))


def _outside(starts: dt.datetime, ends: dt.datetime) -> int:
    """Minutes between two local moments that are not working time."""
    # Aware times of one zone are subtracted by their clocks; a change of the clock must not shorten them.
    whole = int((ends.astimezone(dt.UTC) - starts.astimezone(dt.UTC)) / dt.timedelta(minutes=1))
    if starts.weekday() > 4:
        return whole
    opens = dt.datetime.combine(starts.date(), WORKS_FROM, starts.tzinfo)
    closes = dt.datetime.combine(starts.date(), WORKS_UNTIL, starts.tzinfo)
    within = min(ends, closes) - max(starts, opens)
    return whole - max(int(within / dt.timedelta(minutes=1)), 0)
