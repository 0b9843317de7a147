"""Who can be a guest at a training session, and what they can make up there."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from courses.enums import Stage
from courses.models import Cohort, Entry, Participation, SessionVersion, TrainingSession
from courses.queries.sessions import planned
from lms.people.narrowing import narrowed


def guests_of(session: TrainingSession) -> QuerySet[Participation]:
    """People enrolled in other cohorts of the same course that have training sessions; nobody unseen."""
    here = Cohort.objects.filter(activity=session.activity_id)
    taking = Entry.objects.standing().filter(participation=OuterRef("pk"), stage=Stage.ENROLLED)
    meeting = SessionVersion.objects.in_force().filter(
        session__activity=OuterRef("activity"), cancelled=False
    )
    others = Participation.objects.filter(
        Exists(taking),
        Exists(meeting),
        activity__cohort__version__course__in=here.values("version__course"),
        enrolment__hidden=False,
        enrolment__withdrawn_at=None,
        person__isnull=False,
    )
    return narrowed(others.exclude(activity=session.activity_id)).select_related(
        "person__display_name", "activity__cohort__version"
    )


def own_sessions(participation: Participation) -> QuerySet[SessionVersion]:
    """The sessions of the guest's own cohort that take place, the earliest first."""
    return planned(participation.activity_id)


def sessions_of_all(activities: Collection[int]) -> dict[int, list[SessionVersion]]:
    """The same of several cohorts at once. One query."""
    found: dict[int, list[SessionVersion]] = {one: [] for one in activities}
    in_force = SessionVersion.objects.in_force().filter(session__activity__in=activities, cancelled=False)
    for version in in_force.select_related("session").order_by("starts_at", "session"):
        found[version.session.activity_id].append(version)
    return found
