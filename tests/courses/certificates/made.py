"""A course that somebody completed, with its certificate."""

import datetime as dt
from typing import Any

from django.utils import timezone

from courses.actions.certificates import issue_certificate, new_code
from courses.enums import Stage, VersionStatus
from courses.models import Certificate, Cohort, Course, CourseVersion, Enrolment
from lms.people.enums import Role
from lms.people.models import Person, User
from tests import cast
from tests.courses import ledger


def version(course: Course | None = None, title: str = "Tracing basics", **rules: Any) -> CourseVersion:
    """A published version; an earlier one of the same course retires."""
    of = course or Course.objects.create(slug=f"tracing-{Course.objects.count()}", kind_id="online")
    of.versions.update(status=VersionStatus.RETIRED)
    return CourseVersion.objects.create(
        course=of,
        number=of.versions.count() + 1,
        title=title,
        status=VersionStatus.PUBLISHED,
        published_at=timezone.now(),
        **rules,
    )


def cohort(of: CourseVersion, *, open_enrolment: bool = True) -> Cohort:
    activity = ledger.activity(of.title, on="", kind_id="online")
    return Cohort.objects.create(activity=activity, version=of, open_enrolment=open_enrolment)


def certificate(
    person: Person | None = None,
    of: Cohort | None = None,
    on: str = "2025-05-01",
    expires_on: dt.date | None = None,
    **rules: Any,
) -> Certificate:
    """Of a person enrolled and completed on a day, through the action that issues certificates."""
    who, where = person or cast.person("Đorđević", "Łucja"), of or cohort(version(**rules))
    entry = ledger.fact(who, where.activity, Stage.ENROLLED, on=on)
    enrolment = Enrolment.objects.create(cohort=where, person=who, participation=entry.participation)
    return complete(enrolment, on, expires_on)


def complete(enrolment: Enrolment, on: str, expires_on: dt.date | None = None) -> Certificate:
    """With a last day of one's own where one is given; nobody can move it afterwards."""
    done = ledger.fact(enrolment.person, enrolment.cohort.activity, Stage.COMPLETED, on=on)
    done.refresh_from_db()
    version = enrolment.cohort.version
    if expires_on is None:
        return issue_certificate(entry=done, version=version)
    return Certificate.objects.create(
        entry=done, version=version, person=done.person, code=new_code(), expires_on=expires_on
    )


def trainer(of: Certificate) -> User:
    login = cast.user(Role.TRAINER)
    of.entry.activity.cohort.trainers.add(login)
    return login


def ago(days: int) -> dt.date:
    return timezone.now().date() - dt.timedelta(days=days)
