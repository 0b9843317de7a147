"""Dated ties read on a day: which one holds."""

import datetime as dt
from collections.abc import Iterable
from typing import Protocol, TypeVar


class Dated(Protocol):
    from_on: dt.date | None
    until_on: dt.date | None


Tie = TypeVar("Tie", bound=Dated)


def holds(tie: Dated, day: dt.date) -> bool:
    """Whether a tie holds on a day: both ends included, an empty end is open."""
    return (tie.from_on is None or tie.from_on <= day) and (tie.until_on is None or day <= tie.until_on)


def holding(ties: Iterable[Tie], day: dt.date) -> list[Tie]:
    return [tie for tie in ties if holds(tie, day)]
