"""How an exchange reads on a page."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.enums import ExchangeState
from courses.models import ActivityVersion
from courses.web import words
from lms.web.tables import Header, Table, simple


def CRUMBS() -> list[tuple[str, str]]:  # noqa: N802 - a constant, but for its language
    return [(_("Exchanges"), reverse("exchanges"))]


def days(exchange: Any) -> str:
    """The first and last day at the place."""
    if exchange.starts_at is None:
        return "–"
    zone = ZoneInfo(exchange.zone)
    first, last = (moment.astimezone(zone).date() for moment in (exchange.starts_at, exchange.ends_at))
    return words.day(first) if first == last else f"{words.day(first)} – {words.day(last)}"


def visitors(exchange: Any) -> str:
    return ", ".join(visit.hotline.name for visit in exchange.coming)


def state(exchange: Any) -> str:
    return str(ExchangeState(exchange.state).label)


def plan_of(exchange: Any) -> list[tuple[str, Any]]:
    """What both sides agree to, with times at the place and the reader's."""
    version = ActivityVersion.objects.in_force().select_related("country").get(activity=exchange.activity_id)
    pairs = [
        (_("Host"), exchange.host.name),
        (_("Visiting"), visitors(exchange)),
        (_("Time at the place"), _times(version.timezone, version)),
    ]
    reader = timezone.get_current_timezone_name()
    if reader != version.timezone:
        pairs.append((_("Your time"), _times(reader, version)))
    return [
        *pairs,
        (_("How"), version.get_mode_display()),
        (_("Place"), version.place),
        (_("Country"), version.country.name if version.country else None),
        (_("Topics"), ", ".join(version.topics)),
    ]


def _times(zone: str, version: ActivityVersion) -> str:
    moments: Iterable[dt.datetime] = [one for one in (version.starts_at, version.ends_at) if one]
    return words.times_in(zone, *moments)


def coming_table(exchange: Any) -> Table:
    """Who comes with each visit: by name, and how many without one."""
    headers = [Header(_("Hotline")), Header(_("By name")), Header(_("Without a name"), numeric=True)]
    rows = [[visit.hotline.name, named(visit) or "–", visit.heads] for visit in exchange.coming]
    return simple(_("Who comes"), headers, rows)


def named(visit: Any) -> str:
    """Who is named as coming, of a visit fetched in full."""
    return ", ".join(one.person.name for one in visit.persons)


def people(number: int) -> str:
    return ngettext("%(n)s person", "%(n)s people", number) % {"n": number}
