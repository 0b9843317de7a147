"""A cohort that meets, its trainer, and people on its registers."""

import datetime as dt
from typing import Any

from courses.actions.activities import record_activity
from courses.actions.enrolments import enrol
from courses.models import (
    Cohort,
    Enrolment,
    Entry,
    Participation,
    RegisterMark,
    SessionVersion,
    TrainingSession,
)
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.courses.cohorts.made import trainer
from tests.courses.learn import school

__all__ = ["trainer"]
ZONE = "Europe/Amsterdam"
# Two meetings in spring, and the evening of each.
FIRST, SECOND = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC), dt.datetime(2026, 3, 9, 9, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def cohort(slug: str = "tracing", *starts: dt.datetime, **rule: Any) -> Cohort:
    """One that asks for attendance and nothing else, with a session of two hours at each of ``starts``."""
    paced = school.course(slug, **{"needs_lessons": False, "needs_attendance": True, **rule})
    return another(paced.version, *starts or (FIRST,))


def another(version: Any, *starts: dt.datetime) -> Cohort:
    """One more cohort of a version, that meets at ``starts``."""
    activity = record_activity(
        by=None,
        kind_id="online",
        title=version.title,
        starts_at=starts[0],
        ends_at=starts[-1] + dt.timedelta(hours=2),
        timezone=ZONE,
        status="held",
    )
    made = Cohort.objects.create(activity=activity, version=version, open_enrolment=True)
    for start in starts:
        meeting(activity, start)
    return made


def meeting(activity: Any, start: dt.datetime, hours: int = 2, **more: Any) -> TrainingSession:
    made = TrainingSession.objects.create(activity=activity)
    SessionVersion.objects.create(
        session=made,
        number=0,
        title=f"Meeting of {start:%d %B}",
        starts_at=start,
        ends_at=start + dt.timedelta(hours=hours),
        timezone=ZONE,
        **more,
    )
    return made


def sessions(of: Cohort) -> list[TrainingSession]:
    return list(of.activity.training_sessions.order_by("pk"))


def person(of: Cohort, family: str = "Example", given: str = "Ada", login: User | None = None) -> Enrolment:
    """Somebody enrolled, of the hotline Linea."""
    login = login or cast.user(Role.ANALYST)
    login.person.family_name, login.person.given_name = family, given
    login.person.save()
    return enrol(cohort=of, person=login.person, by=login)


def said(session: TrainingSession, of: Enrolment | Participation) -> list[tuple[str, int | None]]:
    """All marks of one person at a session, the first first."""
    number = of.participation_id if isinstance(of, Enrolment) else of.pk
    marks = RegisterMark.objects.filter(session=session, participation=number).order_by("number")
    return list(marks.values_list("presence", "minutes"))


def attended(of: Enrolment) -> bool | None:
    """What the ledger says: there, not there, nothing."""
    entry = Entry.objects.standing().filter(participation=of.participation_id, stage="attended").first()
    return None if entry is None else not entry.absent


def completed(of: Enrolment) -> dt.date | None:
    entry = Entry.objects.standing().filter(participation=of.participation_id, stage="completed").first()
    return entry.happened_on if entry else None
