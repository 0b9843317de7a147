"""A question to the ledger: which span, as known when, filtered by what, broken down by what."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from courses.enums import Dimension, Mode
from courses.models import ActivityVersion, Funder
from lms.kit.clock import Span, end_of
from lms.people.enums import Audience, Region
from lms.people.models import Country, Hotline

# A month is a part of the span itself, so it is only broken down by.
FILTERS: list[Dimension] = [dimension for dimension in Dimension if dimension is not Dimension.MONTH]


class UnknownValue(ValueError):
    """A dimension or a value that the network does not have; the message is a sentence."""


@dataclass(frozen=True)
class Question:
    """``as_of`` is a date in the reporting zone: what was recorded by the end of it. None is now.

    ``where`` maps dimensions to values (a hotline's name, a country's code ...); an empty value means
    none. Several filters mean and.
    """

    span: Span
    as_of: dt.date | None = None
    where: dict[str, str] = field(default_factory=dict)
    by: str | None = None

    @property
    def moment(self) -> dt.datetime | None:
        """What was recorded before this instant is known; None is everything."""
        return end_of(self.as_of) if self.as_of else None

    def broken_down_by(self, dimension: str | None) -> "Question":
        return replace(self, by=dimension)

    def filtered(self, **where: str) -> "Question":
        return replace(self, where={**self.where, **where})

    def check(self) -> None:
        """Raises UnknownValue for the first dimension or value that is not one."""
        if self.by is not None and self.by not in Dimension.values:
            raise UnknownValue(unknown_dimension(self.by, list(Dimension)))
        for dimension, value in self.where.items():
            if dimension not in FILTERS:
                raise UnknownValue(unknown_dimension(dimension, FILTERS))
            if value and not is_value(dimension, value):
                raise UnknownValue(
                    _("No %(dimension)s “%(value)s” is known here.")
                    % {"dimension": Dimension(dimension).label, "value": value}
                )


def unknown_dimension(name: str, allowed: Iterable[Dimension]) -> str:
    return _("“%(name)s” is not one of: %(allowed)s.") % {
        "name": name,
        "allowed": ", ".join(allowed),
    }


def is_value(dimension: str, value: str) -> bool:
    match dimension:
        case Dimension.AUDIENCE:
            return value in Audience.values
        case Dimension.REGION:
            return value in Region.values
        case Dimension.MODE:
            return value in Mode.values
        case Dimension.HOTLINE:
            return Hotline.objects.filter(name=value).exists()
        case Dimension.COUNTRY:
            return Country.objects.filter(code=value).exists()
        case Dimension.FUNDER:
            return Funder.objects.filter(name=value).exists()
        case _:
            return ActivityVersion.objects.filter(topics__contains=[value]).exists()


def choices(dimension: str) -> list[tuple[str, Any]]:
    """(value, label) of what a filter can be set to; for hotlines, funders and topics what is in use."""
    match dimension:
        case Dimension.AUDIENCE:
            return list(Audience.choices)
        case Dimension.REGION:
            return list(Region.choices)
        case Dimension.MODE:
            return list(Mode.choices)
        case Dimension.HOTLINE:
            return [(name, name) for name in Hotline.objects.values_list("name", flat=True)]
        case Dimension.COUNTRY:
            used = Hotline.objects.filter(country=OuterRef("pk"))
            return list(Country.objects.filter(Exists(used)).values_list("code", "name"))
        case Dimension.FUNDER:
            return [(name, name) for name in Funder.objects.values_list("name", flat=True)]
        case _:
            return [(topic, topic) for topic in known_topics()]


def known_topics() -> list[str]:
    rows = ActivityVersion.objects.order_by().values_list("topics", flat=True).distinct()
    return sorted({topic for topics in rows for topic in topics})
