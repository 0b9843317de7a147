"""The catalogue as somebody sees it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from courses.enums import VersionStatus
from courses.models import Course, CourseVersion, Enrolment, Prerequisite
from courses.queries.enrolments import of_person
from courses.queries.prerequisites import titles
from lms.people.models import Person


@dataclass(frozen=True)
class Entry:
    """A published version, and the person's newest enrolment in any version of its course.

    ``first`` are the titles of the courses to be completed before.
    """

    version: CourseVersion
    enrolment: Enrolment | None
    first: Sequence[str] = ()


def published() -> QuerySet[CourseVersion]:
    return (
        CourseVersion.objects.filter(status=VersionStatus.PUBLISHED)
        .select_related("course__kind")
        .order_by("course__kind__position", "title")
    )


def catalogue(person: Person | None) -> list[Entry]:
    """Every published course. Four queries at most, however many courses."""
    newest: dict[int, Enrolment] = {}
    for enrolment in of_person(person).order_by("enrolled_at"):
        newest[enrolment.cohort.version.course_id] = enrolment
    versions = list(published())
    first = asked_first(versions)
    return [Entry(version, newest.get(version.course_id), first.get(version.pk, ())) for version in versions]


def asked_first(versions: Iterable[CourseVersion]) -> dict[int, list[str]]:
    """The titles of the courses that each version asks for, by the version's id."""
    asked = list(Prerequisite.objects.filter(version__in=list(versions)).select_related("course"))
    known = titles([one.course for one in asked]) if asked else {}
    found: dict[int, list[str]] = {}
    for one in asked:
        found.setdefault(one.version_id, []).append(known[one.course_id])
    return {pk: sorted(named) for pk, named in found.items()}


def in_catalogue(course: Course) -> CourseVersion | None:
    return published().filter(course=course).first()
