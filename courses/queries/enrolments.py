"""Somebody's enrolments."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from courses.enums import Stage
from courses.models import Course, Enrolment, Entry, Import, Lesson
from lms.people.models import Person


def of_person(person: Person | None) -> QuerySet[Enrolment]:
    """With what pages show: title, how many lessons there are and are done, and whether it is completed."""
    completed = Entry.objects.standing().filter(
        participation=OuterRef("participation"), stage=Stage.COMPLETED
    )
    return (
        Enrolment.objects.filter(person=person)
        .select_related("cohort__version__course__kind", "cohort__activity", "place__lesson", "place__block")
        .annotate(
            lessons_total=Count("cohort__version__lessons", distinct=True),
            lessons_finished=Count("lessons_done", distinct=True),
            completed=Exists(completed),
        )
    )


def enrolment_of(person: Person, course: Course) -> Enrolment | None:
    """The newest enrolment in any version of the course."""
    return of_person(person).filter(cohort__version__course=course).order_by("-enrolled_at").first()


def enrolments_attended(source: Import) -> QuerySet[Enrolment]:
    """Enrolments whose attendance came with an import, in courses that ask for it."""
    there = Entry.objects.filter(
        participation=OuterRef("participation"), source=source, stage=Stage.ATTENDED, absent=False
    )
    asked = Enrolment.objects.filter(Exists(there), cohort__version__needs_attendance=True)
    return asked.select_related("cohort__version", "cohort__activity", "person").order_by("pk")


@dataclass(frozen=True)
class Step:
    """A lesson in the outline of an enrolment, in its place."""

    lesson: Lesson
    done: bool


def outline(enrolment: Enrolment) -> list[Step]:
    """All lessons of the version in order, with what is done. Two queries."""
    done = set(enrolment.lessons_done.values_list("lesson_id", flat=True))
    lessons = enrolment.cohort.version.lessons.select_related("module")
    return [Step(lesson, lesson.pk in done) for lesson in lessons]
