"""The facts that a course version's completion rule is asked about, for one enrolment or for many."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Prefetch, Q, QuerySet

from courses.enums import Stage
from courses.kinds.completion import CompletionFacts, CompletionRule, completed_on
from courses.models import (
    ActivityVersion,
    Cohort,
    CourseVersion,
    Enrolment,
    Entry,
    Question,
    RegisterMark,
    SignOff,
)
from courses.queries.attending import Registers, registers
from courses.queries.brought import Brought, brought_by
from lms.kit.clock import reporting_zone


def rule_of(version: CourseVersion) -> CompletionRule:
    """What the version asks for; one that asks for nothing is completed by its trainer's decision alone."""
    if not asks_for_something(version):
        return CompletionRule(sign_off=True)
    lessons = frozenset(version.lessons.values_list("pk", flat=True)) if version.needs_lessons else None
    return CompletionRule(lessons, version.pass_mark, version.needs_attendance, version.needs_sign_off)


def asks_for_something(version: CourseVersion) -> bool:
    return bool(
        version.needs_lessons
        or version.needs_attendance
        or version.needs_sign_off
        or version.pass_mark is not None
    )


@dataclass(frozen=True)
class AboutCohort:
    """What the enrolments of one cohort share: points of each question, the activity's first day, and what
    its registers ask for. ``brought`` is what those of them bring along who were moved here.
    """

    points: dict[int, int]
    first_day: dt.date | None
    registers: Registers | None = None
    brought: Mapping[int, Brought] = field(default_factory=dict)


def about(cohort: Cohort, rule: CompletionRule) -> AboutCohort:
    """Only what the rule asks for is read."""
    points: dict[int, int] = {}
    if rule.pass_mark is not None:
        points = dict(Question.objects.filter(version=cohort.version_id).values_list("pk", "points"))
    if not rule.attendance:
        return AboutCohort(points, None)
    return AboutCohort(
        points,
        first_day(cohort.activity_id),
        registers(cohort.activity_id, cohort),
        brought_by(Q(cohort=cohort)),
    )


def first_day(activity_id: int) -> dt.date | None:
    """The day an activity starts, in the reporting zone; None for a self-paced or withdrawn one."""
    version = ActivityVersion.objects.in_force().filter(activity=activity_id).first()
    return day_of(version.starts_at) if version and version.starts_at else None


def with_facts(enrolments: QuerySet[Enrolment], rule: CompletionRule) -> QuerySet[Enrolment]:
    """Enrolments with what the rule asks about: a query for each relation, however many enrolments."""
    wanted: list[Prefetch[str]] = []
    if rule.lessons:
        wanted.append(Prefetch("lessons_done"))
    if rule.pass_mark is not None:
        wanted.append(Prefetch("attempts__marks"))
    if rule.attendance:
        there = Entry.objects.standing().filter(stage=Stage.ATTENDED, absent=False)
        wanted.append(Prefetch("participation__entries", there, to_attr="attendances"))
        said = RegisterMark.objects.with_day()
        wanted.append(Prefetch("participation__register_marks", said, to_attr="said"))
    if rule.sign_off:
        wanted.append(Prefetch("sign_offs", standing_sign_offs(), to_attr="standing_sign_offs"))
    return enrolments.prefetch_related(*wanted)


def facts_of(enrolment: Enrolment, rule: CompletionRule, shared: AboutCohort) -> CompletionFacts:
    """What the rule asks about, of an enrolment that came from ``with_facts``."""
    return CompletionFacts(
        lessons_done=lessons_done(enrolment) if rule.lessons else {},
        scores=frozenset(scores_of(enrolment, shared.points) if rule.pass_mark is not None else ()),
        attended_on=attended_on(enrolment, shared) if rule.attendance else None,
        signed_off_on=signed_off_on(enrolment) if rule.sign_off else None,
    )


def due_day(enrolment: Enrolment, rows: QuerySet[Enrolment] | None = None) -> dt.date | None:
    """The day on which the version's rule was met, as facts are now; None while it is not, and for who left.

    ``rows`` are asked for the enrolment, where it is to be locked with them.
    """
    cohort = enrolment.cohort
    rule = rule_of(cohort.version)
    one = with_facts(Enrolment.objects.all() if rows is None else rows, rule).get(pk=enrolment.pk)
    if one.withdrawn_at is not None:
        return None
    return completed_on(rule, facts_of(one, rule, about(cohort, rule)))


def attended_on(enrolment: Enrolment, shared: AboutCohort) -> dt.date | None:
    """The day of the session that met the rule; what an import says happened when the activity began.

    Whoever was moved brings along what they were at before, and an attendance that no register says.
    """
    brought = shared.brought.get(enrolment.participation_id)
    known = brought.attended_on if brought else None
    there: list[Entry] = enrolment.participation.attendances  # type: ignore[attr-defined]  # fetched
    if not there and brought is None:
        return None
    if shared.registers is None or (there and there[0].source_id is not None):
        return _earliest(shared.first_day if there else None, known)
    said: list[RegisterMark] = enrolment.participation.said  # type: ignore[attr-defined]  # fetched
    met = shared.registers.of([*said, *(brought.marks if brought else ())]).on
    return _earliest(met or (shared.first_day if there else None), known)


def _earliest(*days: dt.date | None) -> dt.date | None:
    return min((day for day in days if day is not None), default=None)


def standing_sign_offs() -> QuerySet[SignOff]:
    """Sign-offs that nobody took back."""
    return SignOff.objects.filter(reversal__isnull=True).select_related("recorded_by__person")


def lessons_done(enrolment: Enrolment) -> dict[int, dt.date]:
    return {done.lesson_id: day_of(done.done_at) for done in enrolment.lessons_done.all()}


def scores_of(enrolment: Enrolment, points: dict[int, int]) -> Iterator[tuple[float, dt.date]]:
    """(per cent, day of the last mark) of every attempt whose questions all have a mark."""
    for attempt in enrolment.attempts.all():
        newest = {mark.question_id: mark for mark in attempt.marks.all()}
        if attempt.submitted_at and attempt.drawn and set(newest) >= set(attempt.drawn):
            reached = sum(newest[question].points for question in attempt.drawn)
            total = sum(points[question] for question in attempt.drawn)
            yield float(100 * reached / total), day_of(max(newest[q].marked_at for q in attempt.drawn))


def signed_off_on(enrolment: Enrolment) -> dt.date | None:
    found: list[SignOff] = enrolment.standing_sign_offs  # type: ignore[attr-defined]  # fetched
    return day_of(found[0].recorded_at) if found else None


def day_of(moment: dt.datetime) -> dt.date:
    return moment.astimezone(reporting_zone()).date()
