"""How a training session reads: when, in both zones, and what stands in the way of a day."""

import datetime as dt
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.actions.session_mails import title_of
from courses.kinds.local_holidays import holidays_on
from courses.models import SessionVersion
from courses.web import words
from lms.people.models import Country, User

title = title_of


def span(starts_at: dt.datetime, ends_at: dt.datetime, zone: str) -> str:
    """From one UTC instant to another in a zone, with weekday and zone; the day twice where it changes."""
    begins, ends = (moment.astimezone(ZoneInfo(zone)) for moment in (starts_at, ends_at))
    until = date_format(ends, "H:i") if begins.date() == ends.date() else local(ends)
    return f"{local(begins)} – {until} ({zone})"


def local(moment: dt.datetime) -> str:
    """A day of the week, a date and a time, as they stand in the datetime."""
    return f"{date_format(moment, 'D')} {date_format(moment, 'SHORT_DATETIME_FORMAT')}"


def at_place(version: SessionVersion) -> str:
    return span(version.starts_at, version.ends_at, version.timezone)


def for_reader(version: SessionVersion) -> str:
    """The same in the reader's zone, or that it is the same."""
    return of_reader(version.starts_at, version.ends_at, version.timezone)


def of_reader(starts_at: dt.datetime, ends_at: dt.datetime, zone: str) -> str:
    reader = timezone.get_current_timezone_name()
    return _("the same") if reader == zone else span(starts_at, ends_at, reader)


def led_by(version: SessionVersion) -> str:
    """Its own trainers by name, or that the cohort's lead it. They must be fetched."""
    return people(version.session.trainers.all()) or _("the trainers of the cohort")


def people(trainers: Iterable[User]) -> str:
    return ", ".join(sorted(words.who(trainer) for trainer in trainers))


def state(version: SessionVersion) -> str:
    if version.cancelled:
        return _("cancelled: %(reason)s") % {"reason": version.reason}
    return _("over") if version.ends_at <= timezone.now() else _("planned")


def crossed_out(version: SessionVersion, text: str) -> SafeString | str:
    return words.struck(text) if version.cancelled else text


class Holidays:
    """The public holidays of some countries, in words; one query for all days."""

    def __init__(self, countries: Sequence[str]) -> None:
        self.countries = countries
        self.names = dict(Country.objects.filter(code__in=countries).values_list("code", "name"))

    def on(self, day: dt.date) -> str:
        found = holidays_on(day, self.countries)
        return "; ".join(f"{self.names.get(country, country)}: {name}" for country, name in found) or "–"
