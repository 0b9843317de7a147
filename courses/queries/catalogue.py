"""The catalogue as somebody sees it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from courses.enums import VersionStatus
from courses.models import Course, CourseVersion, Enrolment
from courses.queries.enrolments import of_person
from lms.people.models import Person


@dataclass(frozen=True)
class Entry:
    """A published version, and the person's newest enrolment in any version of its course."""

    version: CourseVersion
    enrolment: Enrolment | None


def published() -> QuerySet[CourseVersion]:
    return (
        CourseVersion.objects.filter(status=VersionStatus.PUBLISHED)
        .select_related("course__kind")
        .order_by("course__kind__position", "title")
    )


def catalogue(person: Person | None) -> list[Entry]:
    """Every published course. Two queries."""
    newest: dict[int, Enrolment] = {}
    for enrolment in of_person(person).order_by("enrolled_at"):
        newest[enrolment.cohort.version.course_id] = enrolment
    return [Entry(version, newest.get(version.course_id)) for version in published()]


def in_catalogue(course: Course) -> CourseVersion | None:
    return published().filter(course=course).first()
