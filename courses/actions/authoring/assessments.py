"""The assessment of a draft and the questions of its bank."""

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from courses.actions.authoring.claims import claim, require_seen
from courses.kinds.writing.order import shifted
from courses.models import Assessment, CourseVersion, Question
from courses.queries.authoring.texts import assessment_text, question_text
from lms.kit.errors import Refused
from lms.people.models import User

KEY = re.compile(r"[-a-z0-9_]{1,80}", re.ASCII)


@transaction.atomic
def save_assessment(*, version: CourseVersion, fields: Mapping[str, Any], seen: str, by: User) -> None:
    """Make or change the version's assessment. Raises Stale where somebody saved it since ``seen``."""
    draft = claim(version=version, by=by)
    known = Assessment.objects.filter(version=draft).first()
    require_seen(text=assessment_text(known) if known else "", seen=seen)
    Assessment.objects.update_or_create(version=draft, defaults=dict(fields))


@transaction.atomic
def remove_assessment(*, version: CourseVersion, seen: str, by: User) -> None:
    """With all its questions, unless somebody changed it since ``seen``."""
    draft = claim(version=version, by=by)
    assessment = Assessment.objects.get(version=draft)
    require_seen(text=assessment_text(assessment), seen=seen)
    assessment.delete()


@transaction.atomic
def add_question(*, version: CourseVersion, written: Mapping[str, Any], by: User) -> Question:
    """A question at the end of the bank; ``written`` is what ``read_question`` gave.

    Raises Refused where there is no assessment or the key is not one or is taken.
    """
    draft = claim(version=version, by=by)
    assessment = Assessment.objects.filter(version=draft).first()
    if assessment is None:
        raise Refused(_("First say what the assessment is called."))
    last = assessment.questions.aggregate(last=Max("position"))["last"] or 0
    question = Question(version=draft, assessment=assessment, position=last + 1)
    return fill(question, written)


@transaction.atomic
def save_question(*, question: Question, written: Mapping[str, Any], seen: str, by: User) -> Question:
    """Raises Stale where somebody saved the question since ``seen``, Refused as ``add_question`` does."""
    claim(version=question.version, by=by)
    question.refresh_from_db()
    require_seen(text=question_text(question), seen=seen)
    return fill(question, written)


def fill(question: Question, written: Mapping[str, Any]) -> Question:
    key = str(written.get("key", ""))
    if not KEY.fullmatch(key):
        raise Refused(_("“key” must be made of small letters, digits, - and _, 80 at most."), field="key")
    if question.assessment.questions.filter(key=key).exclude(pk=question.pk).exists():
        raise Refused(_("Another question has this key."), field="key")
    question.key, question.kind, question.points = key, written["kind"], written.get("points", 1)
    question.data = {name: value for name, value in written.items() if name not in ("key", "kind", "points")}
    question.save()
    return question


@transaction.atomic
def remove_question(*, question: Question, seen: str, by: User) -> None:
    """Unless somebody changed it since ``seen``. Published versions keep theirs."""
    claim(version=question.version, by=by)
    question.refresh_from_db()
    require_seen(text=question_text(question), seen=seen)
    question.delete()


@transaction.atomic
def move_question(*, question: Question, places: int, by: User) -> None:
    """Up (-1) or down (1) in the bank; the order matters where questions are not shuffled."""
    claim(version=question.version, by=by)
    bank = list(question.assessment.questions.order_by("position", "pk"))
    moved = shifted(bank, bank.index(question), places)
    for position, one in enumerate(moved, start=1):
        one.position = position
    Question.objects.bulk_update(moved, ["position"])
