"""What must be completed before a course is begun, and whether somebody has done so."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from courses.enums import Stage, VersionStatus
from courses.models import Course, CourseVersion, Entry, Prerequisite
from lms.kit.clock import today
from lms.people.models import Person
from lms.people.queries.merges import records_of


@dataclass(frozen=True)
class Asked:
    """A course that a version asks for. ``held`` is whether a completion of it is valid on the day."""

    course: Course
    title: str
    held: bool


def asked_of(version: CourseVersion, person: Person | None, on: dt.date | None = None) -> list[Asked]:
    """Every course that the version asks for, by its title. Four queries at most.

    ``on`` is the day of enrolment in the reporting zone, today where none is given.
    """
    asked = list(Course.objects.filter(pk__in=version.prerequisites.values("course")))
    if not asked:
        return []
    known = titles(asked)
    held = held_by(person, asked, on or today()) if person else set()
    return sorted((Asked(one, known[one.pk], one.pk in held) for one in asked), key=lambda one: one.title)


def missing_prerequisites(version: CourseVersion, person: Person, on: dt.date | None = None) -> list[str]:
    """Titles of the courses that must be completed, and valid on the day, before this one."""
    return [one.title for one in asked_of(version, person, on) if not one.held]


def held_by(person: Person, courses: Iterable[Course], on: dt.date) -> set[int]:
    """Ids of the courses of which a completion stands that had happened and is still valid on the day.

    A completion counts whichever of a person's merged records it was written to; not one whose
    certificate was revoked.
    """
    completions = Entry.objects.standing().filter(
        person__in=records_of(person.pk), stage=Stage.COMPLETED, happened_on__lte=on
    )
    over = completions.filter(certificate__expires_on__lt=on)
    revoked = completions.filter(certificate__revoked_at__isnull=False)
    good = completions.exclude(pk__in=over.values("pk")).exclude(pk__in=revoked.values("pk"))
    found = good.filter(activity__cohort__version__course__in=list(courses))
    return set(found.values_list("activity__cohort__version__course_id", flat=True))


def titles(courses: Iterable[Course]) -> dict[int, str]:
    """What each course is called: as it is published, else as it was; a draft's title is its authors' own."""
    versions = CourseVersion.objects.filter(course__in=list(courses)).order_by("number")
    public = versions.exclude(status=VersionStatus.DRAFT).values_list("course_id", "title")
    return {one.pk: one.slug for one in courses} | dict(public)


def leads_back(course: Course, first: Iterable[Course]) -> Course | None:
    """Which of the courses to be completed ``first`` asks, in the end, for the course itself; None if none.

    Published versions count, and drafts too: two drafts that ask for each other could not both be published.
    """
    edges: dict[int, set[int]] = {}
    current = Prerequisite.objects.exclude(version__status=VersionStatus.RETIRED)
    for asking, asked in current.values_list("version__course_id", "course_id"):
        edges.setdefault(asking, set()).add(asked)
    return next((one for one in first if course.pk in reached(one.pk, edges)), None)


def reached(start: int, edges: dict[int, set[int]]) -> set[int]:
    found, ahead = set(), [start]
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead += edges.get(one, ())
    return found
