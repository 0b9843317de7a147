"""The three lists that are searched and narrowed, by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from courses.enums import ListName
from courses.queries.activities import current
from courses.queries.find import activities, hotlines, people
from courses.queries.find.filters import Filter, Options, Values
from lms.people.queries.hotlines import with_membership
from lms.people.queries.persons import found
from lms.people.queries.searching import holding, words_of

Asked = Mapping[str, str]


@dataclass(frozen=True)
class Listing:
    """``key`` is the column of its rows that names the record: a person, an activity, a hotline."""

    name: ListName
    filters: Sequence[Filter]
    with_words: Callable[[str], QuerySet[Any]]
    narrow: Callable[[QuerySet[Any], Values], QuerySet[Any]]
    key: str = "pk"

    def rows(self, values: Values, text: str = "") -> QuerySet[Any]:
        """What holds every word of ``text`` and fits all filters; ``values`` must be known ones."""
        return self.narrow(self.with_words(text), values)

    def options(self) -> dict[str, Options]:
        """All values of all filters; one query for each filter at most."""
        return {one.key: one.options() for one in self.filters}

    def known(self, asked: Asked, options: Mapping[str, Options]) -> tuple[dict[str, str], dict[str, str]]:
        """What is asked, as the values there are and those that are gone."""
        given = {one.key: asked.get(one.key, "") for one in self.filters if asked.get(one.key)}
        there = {key: value for key, value in given.items() if value in options[key]}
        return there, {key: value for key, value in given.items() if key not in there}


def activities_with(text: str) -> QuerySet[Any]:
    return _with(current(), text, activities.searchable)


def hotlines_with(text: str) -> QuerySet[Any]:
    return _with(with_membership(), text, hotlines.searchable)


def _with(rows: QuerySet[Any], text: str, searchable: Callable[[Any], QuerySet[Any]]) -> QuerySet[Any]:
    if not text:
        return rows
    words = words_of(text)
    return holding(searchable(rows), words) if words else rows.none()


LISTS = {
    one.name: one
    for one in (
        Listing(ListName.PEOPLE, people.FILTERS, found, people.narrow),
        Listing(ListName.ACTIVITIES, activities.FILTERS, activities_with, activities.narrow, "activity_id"),
        Listing(ListName.HOTLINES, hotlines.FILTERS, hotlines_with, hotlines.narrow),
    )
}
