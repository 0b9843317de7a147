"""What must be completed before a course is begun, and whether somebody has done so."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from courses.enums import Stage, VersionStatus
from courses.models import Course, CourseVersion, Entry, Prerequisite
from courses.models.ledger import EntryQuerySet
from lms.kit.clock import today
from lms.people.models import Person
from lms.people.queries.merges import records_of, survivors


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
    found = good_completions(records_of(person.pk), courses, on)
    return set(found.values_list("activity__cohort__version__course_id", flat=True))


def lacking(version: CourseVersion, persons: Collection[int], on: dt.date) -> dict[int, list[str]]:
    """The titles that each of many persons has still to complete; who lacks nothing is left out.

    Five queries at most, however many persons. See ``held_by`` for what counts.
    """
    asked = list(Course.objects.filter(pk__in=version.prerequisites.values("course")))
    if not asked:
        return {}
    known, final = titles(asked), survivors()
    ends = {person: final.get(person, person) for person in persons}
    records = {*ends.values(), *(pk for pk, end in final.items() if end in set(ends.values()))}
    held: dict[int, set[int]] = {}
    for person, course in good_completions(records, asked, on).values_list(
        "person_id", "activity__cohort__version__course_id"
    ):
        held.setdefault(final.get(person, person), set()).add(course)
    found = {
        person: sorted(known[one.pk] for one in asked if one.pk not in held.get(end, ()))
        for person, end in ends.items()
    }
    return {person: missing for person, missing in found.items() if missing}


def good_completions(
    records: Collection[int] | None, courses: Iterable[Course], on: dt.date
) -> EntryQuerySet:
    """Completions of courses that had happened by the day, are valid on it and were not revoked; of these
    records, or with None of everybody.
    """
    completions = Entry.objects.standing().filter(stage=Stage.COMPLETED, happened_on__lte=on)
    if records is not None:
        completions = completions.filter(person__in=records)
    over = completions.filter(certificate__expires_on__lt=on)
    revoked = completions.filter(certificate__revoked_at__isnull=False)
    good = completions.exclude(pk__in=over.values("pk")).exclude(pk__in=revoked.values("pk"))
    return good.filter(activity__cohort__version__course__in=list(courses))


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
