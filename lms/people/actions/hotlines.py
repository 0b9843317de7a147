"""Recording the list of hotlines: everything or nothing, and a second run changes nothing."""

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.locks import Lock, hold
from lms.people.enums import Confidence, MembershipStatus
from lms.people.hotline_list import COLUMNS, HotlineRow
from lms.people.models import Country, Hotline, HotlineMembership, User

EARLIEST_YEAR = 1990
LENGTHS = {"name": 200, "organisation": 200, "source": 500}
FIELDS = ("organisation", "country_id", "joined_year", "confidence", "source")


@dataclass(frozen=True)
class Rejection:
    line: int
    column: str
    value: str
    reason: str


@dataclass
class HotlineOutcome:
    """What a run did. ``lines``, ``repeated`` and ``rejected`` count lines, the rest hotlines."""

    lines: int = 0
    repeated: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejections: list[Rejection] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        return len({rejection.line for rejection in self.rejections})

    @property
    def applied(self) -> bool:
        return not self.rejections

    def as_dict(self) -> dict[str, Any]:
        counts = {name: getattr(self, name) for name in ("lines", "repeated", "created", "changed")}
        return counts | {"unchanged": self.unchanged, "rejected": self.rejected}


@transaction.atomic
def record_hotlines(*, rows: Sequence[HotlineRow], by: User | None) -> HotlineOutcome:
    """Create and update hotlines by name; writes nothing when a single line is rejected.

    A hotline without any membership becomes a full member from 1 January of its ``joined_year``, with an
    open start where the year is unknown. ``by`` is None for a command run by the operator.
    """
    hold(Lock.HOTLINES)
    wanted = list(dict.fromkeys(rows))
    outcome = HotlineOutcome(lines=len(rows), repeated=len(rows) - len(wanted))
    outcome.rejections = _rejections(wanted)
    if outcome.applied:
        known = Hotline.objects.in_bulk([row.name for row in wanted], field_name="name")
        for row in wanted:
            _record(row, known.get(row.name), outcome)
        _give_membership()
    return outcome


def _record(row: HotlineRow, hotline: Hotline | None, outcome: HotlineOutcome) -> None:
    values = {
        "organisation": row.organisation,
        "country_id": row.iso2,
        "joined_year": int(row.joined_year) if row.joined_year else None,
        "confidence": row.confidence,
        "source": row.source,
    }
    if hotline is None:
        Hotline.objects.create(name=row.name, **values)
        outcome.created += 1
    elif values == {name: getattr(hotline, name) for name in FIELDS}:
        outcome.unchanged += 1
    else:
        Hotline.objects.filter(pk=hotline.pk).update(**values)
        outcome.changed += 1


def _give_membership() -> None:
    HotlineMembership.objects.bulk_create(
        HotlineMembership(
            hotline=hotline,
            status=MembershipStatus.FULL,
            from_on=dt.date(hotline.joined_year, 1, 1) if hotline.joined_year else None,
        )
        for hotline in Hotline.objects.filter(memberships__isnull=True)
    )


def _rejections(rows: Sequence[HotlineRow]) -> list[Rejection]:
    regions = dict(Country.objects.values_list("code", "region"))
    names = Counter(row.name for row in rows)
    found = []
    for row in rows:
        found += [
            Rejection(row.line, column, getattr(row, column, ""), reason)
            for column, reason in _faults(row, regions, names)
        ]
    return found


def _faults(row: HotlineRow, regions: dict[str, str], names: Counter[str]) -> Iterator[tuple[str, str]]:
    """Each fault of a line as (column, reason)."""
    if row.surplus:
        yield "", _("the line has more or fewer cells than the header")
        return
    yield from _text_faults(row)
    if not row.name:
        yield "name", _("a hotline needs a name")
    elif names[row.name] > 1:
        yield "name", _("another line gives this hotline differently")
    yield from _place_faults(row, regions)
    if row.joined_year and not _is_year(row.joined_year):
        yield "joined_year", _("not a year from %(first)s to this one") % {"first": EARLIEST_YEAR}
    if row.confidence not in Confidence.values:
        yield "confidence", _("not one of %(words)s") % {"words": ", ".join(Confidence.values)}


def _text_faults(row: HotlineRow) -> Iterator[tuple[str, str]]:
    for column, cell in asdict(row).items():
        if column not in COLUMNS:
            continue
        if any(unicodedata.category(character) == "Cc" for character in cell):
            yield column, _("contains a control character")
        if len(cell) > LENGTHS.get(column, 200):
            yield column, _("longer than %(length)s characters") % {"length": LENGTHS.get(column, 200)}


def _place_faults(row: HotlineRow, regions: dict[str, str]) -> Iterator[tuple[str, str]]:
    if row.iso2 not in regions:
        yield "iso2", _("not a country code of ISO 3166 (two capital letters)")
    elif row.region != regions[row.iso2]:
        yield (
            "region",
            _("the region of %(country)s is %(region)s")
            % {
                "country": row.iso2,
                "region": regions[row.iso2] or "–",
            },
        )


def _is_year(cell: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{4}", cell)) and EARLIEST_YEAR <= int(cell) <= clock.today().year
