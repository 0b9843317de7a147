"""Cohorts of a version, and those that somebody leads."""

from django.db.models import Q

from courses.models import Cohort, CourseVersion
from lms.people.models import User
from lms.people.narrowing import shown_persons


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
    """The newest cohort of a version that anybody may join."""
    return Cohort.objects.filter(version=version, open_enrolment=True).select_related("activity").first()
