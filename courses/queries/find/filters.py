"""What a list can be narrowed by. A filter has one value; several filters mean and."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from courses.models import Funder
from lms.kit.text import Text
from lms.people.models import Country, Hotline

Values = Mapping[str, str]
Options = Mapping[str, Text]


@dataclass(frozen=True)
class Filter:
    """``options`` gives each value there is today with what it is called; at most one query."""

    key: str
    label: Text
    options: Callable[[], Options]


def hotlines() -> Options:
    return {str(pk): name for pk, name in Hotline.objects.order_by("name").values_list("pk", "name")}


def funders() -> Options:
    return {str(pk): name for pk, name in Funder.objects.order_by("name").values_list("pk", "name")}


def countries_of(rows: QuerySet[Any]) -> Options:
    """Those that any of ``rows`` names."""
    found = Country.objects.filter(Exists(rows.order_by().filter(country=OuterRef("pk"))))
    return dict(found.order_by("name").values_list("code", "name"))
