"""Cohorts with training sessions, people who hear of them, and what a calendar reads."""

import datetime as dt
from typing import Any

import icalendar
from django.core import mail
from django.db.models import QuerySet

from courses.actions.activities import record_activity
from courses.actions.sessions import plan_sessions
from courses.models import Activity, Cohort, SessionMail, SessionVersion
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.courses.cohorts import made

ZONE = "Europe/Berlin"
# A Monday far enough ahead for every test to lie before it.
MONDAY = dt.datetime.fromisoformat("2030-03-04T10:00")
LONG_AGO = dt.datetime.fromisoformat("2020-01-06T10:00")


def cohort(slug: str = "tracing", **rule: Any) -> tuple[Cohort, User]:
    """One without sessions, and its trainer."""
    found = made.cohort(slug, **rule)
    return found, made.trainer(found)


def session(
    of: Cohort | Activity, by: User, starts: dt.datetime = MONDAY, *, minutes: int = 90, **more: Any
) -> SessionVersion:
    activity = of.activity if isinstance(of, Cohort) else of
    (version,) = plan_sessions(
        activity=activity, starts=[starts], minutes=minutes, by=by, **{"zone": ZONE} | more
    )
    return version


def weekly(of: Cohort, by: User, number: int = 3, **more: Any) -> list[SessionVersion]:
    """On so many Mondays, one after the other."""
    starts = [MONDAY + dt.timedelta(weeks=week) for week in range(number)]
    return plan_sessions(activity=of.activity, starts=starts, minutes=90, by=by, **{"zone": ZONE} | more)


def webinar(**known: Any) -> Activity:
    """An activity without a cohort."""
    begins = {"kind_id": "webinar", "title": "Hosting in 2030", "timezone": ZONE, "status": "planned"}
    return record_activity(by=None, **begins | known)


def staff() -> User:
    return cast.user(Role.STAFF)


def to_takers() -> QuerySet[SessionMail]:
    """The mails about sessions to whoever is no trainer."""
    return SessionMail.objects.exclude(user__grants__role=Role.TRAINER)


def mails(of: User | None = None) -> list[tuple[str, int, str]]:
    """(kind, number, state) of these mails, or of one login's, in order."""
    found = SessionMail.objects.filter(user=of) if of else to_takers()
    found = found.order_by("session", "person", "number", "ordinal")
    return [(one.kind, one.number, one.state) for one in found]


def read_by(of: User) -> list[Any]:
    """The mails for a calendar that came to somebody."""
    return [message for message in mail.outbox if message.to == [of.email] and parts_of(message)]


def read_by_takers() -> list[Any]:
    """The mails that came to whoever is no trainer."""
    trainers = User.objects.filter(grants__role=Role.TRAINER).values_list("email", flat=True)
    return [message for message in mail.outbox if message.to[0] not in set(trainers)]


def read(message: Any) -> icalendar.Event:
    """The event in the calendar part of a mail, read by another's eyes."""
    return calendar_of(message).events[0]


def calendar_of(message: Any) -> icalendar.Calendar:
    (part,) = parts_of(message)
    return icalendar.Calendar.from_ical(part.get_payload(decode=True))


def parts_of(message: Any) -> list[Any]:
    return [part for part in message.message().walk() if part.get_content_type() == "text/calendar"]
