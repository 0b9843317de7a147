"""What people were at in the cohorts that they were moved out of: it counts where they are now.

A move takes the enrolment along and leaves the participation, with its marks, where it was. What is said of
it there is asked from here, so that a register that is corrected after the move is corrected for both.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from courses.enums import Presence, Stage
from courses.models import (
    ActivityVersion,
    Departure,
    Enrolment,
    Entry,
    Participation,
    RegisterMark,
    SessionVersion,
    TrainingSession,
)
from lms.kit.clock import reporting_zone


@dataclass(frozen=True)
class Left:
    """A participation that somebody was moved out of, and the one they have now."""

    before: int
    before_activity: int
    now: int
    now_activity: int


@dataclass
class Brought:
    """What somebody brings along. ``marks`` are those of being there, and each ``stands_for`` a session of
    where they are now, or for its own. ``attended_on`` is the day of an attendance that no register says,
    such as an imported one.
    """

    marks: list[RegisterMark] = field(default_factory=list)
    attended_on: dt.date | None = None


def left_by(enrolments: Q) -> list[Left]:
    """What these enrolments (columns of Enrolment) were moved out of. One query.

    Where another enrolment has the participation by now, or was the last to leave it, it is that one's.
    """
    moves = Departure.objects.filter(
        moved_to__isnull=False, enrolment__in=Enrolment.objects.filter(enrolments).values("pk")
    )
    return _left(moves)


def followers(participations: Collection[int]) -> list[Left]:
    """Where the people of these participations have been moved to. One query."""
    of_these = Participation.objects.filter(
        pk__in=participations, person=OuterRef("enrolment__person"), activity=OuterRef("cohort__activity")
    )
    return _left(Departure.objects.filter(Exists(of_these), moved_to__isnull=False))


def _left(moves: QuerySet[Departure]) -> list[Left]:
    by_others = Departure.objects.filter(
        cohort=OuterRef("cohort"), enrolment__person=OuterRef("enrolment__person"), pk__gt=OuterRef("pk")
    ).exclude(enrolment=OuterRef("enrolment"))
    before = Participation.objects.filter(
        person=OuterRef("enrolment__person"), activity=OuterRef("cohort__activity"), enrolment__isnull=True
    )
    rows = moves.filter(~Exists(by_others)).annotate(before=Subquery(before.values("pk")[:1]))
    found = rows.filter(before__isnull=False).values_list(
        "before", "cohort__activity", "enrolment__participation", "enrolment__cohort__activity"
    )
    return [Left(*row) for row in found.order_by("pk")]


def brought_by(enrolments: Q) -> dict[int, Brought]:
    """By participation, what these enrolments bring along: one query, and four more where they do."""
    left = {one.before: one for one in left_by(enrolments)}
    if not left:
        return {}
    found = {one.now: Brought() for one in left.values()}
    places = places_of(left.values())
    marked = set()
    said = RegisterMark.objects.filter(participation__in=left).with_day()
    for mark in said.filter(presence__in=Presence.there()):
        one = left[mark.participation_id]
        mark.stands_for = stands_for(mark, places, one)  # type: ignore[attr-defined]  # for said_by
        found[one.now].marks.append(mark)
        marked.add(one.before)
    for entry in _attended(left):
        if entry.source_id is not None or entry.participation_id not in marked:
            begins: dt.datetime | None = entry.starts_at  # type: ignore[attr-defined]  # annotated
            one = left[entry.participation_id]
            found[one.now].attended_on = _earlier(found[one.now].attended_on, begins)
    return found


def _attended(participations: Iterable[int]) -> QuerySet[Entry]:
    known = ActivityVersion.objects.in_force().filter(activity=OuterRef("activity"))
    there = Entry.objects.standing().filter(
        participation__in=list(participations), stage=Stage.ATTENDED, absent=False
    )
    return there.annotate(starts_at=Subquery(known.values("starts_at")[:1]))


def _earlier(known: dt.date | None, begins: dt.datetime | None) -> dt.date | None:
    if begins is None:
        return known
    day = begins.astimezone(reporting_zone()).date()
    return min(known, day) if known else day


Places = dict[int, list[int]]


def places_of(left: Iterable[Left]) -> Places:
    """By activity, its sessions as they were planned one after the other, cancelled ones too.

    Not as they take place: what counts is not to change because a session is moved or called off.
    """
    activities = {activity for one in left for activity in (one.before_activity, one.now_activity)}
    found: Places = {activity: [] for activity in activities}
    rows = TrainingSession.objects.filter(activity__in=activities).order_by("pk")
    for activity, session in rows.values_list("activity", "pk"):
        found[activity].append(session)
    return found


def stands_for(mark: RegisterMark, places: Places, left: Left) -> int:
    """The first session stands for the first, the second for the second; one too many for itself."""
    session = mark.made_up_for_id or mark.session_id
    before, now = places[left.before_activity], places[left.now_activity]
    place = before.index(session)
    return now[place] if place < len(now) else session


def versions_of(marks: Iterable[RegisterMark]) -> dict[int, SessionVersion]:
    """The sessions that these marks were made at, as they are known now. One query."""
    found = SessionVersion.objects.in_force().filter(session__in={mark.session_id for mark in marks})
    return {one.session_id: one for one in found.select_related("session")}
