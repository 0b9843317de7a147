"""Begin an attempt, save its answers, submit it. Each may come twice, from two windows, or late."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.completions import complete_if_due
from courses.actions.marks import mark_by_program
from courses.kinds.questions import Answer as AnswerData
from courses.models import Answer, Assessment, Attempt, Enrolment, ExtraTime
from courses.queries.attempts import (
    GRACE,
    assessment_of,
    attempts_left,
    is_over,
    minutes_allowed,
    overdue,
)
from lms.kit.errors import Refused
from lms.kit.locks import Lock, hold_shared
from lms.people.models import User


@transaction.atomic
def start_attempt(*, enrolment: Enrolment, by: User) -> Attempt:
    """The open attempt, or a new one with questions drawn from the bank.

    Raises Refused without an assessment or beyond the attempts allowed. An open attempt whose time is
    over is submitted first.
    """
    _require_own(enrolment, by)
    if Enrolment.objects.select_for_update().get(pk=enrolment.pk).withdrawn_at is not None:
        raise Refused(_("You withdrew from this course. What you did before can still be read."))
    assessment = assessment_of(enrolment)
    if assessment is None:
        raise Refused(_("This course has no assessment."))
    attempts = list(enrolment.attempts.all())
    under_way = next((attempt for attempt in attempts if attempt.submitted_at is None), None)
    if under_way and not is_over(under_way, GRACE):
        return under_way
    if under_way:
        submit_attempt(attempt=under_way, by=by)
    if attempts_left(assessment, len(attempts)) == 0:
        raise Refused(_("All attempts at this assessment are used."))
    return _begin(assessment, enrolment, number=len(attempts) + 1)


def _begin(assessment: Assessment, enrolment: Enrolment, number: int) -> Attempt:
    seed = secrets.randbelow(2**31)
    minutes, now = minutes_allowed(assessment, enrolment), timezone.now()
    return Attempt.objects.create(
        enrolment=enrolment,
        number=number,
        seed=seed,
        drawn=draw(assessment, seed),
        started_at=now,
        due_at=now + dt.timedelta(minutes=minutes) if minutes is not None else None,
    )


def draw(assessment: Assessment, seed: int) -> list[int]:
    """Question ids of one attempt, in the order they are put; the same for the same seed.

    Raises Refused for an empty bank.
    """
    bank = list(assessment.questions.values_list("pk", flat=True))
    if not bank:
        raise Refused(_("This assessment has no questions yet."))
    by_lot = sorted(bank, key=lambda pk: hashlib.sha256(f"{seed}:{pk}".encode()).digest())
    drawn = by_lot[: assessment.draw] if assessment.draw else by_lot
    return drawn if assessment.shuffle else sorted(drawn, key=bank.index)


@transaction.atomic
def save_answers(*, attempt: Attempt, answers: Mapping[int, AnswerData | None], by: User) -> None:
    """Save answers by question id; None clears one. The later of two saves of an answer holds.

    Raises Refused once the attempt is submitted, or its time and a small grace are over.
    """
    held = Attempt.objects.select_for_update(of=("self",)).select_related("enrolment").get(pk=attempt.pk)
    _require_own(held.enrolment, by)
    if held.submitted_at:
        raise Refused(_("This attempt is submitted already: nothing in it changes any more."))
    if is_over(held, GRACE):
        raise Refused(_("The time for this attempt is over. What was saved before counts."))
    if not set(answers) <= set(held.drawn):
        raise Refused(_("This question is not part of the attempt."))
    _write(held, answers)


def _write(attempt: Attempt, answers: Mapping[int, AnswerData | None]) -> None:
    now = timezone.now()
    given = [
        Answer(attempt=attempt, question_id=question, data=data, saved_at=now)
        for question, data in answers.items()
        if data is not None
    ]
    Answer.objects.bulk_create(
        given,
        update_conflicts=True,
        unique_fields=["attempt", "question"],
        update_fields=["data", "saved_at"],
    )
    cleared = [question for question, data in answers.items() if data is None]
    if cleared:
        Answer.objects.filter(attempt=attempt, question__in=cleared).delete()


@transaction.atomic
def submit_attempt(*, attempt: Attempt, by: User | None) -> Attempt:
    """Close the attempt and append its marks, once, however often and from wherever this is called.

    The first call claims the attempt; every other finds it submitted and changes nothing. ``by`` is None
    where the program closes an attempt whose time is over.
    """
    # Before the enrolment: a correction holds the one alone and then waits for the other.
    hold_shared(Lock.MARKING)
    enrolment = Enrolment.objects.select_for_update().get(pk=attempt.enrolment_id)
    if by is not None:
        _require_own(enrolment, by)
    unclaimed = Attempt.objects.filter(pk=attempt.pk, submitted_at=None)
    if unclaimed.update(submitted_at=timezone.now()):
        mark_by_program(attempt=attempt)
        complete_if_due(enrolment=enrolment, by=by)
    attempt.refresh_from_db()
    return attempt


def close_overdue(*, by: User | None = None) -> int:
    """Submit every open attempt whose time is over, with the answers saved by then; how many there were."""
    late = list(overdue(timezone.now()))
    for attempt in late:
        submit_attempt(attempt=attempt, by=by)
    return len(late)


@transaction.atomic
def give_extra_time(*, enrolment: Enrolment, per_cent: int, by: User) -> None:
    """More time for somebody, in per cent of the limit, from now on and in the attempt under way.

    Raises Refused for anybody but a trainer of the cohort.
    """
    if not rules.may_give_time(by, enrolment):
        raise Refused(_("Only a trainer of this cohort gives extra time."))
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    given = {"per_cent": per_cent, "given_at": timezone.now(), "given_by": by}
    enrolment.extra_time = ExtraTime.objects.update_or_create(enrolment=enrolment, defaults=given)[0]
    assessment = assessment_of(enrolment)
    minutes = minutes_allowed(assessment, enrolment) if assessment else None
    under_way = enrolment.attempts.filter(submitted_at=None, due_at__isnull=False).first()
    if under_way and minutes is not None:
        due_at = under_way.started_at + dt.timedelta(minutes=minutes)
        Attempt.objects.filter(pk=under_way.pk, submitted_at=None).update(due_at=due_at)


def _require_own(enrolment: Enrolment, by: User) -> None:
    if not rules.may_take(by, enrolment):
        raise Refused(_("Only who is enrolled may take the assessment."))
