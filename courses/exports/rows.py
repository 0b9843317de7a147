"""People and activities that were chosen from a list, as a table."""

import io
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from courses.enums import ListName
from courses.models import BulkAction
from courses.queries.find import bulk
from lms.exports.tables import Column, Table, csv_lines, write_xlsx
from lms.kit import clock
from lms.people.periods import holding

FORMATS = ("csv", "xlsx")


def table(action: BulkAction) -> Table:
    """As they are known now, in the order of the list."""
    made = people if action.listing == ListName.PEOPLE else activities
    return made(action)


def lines(action: BulkAction) -> Iterator[bytes]:
    """CSV, piece by piece."""
    return (line.encode() for line in csv_lines(table(action)))


def workbook(action: BulkAction) -> bytes:
    """In memory: a spreadsheet is put together backwards."""
    buffer = io.BytesIO()
    write_xlsx([table(action)], buffer)
    return buffer.getvalue()


def people(action: BulkAction) -> Table:
    headings = [_("Register id"), _("Given name"), _("Family name"), _("E-mail"), _("Today at")]
    headings += [_("Audience"), _("Country")]
    rows = bulk.people(action).order_by("family_name", "given_name", "pk")
    return Table(
        "people", [Column(heading, 24) for heading in headings], (_person(one) for one in _all(rows))
    )


def _person(person: Any) -> list[Any]:
    ties = holding(person.affiliations.all(), clock.today())
    places = [tie.hotline or tie.agency for tie in ties]
    return [
        person.register_id,
        person.given_name,
        person.family_name,
        person.email,
        "; ".join(place.name for place in places if place),
        "; ".join(dict.fromkeys(tie.audience for tie in ties)),
        "; ".join(dict.fromkeys(tie.country_id for tie in ties if tie.country_id)),
    ]


def activities(action: BulkAction) -> Table:
    headings = [_("Register id"), _("Kind"), _("Title"), _("Starts (UTC)"), _("Ends (UTC)"), _("Time zone")]
    headings += [_("Status"), _("How"), _("Place"), _("Country"), _("Host"), _("Funder"), _("Topics")]
    headings += [_("Attended")]
    rows = bulk.activities(action).order_by("starts_at", "pk")
    return Table(
        "activities", [Column(heading, 20) for heading in headings], (_activity(one) for one in _all(rows))
    )


def _activity(version: Any) -> list[Any]:
    moments = [
        moment.strftime("%Y-%m-%d %H:%M") if moment else None
        for moment in (version.starts_at, version.ends_at)
    ]
    return [
        version.activity.register_id,
        version.kind_id,
        version.title,
        *moments,
        version.timezone,
        version.status,
        version.mode,
        version.place,
        version.country_id,
        version.host.name if version.host else None,
        version.funder.name if version.funder else None,
        "; ".join(version.topics),
        version.participations,
    ]


def _all(rows: Any) -> Iterator[Any]:
    return iter(rows.iterator(chunk_size=2_000))
