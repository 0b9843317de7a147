"""The dates on which something is repeated, as plain dates of the place."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

# Two years of a weekly session; nobody reads a longer preview.
MOST = 104


class Unit(StrEnum):
    """``ONCE`` repeats nothing."""

    ONCE = "once"
    DAYS = "days"
    WEEKS = "weeks"


@dataclass(frozen=True)
class Recurrence:
    """Every so many days or weeks from ``first`` on, so many ``times`` or up to ``until`` (its last day).

    ``weekdays`` (Monday is 0) choose the days of a week; none means the weekday of ``first``. Weeks begin on
    Monday, and what lies before ``first`` in its week is left out.
    """

    first: dt.date
    unit: Unit = Unit.ONCE
    every: int = 1
    weekdays: frozenset[int] = field(default_factory=frozenset)
    times: int | None = None
    until: dt.date | None = None


def dates(rule: Recurrence) -> list[dt.date]:
    """In order, at most MOST of them. Empty where ``until`` lies before all of them.

    Raises ValueError where the rule would never end or never move on.
    """
    if rule.unit == Unit.ONCE:
        return [rule.first]
    if rule.every < 1:
        raise ValueError("A recurrence moves on.")
    if rule.times is None and rule.until is None:
        raise ValueError("A recurrence ends.")
    found: list[dt.date] = []
    wanted = min(MOST, MOST if rule.times is None else rule.times)
    for day in _days(rule):
        if len(found) >= wanted or (rule.until is not None and day > rule.until):
            break
        found.append(day)
    return found


def _days(rule: Recurrence) -> Iterator[dt.date]:
    if rule.unit == Unit.DAYS:
        day = rule.first
        while True:
            yield day
            day += dt.timedelta(days=rule.every)
    monday = rule.first - dt.timedelta(days=rule.first.weekday())
    weekdays = sorted(rule.weekdays) or [rule.first.weekday()]
    while True:
        days = (monday + dt.timedelta(days=weekday) for weekday in weekdays)
        yield from (day for day in days if day >= rule.first)
        monday += dt.timedelta(weeks=rule.every)


def moved(first: dt.date, on_or_after: dt.date) -> dt.timedelta:
    """By how much dates move so that ``first`` falls on its weekday again, on that day or soon after."""
    return on_or_after - first + dt.timedelta(days=(first.weekday() - on_or_after.weekday()) % 7)
