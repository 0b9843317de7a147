"""What somebody does inside a course: nothing here is ever lost, or recorded twice."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from courses.actions.completions import complete_if_due
from courses.models import Block, CheckAnswer, Enrolment, Lesson, LessonDone, Place
from lms.people.models import User


def reach(*, enrolment: Enrolment, lesson: Lesson, block: Block | None, by: User) -> None:
    """Remember where to go on. The alternative is kept as its lesson: no block of it is."""
    place = None if block is None or block.alternative else block
    Place.objects.update_or_create(
        enrolment=enrolment, defaults={"lesson": lesson, "block": place, "moved_at": Now()}
    )


@transaction.atomic
def finish_lesson(*, enrolment: Enrolment, lesson: Lesson, by: User) -> None:
    """A lesson is done, by either of its ways; the course is completed where that was the last thing."""
    LessonDone.objects.get_or_create(enrolment=enrolment, lesson=lesson)
    complete_if_due(enrolment=enrolment, by=by)


def save_check(*, enrolment: Enrolment, block: Block, data: Any, by: User) -> None:
    """Keep what was chosen in a scenario or knowledge check, so that it is there on return."""
    CheckAnswer.objects.update_or_create(
        enrolment=enrolment, block=block, defaults={"data": data, "saved_at": Now()}
    )
