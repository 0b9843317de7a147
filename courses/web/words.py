"""How facts, times and sources read on a page."""

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.models import ActivityVersion, Entry, Reversal
from lms.kit import clock
from lms.people.models import Person, User


def day(value: dt.date | None) -> str:
    """A date that a narrow column does not break."""
    return date_format(value, "SHORT_DATE_FORMAT").replace(" ", "\N{NO-BREAK SPACE}") if value else "–"


def reader_time(moment: dt.datetime) -> str:
    """A UTC instant in the reader's zone, which the foot of every page names."""
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def time_in(moment: dt.datetime | None, zone: str) -> str:
    """A UTC instant in a named zone, with the zone."""
    return times_in(zone, moment) if moment else "–"


def times_in(zone: str, *moments: dt.datetime) -> str:
    """UTC instants in a named zone, from one to the next, with the zone once; a day is said once, too.

    Where none is known ('') by the reporting zone.
    """
    known = clock.zone_or_reporting(zone)
    local = [moment.astimezone(known) for moment in moments]
    said = [
        date_format(one, "TIME_FORMAT" if before and one.date() == before.date() else "SHORT_DATETIME_FORMAT")
        for before, one in zip([None, *local], local, strict=False)
    ]
    return f"{' – '.join(said)} ({known.key})"


def starts(version: ActivityVersion) -> str:
    """The day an activity starts at its place; by the reporting zone where that has none."""
    if version.starts_at is None:
        return _("self-paced")
    zone = clock.zone_or_reporting(version.timezone)
    return day(version.starts_at.astimezone(zone).date())


def title(version: ActivityVersion) -> str:
    return version.title or version.kind.name


def organisation(entry: Entry) -> str:
    """Whose person somebody was on the day of the fact."""
    place = entry.hotline or entry.agency
    name = place.name if place else entry.get_audience_display()
    return f"{name} ({entry.country_id})" if entry.country_id else name


def source(row: Entry | ActivityVersion) -> str:
    """The import and line a row came from, or who recorded it."""
    if row.source is None:
        return _("recorded by %(name)s") % {"name": who(row.recorded_by)}
    words = {"name": row.source.name, "line": row.source_line}
    return _("%(name)s, line %(line)s") % words if row.source_line else row.source.name


def who(user: User | None) -> str:
    if user is None:
        return _("the operator")
    return user.person.name if user.person else user.email


def when_and_who(moment: dt.datetime | None, user: User | None) -> str:
    """In the reader's zone; '' where it has not happened."""
    return _("%(when)s by %(who)s") % {"when": reader_time(moment), "who": who(user)} if moment else ""


def taken_back(entry: Entry, reversal: Reversal) -> str:
    """When an entry was reversed, and why: its import was undone, a later one corrected it, or a person."""
    when = reader_time(reversal.recorded_at)
    if reversal.source is None:
        return _("taken back %(when)s by %(name)s") % {"when": when, "name": who(reversal.recorded_by)}
    words = {"when": when, "import": reversal.source.name}
    if reversal.source_id == entry.source_id:
        return _("taken back %(when)s: the import %(import)s was undone") % words
    return _("taken back %(when)s: corrected by the import %(import)s") % words


def unseen() -> str:
    """Instead of the name of whoever keeps a self-care course to themselves."""
    return _("somebody who takes it unseen")


def named(person: Person) -> str:
    """A name, or the code that stands in for it; one query where the pseudonym was not fetched along."""
    pseudonym = getattr(person, "pseudonym", None)
    return _("code %(code)s") % {"code": pseudonym.code} if pseudonym else person.name


def holder(person: Person, hidden: bool) -> str:
    return unseen() if hidden else person.name


def struck(text: str) -> SafeString:
    """Text that no longer holds, for the eye and for a screen reader."""
    return format_html("<s>{}</s>", text)
