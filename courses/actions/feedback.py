"""Ask for feedback, answer it, and close it once and for all."""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses import rules
from courses.kinds.feedback import FEWEST, OVERALL, Question, answered, read, summed
from courses.models import (
    Activity,
    FeedbackAnswer,
    FeedbackForm,
    FeedbackGiven,
    FeedbackResult,
    PooledRating,
    TrainingSession,
)
from courses.queries.feedback import asked_of, overdue
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.kit.locks import Lock, hold
from lms.kit.moment import DatabaseClock
from lms.people.models import Person, User

# Longer, and people answer about something they have forgotten.
MOST_DAYS = 60
# Nothing that can be guessed decides the order of rows.
_shuffled = random.SystemRandom()


@transaction.atomic
def ask_feedback(
    *,
    activity: Activity,
    session: TrainingSession | None,
    questions: Sequence[Question],
    closes_on: dt.date,
    by: User,
) -> FeedbackForm:
    """Ask the people of an activity, or of one session of it, until the end of ``closes_on``.

    Raises Refused for who does not lead it, for a day that is past or too far off, and for a second form.
    """
    if not rules.may_ask_feedback(by, activity):
        raise Refused(_("Only who leads this activity asks for feedback on it."))
    _check_day(closes_on)
    if not questions or questions[0].key != OVERALL:
        raise Refused(_("The first question is the one that is counted over the year: it is always asked."))
    # Locked, so that the second of two presses finds the form of the first.
    Activity.objects.select_for_update().get(pk=activity.pk)
    if FeedbackForm.objects.filter(activity=activity, session=session).exists():
        raise Refused(_("Feedback on this was asked for already."))
    return FeedbackForm.objects.create(
        activity=activity,
        session=session,
        questions=[question.as_data() for question in questions],
        closes_on=closes_on,
        opened_by=by,
    )


@transaction.atomic
def move_end(*, form: FeedbackForm, closes_on: dt.date, by: User) -> None:
    """Take answers until another day. Raises Refused once it is closed, and as ``ask_feedback`` does."""
    if not rules.may_ask_feedback(by, form.activity):
        raise Refused(_("Only who leads this activity asks for feedback on it."))
    _check_day(closes_on)
    moved = FeedbackForm.objects.filter(pk=form.pk, closed_at=None, closes_on__gte=today())
    if not moved.update(closes_on=closes_on):
        raise Refused(_("This form is closed: its result is there for good."))


@transaction.atomic
def give_feedback(*, form: FeedbackForm, posted: Mapping[str, Sequence[str]], by: User) -> None:
    """Keep what somebody says, and apart from it that they did.

    All answers of the form are written anew in random order, and so is who has answered: what is written last
    looks like all the others. Raises Refused for who was not asked, or has answered; Unanswerable for what is
    no answer.
    """
    FeedbackForm.objects.select_for_update().get(pk=form.pk)
    person = by.person
    asked = asked_of(person).filter(pk=form.pk).first() if person else None
    if person is None or asked is None:
        raise Refused(_("This form takes no more answers, or was not meant for you."))
    if asked.answered:  # type: ignore[attr-defined]  # annotated
        raise Refused(_("You have answered already. Nothing was changed."))
    data = answered(read(form.questions), posted)
    _rewrite_answers(form, data)
    _rewrite_given(form, person)


def _rewrite_answers(form: FeedbackForm, data: dict[str, Any]) -> None:
    kept = [one.data for one in FeedbackAnswer.objects.filter(form=form)]
    FeedbackAnswer.objects.filter(form=form).delete()
    rows = [FeedbackAnswer(form=form, data=one) for one in [*kept, data]]
    _shuffled.shuffle(rows)
    FeedbackAnswer.objects.bulk_create(rows)


def _rewrite_given(form: FeedbackForm, person: Person) -> None:
    before = list(FeedbackGiven.objects.filter(form=form).values_list("person", flat=True))
    FeedbackGiven.objects.filter(form=form).delete()
    rows = [FeedbackGiven(form=form, person_id=one) for one in [*before, person.pk]]
    _shuffled.shuffle(rows)
    FeedbackGiven.objects.bulk_create(rows)


def close_due() -> int:
    """Close every form whose last day is over; how many were closed. Each in a transaction of its own."""
    return sum(close(form=form) for form in overdue())


@transaction.atomic
def close(*, form: FeedbackForm) -> bool:
    """Write the one result of a form and forget its answers; False where it was closed before.

    Of fewer than FEWEST answers nothing is told: their first question goes to the pool of the year, without
    the form, and the rest is forgotten.
    """
    locked = FeedbackForm.objects.select_for_update().get(pk=form.pk)
    if locked.closed_at is not None or locked.closes_on >= today():
        return False
    answers = [one.data for one in FeedbackAnswer.objects.filter(form=locked)]
    enough = len(answers) >= FEWEST
    FeedbackResult.objects.create(
        form=locked,
        answered=len(answers) if enough else None,
        summed=summed(read(locked.questions), answers) if enough else None,
    )
    if not enough and answers:
        _pool(locked.closes_on.year, [one[OVERALL] for one in answers])
    FeedbackAnswer.objects.filter(form=locked).delete()
    FeedbackGiven.objects.filter(form=locked).delete()
    FeedbackForm.objects.filter(pk=locked.pk).update(closed_at=DatabaseClock())
    return True


def _pool(year: int, ratings: Sequence[str]) -> None:
    hold(Lock.FEEDBACK_POOL)
    before = list(PooledRating.objects.filter(year=year).values_list("rating", flat=True))
    PooledRating.objects.filter(year=year).delete()
    rows = [PooledRating(year=year, rating=rating) for rating in [*before, *ratings]]
    _shuffled.shuffle(rows)
    PooledRating.objects.bulk_create(rows)


def _check_day(closes_on: dt.date) -> None:
    if not 0 <= (closes_on - today()).days <= MOST_DAYS:
        raise Refused(
            _("Choose a day from today to %(n)s days from now.") % {"n": MOST_DAYS}, field="closes_on"
        )
