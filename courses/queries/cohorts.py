"""Cohorts of a version, and those that somebody leads."""

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from courses.enums import ActivityStatus
from courses.models import ActivityVersion, Cohort, CourseVersion
from lms.kit import clock
from lms.people.enums import Role
from lms.people.models import User
from lms.people.narrowing import shown_persons
from lms.people.rules import in_force_q, may_enter_staff


def led_by(trainer: User, path: str = "") -> Q:
    """The cohorts of a trainer, for a query over cohorts or, with ``path``, over what belongs to one.

    Who looks at themselves as their trainers do has no colleague's login: all cohorts they are in count.
    """
    persons = shown_persons()
    if persons is None:
        return Q(**{f"{path}__trainers" if path else "trainers": trainer.pk})
    taken = Cohort.objects.filter(enrolments__person__in=persons)
    return Q(**{f"{path}__in" if path else "pk__in": taken.values("pk")})


def open_cohort(version: CourseVersion) -> Cohort | None:
    """The newest cohort of a version that anybody may join: a self-paced one before one with dates."""
    known = ActivityVersion.objects.in_force().filter(activity=OuterRef("activity"))
    found = Cohort.objects.filter(version=version, open_enrolment=True).select_related("activity")
    dated = found.annotate(
        starts_at=Subquery(known.values("starts_at")), status=Subquery(known.values("status"))
    ).exclude(status=ActivityStatus.CANCELLED)
    return dated.order_by(F("starts_at").desc(nulls_first=True), "-pk").first()


def planned_by(user: User) -> Q:
    """The cohorts that somebody plans, for a query over cohorts: staff any, trainers their own."""
    return Q() if may_enter_staff(user) and shown_persons() is None else led_by(user)


def trainers_today(cohort: Cohort | None = None) -> QuerySet[User]:
    """Logins with the role of a trainer today, and those who lead the cohort anyway, by name."""
    today = in_force_q(clock.today(), "grants__")
    found = Q(pk__in=User.objects.filter(today, grants__role=Role.TRAINER, is_active=True).values("pk"))
    if cohort is not None:
        found |= Q(pk__in=cohort.trainers.values("pk"))
    return (
        User.objects.filter(found)
        .select_related("person")
        .order_by("person__family_name", "person__given_name", "pk")
    )
