"""How far the people of a cohort have come, and what that asks of their trainers."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from courses.enums import ActivityStatus, Presence, Stage
from courses.kinds.completion import CompletionRule
from courses.models import (
    Answer,
    Attempt,
    Candidate,
    Cohort,
    Enrolment,
    Entry,
    LessonDone,
    Mark,
    RegisterMark,
    SessionVersion,
)
from courses.models import Place as ReachedPlace
from courses.models.candidates import HOLDING, TO_DECIDE
from courses.queries import candidates
from courses.queries.attending import marks_of, said_by
from courses.queries.boards import NAMES, Place, places, seen, under_way
from courses.queries.brought import versions_of
from courses.queries.completions import about, attended_on, rule_of, with_facts
from courses.queries.sessions import planned
from lms.people.narrowing import narrowed

# The scores of ``scores_of``, for all of a cohort in one statement: who has one that reaches the mark.
PASSED = """
SELECT a.enrolment_id FROM courses_attempt a
JOIN courses_enrolment n ON n.id = a.enrolment_id AND n.cohort_id = %s
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE m.points IS NULL) AS unmarked, sum(m.points) AS reached,
        sum(q.points) AS total
    FROM jsonb_array_elements_text(a.drawn) d (id)
    JOIN courses_question q ON q.id = d.id::bigint
    LEFT JOIN LATERAL (
        SELECT points FROM courses_mark WHERE attempt_id = a.id AND question_id = q.id
        ORDER BY ordinal DESC LIMIT 1
    ) m ON true
) s
WHERE a.submitted_at IS NOT NULL AND s.unmarked = 0 AND s.total > 0 AND 100 * s.reached / s.total >= %s
"""
EVERYBODY, MISSING, NOT_BEGUN, READY = "", "missing", "not-begun", "ready"
FURTHEST, BY_NAME, NEWEST = "", "name", "newest"
ORDERS = {FURTHEST: ("-done", *NAMES), BY_NAME: NAMES, NEWEST: ("-enrolled_at", "pk")}


@dataclass(frozen=True)
class Progress:
    """``marks`` are the training sessions that are planned, each with the register's word in force; before
    them stand those of a cohort they were moved out of that stand for none of these.
    """

    place: Place
    done: int
    lessons: int
    marks: Sequence[tuple[SessionVersion, RegisterMark | None]] = ()

    @property
    def begun(self) -> bool:
        return bool(self.done or self.place.begun)


def progress_of(cohort: Cohort, enrolments: QuerySet[Enrolment]) -> list[Progress]:
    """Of enrolments of one cohort, in their order; a constant number of queries."""
    found = places(cohort, enrolments)
    ids = [one.enrolment.pk for one in found]
    done = LessonDone.objects.filter(enrolment__in=ids).order_by().values("enrolment")
    counted = dict(done.annotate(number=Count("pk")).values_list("enrolment", "number"))
    lessons = cohort.version.lessons.count()
    said = _said(list(planned(cohort.activity)), [one.enrolment.participation_id for one in found])
    return [
        Progress(
            one,
            counted.get(one.enrolment.pk, 0),
            lessons,
            said[one.enrolment.participation_id],
        )
        for one in found
    ]


Said = list[tuple[SessionVersion, RegisterMark | None]]


def _said(sessions: Sequence[SessionVersion], participations: Collection[int]) -> dict[int, Said]:
    """By participation, each session with the word on it: there, wherever that was, before anything else."""
    marks = {number: _by_session(marks) for number, marks in marks_of(participations).items()}
    own = {one.session_id for one in sessions}
    more = {mark for of in marks.values() for mark in of.values() if is_one_more(mark, own)}
    versions = versions_of(more) if more else {}
    found: dict[int, Said] = {}
    for number, of in marks.items():
        before: Said = [(versions[mark.session_id], mark) for mark in of.values() if mark in more]
        before.sort(key=lambda said: said[0].starts_at)
        found[number] = [*before, *((one, of.get(one.session_id)) for one in sessions)]
    return found


def _by_session(marks: Iterable[RegisterMark]) -> dict[int, RegisterMark]:
    found: dict[int, RegisterMark] = {}
    for mark in sorted(marks, key=lambda one: one.presence in Presence.there()):
        if mark.presence:
            found[said_by(mark).session] = mark
    return found


def is_one_more(mark: RegisterMark, own: Collection[int]) -> bool:
    """Whether somebody brought it along and it stands for no session that takes place here."""
    said = said_by(mark)
    return said.brought and said.session not in own


def shown(cohort: Cohort, show: str = EVERYBODY, order: str = FURTHEST) -> QuerySet[Enrolment]:
    """Who has not completed: everybody, or those with something missing, not begun, or ready to sign off."""
    found = under_way(cohort).order_by(*ORDERS.get(order, ORDERS[FURTHEST]))
    if show == NOT_BEGUN:
        return found.filter(not_begun())
    if show in (READY, MISSING):
        ready = ready_of(cohort).order_by().values("pk")
        return found.filter(pk__in=ready) if show == READY else found.exclude(pk__in=ready)
    return found


def not_begun() -> Q:
    """Without a lesson done, a place to go on at, or an attempt."""
    of_one = {"enrolment": OuterRef("pk")}
    return (
        ~Q(Exists(LessonDone.objects.filter(**of_one)))
        & ~Q(Exists(ReachedPlace.objects.filter(**of_one)))
        & ~Q(Exists(Attempt.objects.filter(**of_one)))
    )


def ready_of(cohort: Cohort) -> QuerySet[Enrolment]:
    """Who has done all but the sign-off: the rule of ``still_missing``, for all of a cohort at once."""
    rule = rule_of(cohort.version)
    found: QuerySet[Any] = under_way(cohort)
    if rule.lessons:
        found = found.filter(done=len(rule.lessons))
    if rule.attendance:
        there = Entry.objects.standing().filter(stage=Stage.ATTENDED, absent=False)
        here = Exists(there.filter(participation=OuterRef("participation")))
        found = found.filter(Q(here) | Q(pk__in=attended_before(cohort, rule)))
    if rule.pass_mark is not None:
        found = found.filter(pk__in=passed(cohort, rule.pass_mark))
    return found


def attended_before(cohort: Cohort, rule: CompletionRule) -> list[int]:
    """Ids of the enrolments that meet the rule by what they bring along from another cohort."""
    shared = about(cohort, rule)
    if not shared.brought:
        return []
    moved = Enrolment.objects.filter(cohort=cohort, participation__in=shared.brought.keys())
    return [one.pk for one in with_facts(moved, rule) if attended_on(one, shared) is not None]


def passed(cohort: Cohort, pass_mark: int) -> list[int]:
    """Ids of the enrolments with an attempt that reaches the mark, all of it marked."""
    with connection.cursor() as cursor:
        cursor.execute(PASSED, [cohort.pk, pass_mark])
        return [row[0] for row in cursor.fetchall()]


@dataclass(frozen=True)
class Due:
    """What waits for the trainers of a cohort. ``registers`` are sessions that are over and of which the
    register says nothing of somebody, with how many it says something of and how many were enrolled.
    """

    requests: int
    offers: int
    waiting: int
    ready: int
    essays: int
    registers: Sequence[tuple[SessionVersion, int, int]]
    over: bool


def due_of(cohort: Cohort) -> Due:
    """A constant number of queries."""
    now = timezone.now()
    states = dict(
        narrowed(Candidate.objects.filter(cohort=cohort))
        .order_by()
        .values("state")
        .annotate(number=Count("pk"))
        .values_list("state", "number")
    )
    known = candidates.timing(cohort)
    ends_at = (known.ends_at or known.starts_at) if known else None
    return Due(
        requests=sum(states.get(state, 0) for state in TO_DECIDE),
        offers=sum(states.get(state, 0) for state in HOLDING),
        waiting=states.get("waiting", 0),
        ready=ready_of(cohort).count() if rule_of(cohort.version).sign_off else 0,
        essays=_essays(cohort),
        registers=_registers(cohort, now),
        over=bool(known and known.status == ActivityStatus.PLANNED and ends_at and ends_at < now),
    )


def _essays(cohort: Cohort) -> int:
    marked = Mark.objects.filter(attempt=OuterRef("attempt"), question=OuterRef("question"))
    written = Answer.objects.filter(
        question__kind="essay",
        attempt__enrolment__cohort=cohort,
        attempt__enrolment__withdrawn_at=None,
        attempt__submitted_at__isnull=False,
    )
    return narrowed(written, "attempt__enrolment__person").filter(~Exists(marked)).count()


def _registers(cohort: Cohort, now: dt.datetime) -> list[tuple[SessionVersion, int, int]]:
    past = [one for one in planned(cohort.activity) if one.ends_at < now]
    if not past:
        return []
    inside = seen().filter(cohort=cohort)
    people = list(inside.order_by().values_list("participation_id", "enrolled_at"))
    marks = RegisterMark.objects.in_force().filter(
        session__in=[one.session_id for one in past], participation__enrolment__in=inside.values("pk")
    )
    said = marks.exclude(presence="").order_by().values(of=F("session")).annotate(number=Count("pk"))
    filled = dict(said.values_list("of", "number"))
    found = []
    for one in past:
        expected = sum(1 for _participation, since in people if since < one.ends_at)
        if filled.get(one.session_id, 0) < expected:
            found.append((one, filled.get(one.session_id, 0), expected))
    return found
