"""What the registers say of people over all training sessions of an activity."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import F, OuterRef, QuerySet, Subquery

from courses.enums import Presence
from courses.kinds.attendance import AttendanceRule, Attended, Said, attended
from courses.models import Activity, Cohort, RegisterMark, SessionVersion
from courses.models.register import RegisterMarkQuerySet
from courses.queries.sessions import planned
from lms.kit.clock import reporting_zone, today


@dataclass(frozen=True)
class Registers:
    """What everybody of one activity shares: the rule, the sessions that take place, whether all is said."""

    rule: AttendanceRule
    sessions: frozenset[int]
    closed: bool

    def of(self, marks: Iterable[RegisterMark]) -> Attended:
        """What follows from somebody's marks, which come from ``with_day``."""
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


def with_day(marks: RegisterMarkQuerySet) -> QuerySet[RegisterMark]:
    """Marks in force, with the start of their session and the activity it is of."""
    start = SessionVersion.objects.in_force().filter(session=OuterRef("session")).values("starts_at")
    return marks.in_force().annotate(starts_at=Subquery(start), held_by=F("session__activity"))


def there_at(sessions: Collection[int]) -> int:
    """How many people are marked as having been at these sessions, guests too; each once."""
    there = RegisterMark.objects.filter(session__in=sessions).in_force()
    people = there.filter(presence__in=Presence.there()).values("participation")
    return people.order_by().distinct().count()


def said_by(mark: RegisterMark) -> Said:
    start: dt.datetime = mark.starts_at  # type: ignore[attr-defined]  # annotated
    return Said(
        session=mark.made_up_for_id or mark.session_id,
        presence=mark.presence,
        minutes=mark.minutes,
        day=start.astimezone(reporting_zone()).date(),
        made_up=mark.made_up_for_id is not None,
    )


def marks_of(participations: Collection[int]) -> dict[int, list[RegisterMark]]:
    """The marks in force on each participation, at its own sessions and as a guest. One query."""
    found: dict[int, list[RegisterMark]] = {one: [] for one in participations}
    for mark in with_day(RegisterMark.objects.filter(participation__in=participations)):
        found[mark.participation_id].append(mark)
    return found
