"""A check before and after: what it asks, and what it showed as soon as enough have answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from courses.enums import CheckPhase, VersionStatus
from courses.kinds.questions import kind_of
from courses.models import Check, CheckDone, CheckQuestion, CheckSheet, PersonalLink, Question
from lms.people.models import User

# Fewer could be told apart.
LEAST = 5


@dataclass(frozen=True)
class Asked:
    """How well one question was answered: means in whole per cent; None where too few answered."""

    question: CheckQuestion
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Results:
    """``before`` and ``after`` are how many answered; the questions are empty until enough have."""

    before: int
    after: int
    asked: Sequence[Asked]

    @property
    def is_shown(self) -> bool:
        return bool(self.asked)


def results_of(check: Check) -> Results:
    """Each phase is shown by itself from five answers up, once it is closed: a mean that changes with the
    next answer would tell it. Two queries.
    """
    sheets: dict[str, list[Mapping[str, Any]]] = {phase: [] for phase in CheckPhase.values}
    for phase, answers in CheckSheet.objects.filter(of_check=check).values_list("phase", "answers"):
        sheets[phase].append(answers)
    before, after = (len(sheets[phase]) for phase in (CheckPhase.BEFORE, CheckPhase.AFTER))
    told = {phase: found for phase, found in sheets.items() if _is_told(check, phase, len(found))}
    if not told:
        return Results(before, after, [])
    asked = [
        Asked(one, *(_mean(one, told.get(phase)) for phase in (CheckPhase.BEFORE, CheckPhase.AFTER)))
        for one in check.questions.all()
    ]
    return Results(before, after, asked)


def is_told(check: Check, phase: str) -> bool:
    """Whether the means of a phase are shown now."""
    return _is_told(check, phase, CheckSheet.objects.filter(of_check=check, phase=phase).count())


def _is_told(check: Check, phase: str, sheets: int) -> bool:
    """Closed for good, and by so many that no change of a mean tells an answer."""
    return phase != check.phase and sheets >= LEAST


def _mean(question: CheckQuestion, sheets: Sequence[Mapping[str, Any]] | None) -> int | None:
    if sheets is None:
        return None
    kind = kind_of(question.kind)
    shares = [kind.mark(question.data, sheet.get(str(question.pk))) or 0 for sheet in sheets]
    return round(100 * sum(shares) / len(shares))


def has_answers(check: Check) -> bool:
    return CheckSheet.objects.filter(of_check=check).exists()


def done_by(link: PersonalLink) -> set[str]:
    """The phases that somebody has answered."""
    return set(CheckDone.objects.filter(link=link).values_list("phase", flat=True))


def questions_for(user: User) -> QuerySet[Question]:
    """Questions of published courses that somebody writes or trains: to others they would tell an exam."""
    own = Q(version__course__authors=user.pk) | Q(version__cohorts__trainers=user.pk)
    found = Question.objects.filter(own, kind__in=ASKED, version__status=VersionStatus.PUBLISHED)
    return found.select_related("version").distinct().order_by("version__title", "version", "position")


# Answered at a glance, on a phone of one's own or a borrowed one.
ASKED = ("single", "multiple", "truefalse")
