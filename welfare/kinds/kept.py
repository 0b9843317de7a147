"""A check-in that somebody keeps: what is sealed, and the local weeks that one may be of."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from welfare.enums import Cadence
from welfare.kinds.periods import ONE_DAY, period_of
from welfare.kinds.pulse import answered

VERSION = 1
# Bytes before sealing, for every check-in alike.
SIZE = 256


@dataclass(frozen=True)
class CheckIn:
    """Answers by item, as places from hard (0) to well (4), and the week they are of by its key."""

    week: str
    answers: Mapping[str, str]

    @property
    def monday(self) -> dt.date:
        return monday_of(self.week)

    def pack(self) -> str:
        return json.dumps({"version": VERSION, "week": self.week, "answers": dict(self.answers)})

    @classmethod
    def unpack(cls, text: str) -> Self:
        """Raises ValueError for what ``pack`` did not make, or a later version did."""
        held = json.loads(text)
        if held["version"] != VERSION:
            raise ValueError(f"version {held['version']}")
        return cls(held["week"], answered(held["answers"]))


def week_of(day: dt.date) -> str:
    """The key of the week (Monday to Sunday) that a local day is in: ``W2026-11-23``."""
    return period_of(Cadence.WEEKLY, day).key


def monday_of(week: str) -> dt.date:
    return dt.date.fromisoformat(week[1:])


def month_of(day: dt.date) -> str:
    """The key of the calendar month: ``M2026-11``."""
    return period_of(Cadence.MONTHLY, day).key


def weeks_between(first: dt.date, last: dt.date) -> list[str]:
    """The weeks that two days are in and all between them, the earliest first."""
    day, end = monday_of(week_of(first)), monday_of(week_of(last))
    return [f"W{day + 7 * n * ONE_DAY}" for n in range((end - day).days // 7 + 1)]
