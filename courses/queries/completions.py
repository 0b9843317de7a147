"""The facts that a course version's completion rule is asked about."""

import datetime as dt
from collections.abc import Iterator

from courses.enums import Stage
from courses.kinds.completion import CompletionFacts, CompletionRule
from courses.models import ActivityVersion, CourseVersion, Enrolment, Question
from lms.kit.clock import reporting_zone


def rule_of(version: CourseVersion) -> CompletionRule:
    lessons = frozenset(version.lessons.values_list("pk", flat=True)) if version.needs_lessons else None
    return CompletionRule(lessons, version.pass_mark, version.needs_attendance, version.needs_sign_off)


def facts_of(enrolment: Enrolment) -> CompletionFacts:
    return CompletionFacts(
        lessons_done={
            lesson: day_of(done)
            for lesson, done in enrolment.lessons_done.values_list("lesson_id", "done_at")
        },
        scores=frozenset((score, day_of(moment)) for score, moment in scores_of(enrolment)),
        attended_on=attended_on(enrolment),
        signed_off_on=signed_off_on(enrolment),
    )


def scores_of(enrolment: Enrolment) -> Iterator[tuple[float, dt.datetime]]:
    """(per cent, moment of the last mark) of every attempt whose questions all have a mark."""
    points = dict(Question.objects.filter(version=enrolment.cohort.version).values_list("pk", "points"))
    attempts = enrolment.attempts.filter(submitted_at__isnull=False).prefetch_related("marks")
    for attempt in attempts:
        newest = {mark.question_id: mark for mark in attempt.marks.all()}
        if attempt.drawn and set(newest) >= set(attempt.drawn):
            reached = sum(newest[question].points for question in attempt.drawn)
            total = sum(points[question] for question in attempt.drawn)
            yield float(100 * reached / total), max(newest[q].marked_at for q in attempt.drawn)


def day_of(moment: dt.datetime) -> dt.date:
    return moment.astimezone(reporting_zone()).date()


def attended_on(enrolment: Enrolment) -> dt.date | None:
    """The first day of the activity, where the person attended it."""
    entries = enrolment.participation.entries.standing()
    if not entries.filter(stage=Stage.ATTENDED, absent=False).exists():
        return None
    version = ActivityVersion.objects.in_force().get(activity=enrolment.cohort.activity_id)
    return day_of(version.starts_at) if version.starts_at else None


def signed_off_on(enrolment: Enrolment) -> dt.date | None:
    sign_off = getattr(enrolment, "sign_off", None)
    return day_of(sign_off.signed_at) if sign_off else None
