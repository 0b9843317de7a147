"""A check before and after an activity: write it, open and close it, answer it by a link."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses import rules
from courses.enums import CheckPhase
from courses.kinds.questions import Posted, kind_of
from courses.models import Activity, Check, CheckDone, CheckQuestion, CheckSheet, PersonalLink
from courses.queries.checks import has_answers, is_told, questions_for
from lms.kit.errors import Refused
from lms.people.models import User

LEAST_ASKED, MOST_ASKED = 3, 10
# Nothing that can be guessed decides the order of rows.
_shuffled = random.SystemRandom()


@dataclass(frozen=True)
class Written:
    """A question as somebody wrote it: the options with whether each is right."""

    prompt: str
    options: Sequence[tuple[str, bool]]

    @property
    def kind(self) -> str:
        return "single" if sum(right for _text, right in self.options) == 1 else "multiple"

    @property
    def data(self) -> dict[str, Any]:
        options = [{"text": text, "correct": right} for text, right in self.options]
        return {"prompt": self.prompt, "options": options}


@transaction.atomic
def add_question(*, activity: Activity, written: Written, by: User) -> CheckQuestion:
    """One more question at the end. Raises Refused for who may not, once somebody has answered, after ten,
    and for a question that could not be answered.
    """
    missing = kind_of(written.kind).missing(written.data)
    if missing:
        raise Refused(" ".join(missing))
    return _append(_draft(activity, by), written.kind, written.data)


@transaction.atomic
def take_questions(*, activity: Activity, chosen: Sequence[int], by: User) -> int:
    """Copy questions of published courses that ``by`` writes or trains; how many.

    Raises Refused as ``add_question`` does.
    """
    check = _draft(activity, by)
    found = list(questions_for(by).filter(pk__in=chosen))
    if not found:
        raise Refused(_("Choose at least one question."))
    for question in found:
        _append(check, question.kind, question.data)
    return len(found)


@transaction.atomic
def remove_question(*, activity: Activity, question: int, by: User) -> None:
    """Raises Refused for who may not and once somebody has answered. A second call changes nothing."""
    _draft(activity, by).questions.filter(pk=question).delete()


@transaction.atomic
def set_phase(*, activity: Activity, phase: str, by: User) -> Check:
    """Open the check before, the one after, or neither ('').

    Raises Refused for who may not, for a check of fewer than three questions, and where the means of the
    phase were told.
    """
    check = Check.objects.select_for_update().get(pk=_kept(activity, by).pk)
    if phase and check.questions.count() < LEAST_ASKED:
        raise Refused(_("A check has at least three questions."))
    if phase and is_told(check, phase):
        raise Refused(_("Its means are shown: one more answer could be told from how they change."))
    check.phase = CheckPhase(phase) if phase else ""
    check.save(update_fields=["phase"])
    return check


@transaction.atomic
def answer_check(*, link: PersonalLink, phase: CheckPhase, posted: Mapping[int, Posted]) -> Mapping[int, Any]:
    """Keep the answers of whoever holds the link, apart from who that is; what was answered by question.

    A question may be left out. Raises Refused where the phase is not open, or was answered already.
    """
    # Held, so that of two who answer at once neither writes anew what the other does.
    check = Check.objects.select_for_update().filter(activity=link.participation.activity_id).first()
    if check is None or check.phase != phase:
        raise Refused(_("This check is not open now."))
    answers = {}
    for question in check.questions.all():
        answer = kind_of(question.kind).clean(question.data, posted.get(question.pk, {}))
        if answer is not None:
            answers[question.pk] = answer
    try:
        with transaction.atomic():
            CheckDone.objects.create(link=link, phase=phase)
    except IntegrityError as error:
        raise Refused(_("You have answered this check already. Thank you.")) from error
    _rewrite_sheets(check, phase, {str(pk): answer for pk, answer in answers.items()})
    return answers


def _rewrite_sheets(check: Check, phase: CheckPhase, answers: Mapping[str, Any]) -> None:
    """All sheets of the phase in random order: what is written last looks like all the others."""
    kept = CheckSheet.objects.filter(of_check=check, phase=phase)
    rows = [
        CheckSheet(of_check=check, phase=phase, answers=one) for one in kept.values_list("answers", flat=True)
    ]
    rows.append(CheckSheet(of_check=check, phase=phase, answers=answers))
    kept.delete()
    _shuffled.shuffle(rows)
    CheckSheet.objects.bulk_create(rows)


def _draft(activity: Activity, by: User) -> Check:
    check = _kept(activity, by)
    if has_answers(check):
        raise Refused(_("Somebody has answered already, so the questions stay as they are."))
    return check


def _kept(activity: Activity, by: User) -> Check:
    if not rules.may_keep_gathering(by, activity):
        raise Refused(_("Only staff and the trainers who lead it keep its check."))
    Activity.objects.select_for_update().get(pk=activity.pk)
    return Check.objects.get_or_create(activity=activity, defaults={"made_by": by})[0]


def _append(check: Check, kind: str, data: Mapping[str, Any]) -> CheckQuestion:
    last = check.questions.order_by("-position").first()
    if check.questions.count() >= MOST_ASKED:
        raise Refused(_("A check has at most ten questions."))
    position = last.position + 1 if last else 1
    return CheckQuestion.objects.create(of_check=check, position=position, kind=kind, data=data)
