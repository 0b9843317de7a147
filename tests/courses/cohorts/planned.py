"""Cohorts as they are planned, and people on their way into them."""

import datetime as dt
from typing import Any

from django.utils import timezone

from courses.actions.activities import change_activity, record_activity
from courses.actions.places import ask, invite
from courses.actions.versions import publish
from courses.enums import ActivityStatus, Mode
from courses.models import ActivityVersion, Candidate, Cohort, CohortNotice, Prerequisite
from lms.people.enums import Role
from lms.people.models import Hotline, User
from tests import cast
from tests.courses.learn import school


def cohort(
    slug: str = "tracing",
    *,
    days: int | None = 30,
    zone: str = "Europe/Berlin",
    first: Cohort | None = None,
    **columns: Any,
) -> Cohort:
    """A cohort of a published course that starts in so many days; None is self-paced.

    ``first`` is a cohort whose course has to be completed before.
    """
    version = school.draft(slug, needs_sign_off=True)
    if first is not None:
        Prerequisite.objects.create(version=version, course=first.version.course)
    publish(version=version, by=None)
    return another(version, days=days, zone=zone, **columns)


def another(version: Any, *, days: int | None = 30, zone: str = "Europe/Berlin", **columns: Any) -> Cohort:
    starts = timezone.now() + dt.timedelta(days=days) if days is not None else None
    activity = record_activity(
        by=None,
        kind=version.course.kind,
        title=version.title,
        starts_at=starts,
        ends_at=starts + dt.timedelta(days=2) if starts else None,
        timezone=zone,
        mode=Mode.ONLINE,
        status=ActivityStatus.PLANNED if starts else ActivityStatus.HELD,
    )
    return Cohort.objects.create(activity=activity, version=version, **columns)


def starting(of: Cohort, at: dt.datetime) -> ActivityVersion:
    return change_activity(activity=of.activity, by=None, starts_at=at, ends_at=at + dt.timedelta(days=1))


def analyst(name: str = "Example", at: Hotline | None = None, zone: str = "") -> User:
    login = cast.user(Role.ANALYST)
    login.person.family_name = name
    login.person.save()
    if at is not None:
        cast.affiliate(login.person, at)
    if zone:
        login.zone = zone
        login.save()
    return login


def asking(of: Cohort, login: User) -> Any:
    """The candidate, or None where they were enrolled at once."""
    ask(cohort=of, person=login.person, by=login)
    return Candidate.objects.filter(cohort=of, person=login.person).first()


def invited(of: Cohort, login: User, by: User) -> Candidate:
    invite(cohort=of, people=[login.person], by=by)
    return Candidate.objects.get(cohort=of, person=login.person)


def state(of: Cohort, login: User) -> str:
    return Candidate.objects.get(cohort=of, person=login.person).state


def told(login: User) -> list[str]:
    """The states that somebody was told of, in order."""
    found = CohortNotice.objects.filter(user=login, step__isnull=False).order_by("pk")
    return list(found.values_list("step__state", flat=True))
