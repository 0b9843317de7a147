"""Close a register after a day, open it again, and say what a cohort's attendance asks for."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.candidates import lock
from courses.actions.register.marking import session_version
from courses.actions.register.settling import everybody, lock_activities, settle
from courses.enums import Presence, Stage
from courses.models import Activity, Cohort, Entry, Participation, RegisterLock, RegisterMark, TrainingSession
from courses.queries.attending import marks_of, registers
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.people.models import User


@transaction.atomic
def close_after(*, session: TrainingSession, day: dt.date | None, reason: str, by: User) -> RegisterLock:
    """Let a register be changed until the end of ``day`` in the reporting zone; None is for ever.

    With the last register of an activity closed, who was marked away at every session did not attend. Raises
    Refused for who does not keep it, for a day before the session ends, and without a reason where a register
    that is closed is opened.
    """
    if not rules.may_run_session(by, session):
        raise Refused(_("Only a trainer of this training session keeps its register."))
    activity = lock_activities([session.activity_id])[session.activity_id]
    session.refresh_from_db(fields=["locked_on"])
    closed = session.locked_on is not None and session.locked_on < today()
    if closed and (day is None or day >= today()) and not reason.strip():
        raise Refused(_("Say why this register is opened again: it is kept with it."), field="reason")
    if day is not None and timezone.now() < session_version(session).ends_at and day < today():
        raise Refused(_("This training session is not over yet."), field="day")
    before = everybody(activity)
    TrainingSession.objects.filter(pk=session.pk).update(locked_on=day)
    session.locked_on = day
    last = session.locks.aggregate(last=Max("number"))["last"] or 0
    made = RegisterLock.objects.create(
        session=session, number=last + 1, locked_on=day, reason=reason.strip(), recorded_by=by
    )
    settle(activity=activity, before=before, by=by)
    return made


def close_now(*, session: TrainingSession, by: User) -> RegisterLock:
    """Close a register at once."""
    return close_after(session=session, day=today() - dt.timedelta(days=1), reason="", by=by)


@transaction.atomic
def settle_closed() -> int:
    """Record who was at nothing of activities whose last register closed by its date; how many activities."""
    found = list(_with_unsettled().order_by("pk").values_list("pk", flat=True))
    for number, activity in lock_activities(found).items():
        settle(activity=activity, before=everybody(Activity(pk=number)), by=None)
    return len(found)


def _with_unsettled() -> QuerySet[Activity]:
    """Activities with a register that closed and somebody marked on them of whom the ledger says nothing."""
    said = RegisterMark.objects.in_force().exclude(presence__in=["", *Presence.there()])
    attended = Entry.objects.standing().filter(participation=OuterRef("pk"), stage=Stage.ATTENDED)
    away = Participation.objects.filter(
        Exists(said.filter(participation=OuterRef("pk"), session__locked_on__lt=today())), ~Exists(attended)
    )
    return Activity.objects.filter(Exists(away.filter(activity=OuterRef("pk"))))


@transaction.atomic
def ask_for(*, cohort: Cohort, sessions: int | None, minutes: int | None, by: User) -> None:
    """Say at how many sessions, and for how long, somebody must be to have attended; the ledger follows.

    Raises Refused for who does not lead the cohort, and for numbers below one.
    """
    _refuse(cohort, sessions, minutes, by)
    # Before the activity, as whoever enrols or moves somebody does.
    lock(cohort)
    activity = lock_activities([cohort.activity_id])[cohort.activity_id]
    before = everybody(activity)
    Cohort.objects.filter(pk=cohort.pk).update(sessions_needed=sessions, minutes_needed=minutes)
    settle(activity=activity, before=before, by=by)


def asked(*, cohort: Cohort, sessions: int | None, minutes: int | None, by: User) -> tuple[int, int]:
    """How many would have attended by these numbers, and how many have by those in force. Changes nothing."""
    _refuse(cohort, sessions, minutes, by)
    people = list(everybody(Activity(pk=cohort.activity_id)))
    marks = marks_of(people)
    other = Cohort(sessions_needed=sessions, minutes_needed=minutes)

    def number(one: Cohort) -> int:
        shared = registers(cohort.activity_id, one)
        return sum(1 for said in marks.values() if shared.of(said).on is not None)

    return number(other), number(cohort)


def _refuse(cohort: Cohort, sessions: int | None, minutes: int | None, by: User) -> None:
    if not rules.may_lead(by, cohort):
        raise Refused(_("Only a trainer of this cohort says what its attendance asks for."))
    for name, number in (("sessions", sessions), ("minutes", minutes)):
        if number is not None and not 1 <= number <= 1440:
            raise Refused(_("This is a number from 1 to 1440, or left empty."), field=name)
