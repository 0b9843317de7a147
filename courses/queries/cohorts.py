"""Cohorts and what they ask for."""

from courses.enums import Stage
from courses.models import Cohort, CourseVersion, Entry
from lms.kit.clock import today
from lms.people.models import Person


def open_cohort(version: CourseVersion) -> Cohort | None:
    """The newest cohort of a version that anybody may join."""
    return Cohort.objects.filter(version=version, open_enrolment=True).select_related("activity").first()


def missing_prerequisites(version: CourseVersion, person: Person) -> list[str]:
    """Titles of the courses that must be completed, and valid today, before this one."""
    asked = version.prerequisites.select_related("course").order_by("pk")
    return [title_of(one.course_id) for one in asked if not holds(one.course_id, person)]


def holds(course_id: int, person: Person) -> bool:
    """Whether a completion of the course stands and its certificate has not run out or been revoked."""
    completions = Entry.objects.standing().filter(
        person=person, stage=Stage.COMPLETED, activity__cohort__version__course=course_id
    )
    lapsed = completions.filter(certificate__expires_on__lt=today())
    revoked = completions.filter(certificate__revoked_at__isnull=False)
    return completions.exclude(pk__in=lapsed).exclude(pk__in=revoked).exists()


def title_of(course_id: int) -> str:
    newest = CourseVersion.objects.filter(course=course_id).order_by("-number").first()
    return newest.title if newest else ""
