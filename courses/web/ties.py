"""How an affiliation reads: where somebody belongs, and from which day to which."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from courses.web import words
from lms.people.enums import Audience
from lms.people.models import Affiliation, Agency, Hotline
from lms.people.queries.changes import tie_of

# The name of an organisation by the column that has it, and its number.
Names = Mapping[tuple[str, int], str]
ORGANISATIONS = (("hotline_id", Hotline), ("agency_id", Agency))


def of(affiliation: Affiliation) -> str:
    """An affiliation in a line; its organisation is asked for where it was not fetched along."""
    names = {
        (column, place.pk): place.name
        for column, place in (("hotline_id", affiliation.hotline), ("agency_id", affiliation.agency))
        if place
    }
    return said(tie_of(affiliation), names)


def said(tie: Mapping[str, Any], names: Names) -> str:
    """The same of one as lms/people/queries/changes.py keeps it."""
    found = (names.get((column, tie[column])) for column, _made in ORGANISATIONS if tie[column])
    parts = [next(found, None)]
    if not parts[0] or tie["audience"] != Audience.HOTLINE:
        parts.append(str(Audience(tie["audience"]).label))
    place = ", ".join(part for part in parts if part)
    country = f" ({tie['country_id']})" if tie["country_id"] else ""
    return f"{place}{country}, {_days(*(_day(tie[end]) for end in ('from_on', 'until_on')))}"


def _day(kept: str | None) -> str:
    return words.day(dt.date.fromisoformat(kept)) if kept else ""


def _days(first: str, last: str) -> str:
    if first and last:
        return f"{first} – {last}"
    if first:
        return _("from %(day)s on") % {"day": first}
    return _("until %(day)s") % {"day": last} if last else _("on any day")


def names_of(ties: Iterable[Mapping[str, Any]]) -> Names:
    """What the organisations of these are called. Two queries, however many they are."""
    kept = list(ties)
    found: dict[tuple[str, int], str] = {}
    for column, made in ORGANISATIONS:
        rows = made.objects.filter(pk__in={tie[column] for tie in kept if tie[column]})
        found |= {(column, pk): name for pk, name in rows.values_list("pk", "name")}
    return found
