"""A question to the ledger: which span, as known when, filtered by what, broken down by what."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from courses.enums import Dimension, Mode
from courses.models import ActivityVersion, Entry, Funder, Grant, WorkPackage
from lms.kit.clock import Span, known_by, today
from lms.people.enums import Audience, Region
from lms.people.models import Country, Hotline

# A month is a part of the span itself, so it is only broken down by.
FILTERS: list[Dimension] = [dimension for dimension in Dimension if dimension is not Dimension.MONTH]


# What the database keeps in no text: NUL, and what Python makes of bytes that are not UTF-8.
NOT_TEXT = re.compile(r"[\x00\ud800-\udfff]")


class UnknownValue(ValueError):
    """A dimension or a value that the network does not have; the message is a sentence."""


@dataclass(frozen=True)
class Question:
    """``as_of`` is a date in the reporting zone: what was recorded by the end of it. None is now, and so is
    today; a day to come is refused by ``check``.

    ``where`` pairs dimensions with values (a hotline's name, a country's code ...); an empty value means
    none. Several filters mean and, of one dimension, too: who took part under both of two topics.

    ``instant`` is a moment (UTC) instead of the end of a day: what was recorded before it. The counts of
    the network have everything; ``leaves_out_unseen`` is for a hotline's own manager, who would read from a
    small number who takes a course and keeps it to themselves.
    """

    span: Span
    as_of: dt.date | None = None
    where: tuple[tuple[str, str], ...] = ()
    by: str | None = None
    instant: dt.datetime | None = None
    leaves_out_unseen: bool = False

    @property
    def moment(self) -> dt.datetime | None:
        """What was recorded before this instant is known; None is everything."""
        return self.instant or known_by(self.as_of)

    @property
    def filtered_by(self) -> set[str]:
        """The dimensions that any filter is about."""
        return {dimension for dimension, _value in self.where}

    def broken_down_by(self, dimension: str | None) -> "Question":
        return replace(self, by=dimension)

    def filtered(self, **where: str) -> "Question":
        added = (pair for pair in where.items() if pair not in self.where)
        return replace(self, where=(*self.where, *added))

    def for_own_hotline(self, *names: str) -> "Question":
        """As a hotline's manager may have it: the own people and what was hosted, without courses that
        somebody keeps to themselves.
        """
        own = [(Dimension.HOTLINE.value, name) for name in names]
        added = tuple(pair for pair in own if pair not in self.where)
        return replace(self, where=(*self.where, *added), leaves_out_unseen=True)

    def check(self) -> None:
        """Raises UnknownValue for the first dimension, value or date that is not one."""
        if self.as_of and self.as_of > today():
            raise UnknownValue(_("%(day)s is still to come; nobody knows it yet.") % {"day": self.as_of})
        if self.by is not None and self.by not in Dimension.values:
            raise UnknownValue(unknown_dimension(self.by, list(Dimension)))
        for dimension, value in self.where:
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
    if NOT_TEXT.search(value):
        return False
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
        case Dimension.GRANT:
            return Grant.objects.filter(name=value).exists()
        case Dimension.WORK_PACKAGE:
            return WorkPackage.objects.named().filter(name=value).exists()
        case _:
            return ActivityVersion.objects.filter(topics__contains=[value]).exists()


def choices(dimension: str) -> list[tuple[str, Any]]:
    """(value, label) of what a filter can be set to; where the list is not closed, what is in use."""
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
            return list(countries_in_use().values_list("code", "name"))
        case Dimension.FUNDER:
            return [(name, name) for name in Funder.objects.values_list("name", flat=True)]
        case Dimension.GRANT:
            return [(name, name) for name in Grant.objects.values_list("name", flat=True)]
        case Dimension.WORK_PACKAGE:
            return [(name, name) for name in WorkPackage.objects.named().values_list("name", flat=True)]
        case _:
            return [(topic, topic) for topic in known_topics()]


def countries_in_use() -> QuerySet[Country]:
    """Of hotlines, of activities, and of whoever took part: an officer's country may have no hotline."""
    return Country.objects.filter(
        Q(pk__in=Hotline.objects.order_by().values("country").distinct())
        | Q(pk__in=ActivityVersion.objects.order_by().values("country").distinct())
        | Q(pk__in=Entry.objects.order_by().values("country").distinct())
    )


def known_topics() -> list[str]:
    rows = ActivityVersion.objects.order_by().values_list("topics", flat=True).distinct()
    return sorted({topic for topics in rows for topic in topics})
