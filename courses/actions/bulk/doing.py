"""What every act is told, and the two sides that it gives of a row."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from courses.models import BulkRow
from lms.people.models import Person, User

Side = dict[str, Any]
Sides = tuple[Side, Side]


@dataclass(frozen=True)
class Doing:
    """Who does it and why, and what the act was told."""

    said: Mapping[str, Any]
    reason: str
    by: User


def earlier(row: BulkRow) -> Side:
    """What was before the row that this one puts back."""
    return (row.undoes.before or {}) if row.undoes else {}


def later(row: BulkRow) -> Side:
    """What is after it."""
    return (row.undoes.after or {}) if row.undoes else {}


def person_of(row: BulkRow) -> Person:
    return Person.objects.get(pk=row.person_id or 0)


def iso(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None


def day(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None
