"""Marks are appended: by the program, by a trainer, and again where a question is corrected."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.completions import complete_if_due
from courses.kinds.questions import kind_of
from courses.models import Attempt, Correction, Enrolment, Mark, Question
from courses.queries.attempts import Score, newest_marks, points_of, puts, score_of, taken_with
from lms.kit.errors import Refused
from lms.kit.locks import Lock, hold
from lms.people.models import User


def points_for(share: Fraction, points: int) -> Decimal:
    """A share of a question's points in hundredths, a half rounded up."""
    exact = share * points
    value = Decimal(exact.numerator) / Decimal(exact.denominator)
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def mark_by_program(*, attempt: Attempt) -> None:
    """Append the marks that need no person. For ``submit_attempt``, which has claimed the attempt."""
    shares = [(put.question, put.kind.mark(put.data, put.answer)) for put in puts(attempt)]
    Mark.objects.bulk_create(
        Mark(attempt=attempt, question=question, points=points_for(share, question.points))
        for question, share in shares
        if share is not None
    )


@transaction.atomic
def mark_essay(
    *, attempt: Attempt, question: Question, criteria: Sequence[Decimal], note: str, after: int, by: User
) -> Mark:
    """Append a trainer's mark; ``criteria`` are points for each criterion of the rubric, in its order.

    ``after`` is the ordinal of the mark that the trainer had before them, 0 for none: where another mark
    was appended since, this raises Refused, unless it is the same mark by the same trainer.
    """
    enrolment = Enrolment.objects.select_for_update().get(pk=attempt.enrolment_id)
    if not rules.may_mark(by, enrolment):
        raise Refused(_("Only a trainer of this cohort marks its essays."))
    if attempt.submitted_at is None or question.pk not in attempt.drawn or question.kind != "essay":
        raise Refused(_("There is no submitted essay to mark."))
    given = [str(points) for points in criteria]
    newest = attempt.marks.filter(question=question).order_by("-ordinal").first()
    if newest and newest.ordinal != after:
        if (newest.criteria, newest.note, newest.marked_by_id) == (given, note, by.pk):
            return newest
        raise Refused(_("Somebody else marked this essay meanwhile. Open it again to see that mark."))
    mark = Mark.objects.create(
        attempt=attempt,
        question=question,
        ordinal=after + 1,
        points=points_for(_share_of(question, criteria), question.points),
        criteria=given,
        note=note,
        marked_by=by,
    )
    complete_if_due(enrolment=enrolment, by=by)
    return mark


def _share_of(question: Question, criteria: Sequence[Decimal]) -> Fraction:
    rubric = question.data["rubric"]
    fits = len(criteria) == len(rubric) and all(
        0 <= points <= row["points"] for points, row in zip(criteria, rubric, strict=False)
    )
    if not fits:
        raise Refused(_("Give each criterion between 0 and its points."))
    return Fraction(sum(criteria, Decimal(0))) / Fraction(sum(row["points"] for row in rubric))


@dataclass(frozen=True)
class Change:
    """What a correction does to one attempt; ``ordinal`` is that of the mark it replaces."""

    attempt: Attempt
    ordinal: int
    before: Decimal
    after: Decimal
    score_before: Score
    score_after: Score


@transaction.atomic
def regrade(
    *, question: Question, data: dict[str, Any], reason: str, by: User, preview: bool, seen: str = ""
) -> list[Change]:
    """Mark a question again by ``data`` in every submitted attempt of its version; who changes, and how.

    With ``preview`` nothing is written. Without, ``seen`` is the digest of the preview: where attempts
    came in since, this raises Refused, so that nobody's mark changes unseen. A completion that stands in
    the ledger stays; one that becomes due is recorded.
    """
    if not rules.may_correct(by, question.version):
        raise Refused(_("Only a trainer of a cohort with this course corrects its questions."))
    if kind_of(question.kind).marked_by_person:
        raise Refused(_("An essay has no right answer: mark it again instead."))
    hold(Lock.MARKING)
    changes = _changes(question, data)
    if not preview:
        _apply(question, data, reason, by, changes, seen)
    return changes


def digest(changes: Sequence[Change]) -> str:
    """What tells one preview from another."""
    rows = [(one.attempt.pk, one.ordinal, str(one.after)) for one in changes]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _changes(question: Question, data: dict[str, Any]) -> list[Change]:
    points, found = points_of(question.version_id), []
    for attempt in taken_with(question):
        answer = next((answer.data for answer in attempt.answers.all()), None)
        share = kind_of(question.kind).mark(data, answer)
        before = newest_marks(attempt.marks.all())[question.pk]
        after = points_for(share or Fraction(0), question.points)
        if after != before.points:
            score = score_of(attempt, points, question.version.pass_mark)
            raised = Score(
                score.reached + after - before.points, score.total, score.awaiting, score.pass_mark
            )
            found.append(Change(attempt, before.ordinal, before.points, after, score, raised))
    return found


def _apply(
    question: Question, data: dict[str, Any], reason: str, by: User, changes: Sequence[Change], seen: str
) -> None:
    if not reason.strip():
        raise Refused(_("Say why: people whose mark changes will read it."), field="reason")
    if seen != digest(changes):
        raise Refused(_("Attempts came in since the preview. Look at it once more."))
    ordinal = question.corrections.count() + 1
    Correction.objects.create(question=question, ordinal=ordinal, data=data, reason=reason, corrected_by=by)
    Mark.objects.bulk_create(
        Mark(
            attempt=change.attempt,
            question=question,
            ordinal=change.ordinal + 1,
            points=change.after,
            note=reason,
            marked_by=by,
        )
        for change in changes
    )
    for change in changes:
        complete_if_due(enrolment=change.attempt.enrolment, by=by)
