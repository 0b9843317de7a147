"""What the registers say of people over all training sessions of an activity."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from courses.enums import Presence
from courses.kinds.attendance import AttendanceRule, Attended, Said, attended
from courses.models import Activity, Cohort, RegisterMark, SessionVersion
from courses.queries.brought import brought_by
from courses.queries.sessions import planned
from lms.kit.clock import reporting_zone, today


@dataclass(frozen=True)
class Registers:
    """What everybody of one activity shares: the rule, the sessions that take place, whether all is said."""

    rule: AttendanceRule
    sessions: frozenset[int]
    closed: bool

    def of(self, marks: Iterable[RegisterMark]) -> Attended:
        """What follows from somebody's marks, which come from ``marks_of``."""
        said = [said_by(mark) for mark in marks]
        return attended(self.rule, said, sessions=self.sessions, closed=self.closed)


def rule_of(cohort: Cohort | None) -> AttendanceRule:
    """An activity that is no cohort's asks for one session, however long."""
    if cohort is None:
        return AttendanceRule()
    return AttendanceRule(cohort.sessions_needed or 1, cohort.minutes_needed)


def registers(activity: Activity | int, cohort: Cohort | None) -> Registers:
    """One query. ``cohort`` is the activity's, where it is one."""
    versions = list(planned(activity))
    last = versions[-1].session.locked_on if versions else None
    closed = last is not None and last < today()
    return Registers(rule_of(cohort), frozenset(one.session_id for one in versions), closed)


def there_at(versions: Iterable[SessionVersion]) -> QuerySet[RegisterMark]:
    """The marks in force of having been at these sessions, of guests too, in no order."""
    marks = RegisterMark.objects.filter(session__in=[one.session_id for one in versions]).in_force()
    return marks.filter(presence__in=Presence.there()).order_by()


def said_by(mark: RegisterMark) -> Said:
    start: dt.datetime = mark.starts_at  # type: ignore[attr-defined]  # annotated
    brought: int | None = getattr(mark, "stands_for", None)
    return Said(
        session=brought or mark.made_up_for_id or mark.session_id,
        presence=mark.presence,
        minutes=mark.minutes,
        day=start.astimezone(reporting_zone()).date(),
        made_up=mark.made_up_for_id is not None,
        brought=brought is not None,
    )


def marks_of(participations: Collection[int]) -> dict[int, list[RegisterMark]]:
    """The marks in force on each participation: at its own sessions, as a guest, and brought along from
    another cohort. Two queries, and four more where somebody was moved.
    """
    found: dict[int, list[RegisterMark]] = {one: [] for one in participations}
    for mark in RegisterMark.objects.filter(participation__in=participations).with_day():
        found[mark.participation_id].append(mark)
    for now, brought in brought_by(Q(participation__in=participations)).items():
        found[now] += brought.marks
    return found
