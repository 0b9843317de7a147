"""Somebody's enrolments."""

from collections.abc import Set
from dataclasses import dataclass

from django.db.models import Exists, IntegerField, OuterRef, QuerySet, Subquery

from courses.enums import ActivityStatus, Stage
from courses.models import (
    ActivityVersion,
    Cohort,
    Course,
    CourseVersion,
    Enrolment,
    Entry,
    Import,
    Lesson,
    LessonDone,
)
from courses.queries.content import content_of
from lms.people.models import Person


class Rows(Subquery):
    """How many rows a query has. Joined and counted, every column of every table would be grouped by."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def taken_by(person_id: int | None) -> QuerySet[Enrolment]:
    """With the version taken and its course; not what they withdrew from."""
    return Enrolment.objects.filter(person=person_id, withdrawn_at=None).select_related(
        "cohort__version__course"
    )


def of_person(person: Person | None) -> QuerySet[Enrolment]:
    """With what pages show: title, how many lessons there are and are done, and whether it is completed."""
    completed = Entry.objects.standing().filter(
        participation=OuterRef("participation"), stage=Stage.COMPLETED
    )
    return taken_by(person.pk if person else None).annotate(
        lessons_total=Rows(
            Lesson.objects.filter(version=OuterRef("cohort__version")).order_by().values("pk")
        ),
        lessons_finished=Rows(LessonDone.objects.filter(enrolment=OuterRef("pk")).order_by().values("pk")),
        completed=Exists(completed),
    )


def is_completed(enrolment: Enrolment) -> bool:
    """Whether a completion stands, whatever became of its certificate."""
    completions = Entry.objects.standing().filter(stage=Stage.COMPLETED)
    return completions.filter(participation=enrolment.participation_id).exists()


def enrolment_of(person: Person, course: Course) -> Enrolment | None:
    """The newest enrolment in any version of the course."""
    return of_person(person).filter(cohort__version__course=course).order_by("-enrolled_at").first()


def enrolments_touched(source: Import) -> QuerySet[Enrolment]:
    """Enrolments of which an import, or undoing it, recorded or took back an attendance or a completion.

    ``called_off`` says that the activity is cancelled, as now known.
    """
    # Most of a register is of activities without a cohort. Both parts go by their index: with OR the whole
    # ledger was read.
    facts = Entry.objects.filter(
        activity__in=Cohort.objects.values("activity"), stage__in=(Stage.ATTENDED, Stage.COMPLETED)
    ).order_by()
    brought = facts.filter(source=source).values("participation")
    taken = facts.filter(reversal__source=source).values("participation")
    cancelled = ActivityVersion.objects.in_force().filter(
        activity=OuterRef("cohort__activity"), status=ActivityStatus.CANCELLED
    )
    touched = Enrolment.objects.filter(participation__in=brought.union(taken)).annotate(
        called_off=Exists(cancelled)
    )
    return touched.select_related("cohort__version", "cohort__activity", "person").order_by("pk")


@dataclass(frozen=True)
class Step:
    """A lesson in the outline of an enrolment, in its place."""

    lesson: Lesson
    done: bool


def outline(version: CourseVersion, done: Set[int]) -> list[Step]:
    """All lessons of the version in order; ``done`` says which are, by id."""
    return [Step(lesson, lesson.pk in done) for lesson in content_of(version).lessons]
