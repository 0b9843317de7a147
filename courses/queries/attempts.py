"""Attempts at assessments: what was put, what was answered, and what it came to."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Case, Exists, OuterRef, Prefetch, QuerySet, Value, When
from django.utils import timezone

from courses.kinds.questions import Answer as AnswerData
from courses.kinds.questions import Kind, kind_of
from courses.models import Answer, Assessment, Attempt, Correction, Enrolment, Mark, Question
from courses.queries.cohorts import led_by
from lms.people.models import User
from lms.people.narrowing import narrowed

# An answer on its way when the time ended still counts.
GRACE = dt.timedelta(seconds=30)


@dataclass(frozen=True)
class Put:
    """One question of an attempt: as it is marked now, what was answered, and the mark that holds."""

    number: int
    question: Question
    data: dict[str, Any]
    answer: AnswerData | None
    mark: Mark | None

    @property
    def kind(self) -> Kind:
        return kind_of(self.question.kind)


@dataclass(frozen=True)
class Score:
    """``reached`` of ``total`` points; ``awaiting`` questions have no mark yet."""

    reached: Decimal
    total: int
    awaiting: int
    pass_mark: int | None

    @cached_property
    def exact(self) -> Decimal:
        """In per cent of the points, not rounded."""
        return 100 * self.reached / self.total if self.total else Decimal(0)

    @property
    def per_cent(self) -> int:
        """Cut off, not rounded: nobody reads 70 per cent and has not reached 70."""
        return int(self.exact)

    @property
    def passed(self) -> bool | None:
        """None while a mark is missing, or where the version has no pass mark."""
        if self.awaiting or self.pass_mark is None:
            return None
        return self.exact >= self.pass_mark


def own_enrolments(user: User) -> QuerySet[Enrolment]:
    """With the course version and the assessment, where it has one."""
    related = ("cohort__activity", "cohort__version__course", "cohort__version__assessment", "extra_time")
    return Enrolment.objects.filter(person=user.person_id).select_related(*related)


def assessment_of(enrolment: Enrolment) -> Assessment | None:
    return getattr(enrolment.cohort.version, "assessment", None)


def corrected(questions: Iterable[Question]) -> dict[int, dict[str, Any]]:
    """The data that each question is marked by now. One query."""
    found = {question.pk: question.data for question in questions}
    newest_last = Correction.objects.filter(question__in=found).order_by("ordinal")
    return found | {correction.question_id: correction.data for correction in newest_last}


def puts(attempt: Attempt) -> list[Put]:
    """The attempt's questions in the order they are put. Four queries."""
    questions = Question.objects.in_bulk(attempt.drawn)
    data = corrected(questions.values())
    answers = dict(Answer.objects.filter(attempt=attempt).values_list("question_id", "data"))
    marks = newest_marks(attempt.marks.all())
    return [
        Put(number, questions[pk], data[pk], answers.get(pk), marks.get(pk))
        for number, pk in enumerate(attempt.drawn, 1)
    ]


def newest_marks(marks: Iterable[Mark]) -> dict[int, Mark]:
    """The mark that holds for each question, of one attempt's marks."""
    return {mark.question_id: mark for mark in sorted(marks, key=lambda mark: mark.ordinal)}


def score_of(attempt: Attempt, points: dict[int, int], pass_mark: int | None) -> Score:
    """``points`` says what each question of the version is worth; the marks come with the attempt."""
    marks = newest_marks(attempt.marks.all())
    return Score(
        reached=sum((marks[pk].points for pk in attempt.drawn if pk in marks), Decimal(0)),
        total=sum(points[pk] for pk in attempt.drawn),
        awaiting=sum(pk not in marks for pk in attempt.drawn),
        pass_mark=pass_mark,
    )


def points_of(version_id: int) -> dict[int, int]:
    return dict(Question.objects.filter(version=version_id).values_list("pk", "points"))


@dataclass(frozen=True)
class Tried:
    attempt: Attempt
    score: Score | None


def tried(enrolment: Enrolment) -> list[Tried]:
    """Every attempt of an enrolment, the first first; only those submitted have a score. Three queries."""
    points, pass_mark = points_of(enrolment.cohort.version_id), enrolment.cohort.version.pass_mark
    return [
        Tried(attempt, score_of(attempt, points, pass_mark) if attempt.submitted_at else None)
        for attempt in enrolment.attempts.prefetch_related("marks")
    ]


def attempts_left(assessment: Assessment, used: int) -> int | None:
    """How many more attempts may be begun; None for any number."""
    return None if assessment.attempts is None else max(0, assessment.attempts - used)


def is_over(attempt: Attempt, grace: dt.timedelta = dt.timedelta()) -> bool:
    """Whether the time allowed, and then the grace, has ended."""
    return attempt.due_at is not None and timezone.now() > attempt.due_at + grace


def minutes_allowed(assessment: Assessment, enrolment: Enrolment) -> int | None:
    """The time limit with this person's extra time, rounded up; None without a limit."""
    if assessment.minutes is None:
        return None
    extra = getattr(enrolment, "extra_time", None)
    return -(-assessment.minutes * (100 + (extra.per_cent if extra else 0)) // 100)


def overdue(moment: dt.datetime) -> QuerySet[Attempt]:
    """Open attempts whose time and grace had ended by ``moment`` (UTC)."""
    return Attempt.objects.filter(submitted_at=None, due_at__lt=moment - GRACE)


def essays(user: User) -> QuerySet[Answer]:
    """Submitted essays of the cohorts that a trainer trains.

    Without its mark nobody completes, so an essay reaches the trainer from whoever keeps the course to
    themselves, too: pages then leave out the name (``hidden`` of the enrolment).
    """
    mine = Answer.objects.filter(
        led_by(user, "attempt__enrolment__cohort"),
        question__kind="essay",
        attempt__submitted_at__isnull=False,
    )
    mine = narrowed(mine, "attempt__enrolment__person")
    marks = Prefetch("attempt__marks", Mark.objects.filter(question__kind="essay"))
    related = ("question", "attempt__enrolment__person", "attempt__enrolment__cohort__version")
    # Not even their place in a sorted list may give the name away.
    hidden = When(attempt__enrolment__hidden=True, then=Value(""))
    name = Case(hidden, default="attempt__enrolment__person__family_name")
    return mine.select_related(*related).prefetch_related(marks).annotate(shown_name=name)


def essays_to_mark(user: User) -> QuerySet[Answer]:
    """Those without any mark yet, the longest waiting first."""
    marks = Mark.objects.filter(attempt=OuterRef("attempt"), question=OuterRef("question"))
    return essays(user).filter(~Exists(marks)).order_by("attempt__submitted_at", "pk")


def bank_of_trainer(user: User) -> QuerySet[Question]:
    """Questions that can be corrected by whoever trains a cohort with their version; essays have no key."""
    mine = Question.objects.filter(version__cohorts__trainers=user).exclude(kind="essay").distinct()
    return mine.select_related("version").order_by("version__title", "version_id", "position")


def taken_with(question: Question) -> Sequence[Attempt]:
    """Submitted attempts that put the question, with persons, answers to it and all their marks."""
    of_version = Attempt.objects.filter(enrolment__cohort__version=question.version_id)
    attempts = of_version.filter(submitted_at__isnull=False, drawn__contains=question.pk)
    answers = Prefetch("answers", Answer.objects.filter(question=question))
    related = attempts.select_related("enrolment__person", "enrolment__cohort__version")
    return list(related.prefetch_related("marks", answers).order_by("enrolment", "number"))


def timed_enrolments(user: User) -> QuerySet[Enrolment]:
    """Enrolments in a trainer's cohorts whose assessment has a time limit; hidden ones are left out."""
    mine = Enrolment.objects.filter(
        led_by(user, "cohort"), hidden=False, cohort__version__assessment__minutes__isnull=False
    )
    return narrowed(mine).select_related("person", "cohort__version__assessment", "extra_time")
