"""Plan, change, hold and cancel activities that are neither cohorts nor exchanges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.activities import change_activity, held_version, record_activity
from courses.actions.funding import Paying, fund_as_said
from courses.actions.register.settling import everybody, settle_sessions
from courses.actions.registration_mail import tell_registered
from courses.actions.session_mails import tell, tell_leaders
from courses.actions.sessions import append_version, open_session, refuse_visited
from courses.enums import ActivityStatus, CalendarMethod, RegistrationNews, Stage
from courses.models import (
    Activity,
    ActivityNote,
    ActivityVersion,
    Entry,
    Funder,
    SessionVersion,
    TrainingSession,
)
from courses.queries.gatherings import LAW_ENFORCEMENT, only_session
from courses.queries.sessions import leaders, planned
from lms.kit.errors import Refused
from lms.people.models import User

# What whoever registered from outside reads in a mail.
READ_OUTSIDE = ("title", "starts_at", "ends_at", "timezone", "place")


@dataclass(frozen=True)
class Plan:
    """What is planned: ``known`` are columns of the activity's version, ``funder`` is a name ('' for none).

    ``place`` and ``call_link`` are of its session as well; the link is shown to those who take part alone.
    Where ``trainers`` or ``paying`` is None it stays as it is.
    """

    known: Mapping[str, Any]
    funder: str = ""
    call_link: str = ""
    trainers: Sequence[User] | None = ()
    paying: Paying | None = None


@transaction.atomic
def plan_gathering(*, plan: Plan, by: User) -> Activity:
    """A planned activity with one training session where it has a time.

    Raises Refused for who may not plan the kind, for a trainer who does not lead it, for an end that is not
    after the start, and as ``fund_activity`` does where it is said who pays.
    """
    _check_plan(plan, by, needs_end=True)
    activity = record_activity(by=by, status=ActivityStatus.PLANNED, **_known(plan))
    _first_session(activity, plan, by)
    fund_as_said(activity=activity, paying=plan.paying, by=by)
    return activity


@transaction.atomic
def change_gathering(
    *, activity: Activity, plan: Plan, reason: str = "", becomes: ActivityStatus | None = None, by: User
) -> ActivityVersion:
    """Append what is known otherwise of it, and of its session where there is one.

    Where there are several sessions, times and places are theirs, and what the plan says of them is left out.
    ``becomes`` is the status that the same press goes on to: what does not stay planned needs no end, and
    gets no session.
    """
    _require_keeper(activity, by)
    before = held_version(activity)
    stays_planned = before.status == ActivityStatus.PLANNED and becomes in (None, ActivityStatus.PLANNED)
    _check_plan(plan, by, needs_end=stays_planned)
    _check_attended(activity, plan)
    known = _known(plan)
    session = only_session(activity)
    if session is not None and known.get("starts_at") is None:
        raise Refused(_("Its training session has a time. Cancel the session first."), field="starts_at")
    if session is None and planned(activity).exists():
        known = {name: value for name, value in known.items() if name not in ("starts_at", "ends_at")}
    made = change_activity(activity=activity, by=by, **known)
    of_activity = TrainingSession.objects.filter(activity=activity)
    leading = leaders(of_activity.values_list("pk", flat=True))
    if plan.trainers is not None:
        for one in of_activity:
            one.trainers.set(plan.trainers)
    changed = []
    if session is not None:
        changed = _change_session(session, plan, by)
    elif stays_planned and not of_activity.exists():
        _first_session(activity, plan, by)
    tell_leaders(leading, besides=changed)
    if made.pk != before.pk:
        _note(made, reason)
    fund_as_said(activity=activity, paying=plan.paying, by=by)
    is_news = any(getattr(made, name) != getattr(before, name) for name in READ_OUTSIDE)
    if is_news or (session is not None and session.call_link != plan.call_link):
        tell_registered(activity=activity, news=RegistrationNews.CHANGED)
    return made


@transaction.atomic
def hold_gathering(*, activity: Activity, reason: str = "", by: User) -> ActivityVersion:
    """Say that it took place: from then on the counts have it, and who attended.

    Raises Refused for who may not, before it begins, and where it is held or cancelled already.
    """
    _require_keeper(activity, by)
    version = held_version(activity)
    if version.status != ActivityStatus.PLANNED:
        raise Refused(_("It is %(status)s already.") % {"status": version.get_status_display()})
    if version.starts_at is not None and version.starts_at > timezone.now():
        raise Refused(_("It has not begun yet."))
    made = change_activity(activity=activity, by=by, status=ActivityStatus.HELD)
    _note(made, reason)
    return made


@transaction.atomic
def cancel_gathering(*, activity: Activity, reason: str, by: User) -> ActivityVersion:
    """It does not take place; its sessions are cancelled with the same reason.

    Raises Refused for who may not, without a reason, where it is cancelled already or was held, where
    somebody is marked as having been at one of its sessions, and where somebody completed it.
    """
    _require_keeper(activity, by)
    if not reason.strip():
        raise Refused(_("Say why: it is kept with the change."), field="reason")
    version = held_version(activity)
    if version.status != ActivityStatus.PLANNED:
        raise Refused(_("It is %(status)s already.") % {"status": version.get_status_display()})
    if Entry.objects.standing().filter(activity=activity, stage=Stage.COMPLETED).exists():
        raise Refused(_("Somebody completed it. Take the completions back first."))
    ending = list(planned(activity))
    refuse_visited(ending)
    standing = everybody(activity)
    ended = [append_version(session, by, cancelled=True, reason=reason.strip()) for session in ending]
    settle_sessions(activity=activity, before=standing, by=by)
    tell(ended, CalendarMethod.CANCEL)
    made = change_activity(activity=activity, by=by, status=ActivityStatus.CANCELLED)
    tell_registered(activity=activity, news=RegistrationNews.CANCELLED)
    _note(made, reason)
    return made


@transaction.atomic
def plan_again(*, activity: Activity, reason: str, by: User) -> ActivityVersion:
    """Take back that it was held or cancelled; its facts stand, and the counts leave attendances out.

    Sessions that were cancelled with it stay so. Raises Refused as the others do, and where it is planned.
    """
    _require_keeper(activity, by)
    if not reason.strip():
        raise Refused(_("Say why: it is kept with the change."), field="reason")
    before = held_version(activity)
    if before.status == ActivityStatus.PLANNED:
        raise Refused(_("It is planned already."))
    made = change_activity(activity=activity, by=by, status=ActivityStatus.PLANNED)
    if before.status == ActivityStatus.CANCELLED:
        tell_registered(activity=activity, news=RegistrationNews.CHANGED)
    _note(made, reason)
    return made


def _require_keeper(activity: Activity, by: User) -> None:
    if not rules.may_keep_gathering(by, activity):
        raise Refused(_("Only staff and the trainers who lead it keep this activity."))


def _check_plan(plan: Plan, by: User, *, needs_end: bool) -> None:
    """What is over may have no end on record: a register need not give one."""
    kind = plan.known["kind"]
    if not rules.may_plan_activities(by):
        if kind.code != LAW_ENFORCEMENT or not rules.may_plan_gatherings(by):
            raise Refused(_("Staff plan this kind of activity."), field="kind")
        if plan.trainers is not None and by not in plan.trainers:
            raise Refused(_("Stay among its trainers: you could not open it otherwise."), field="trainers")
    starts_at, ends_at = plan.known.get("starts_at"), plan.known.get("ends_at")
    if starts_at is None and ends_at is not None:
        raise Refused(_("It has an end and no beginning."), field="starts_at")
    if starts_at is not None and (needs_end if ends_at is None else ends_at <= starts_at):
        raise Refused(_("It has to end after it begins."), field="ends_at")


def _check_attended(activity: Activity, plan: Plan) -> None:
    attended = Entry.objects.standing().filter(activity=activity, stage=Stage.ATTENDED)
    if "starts_at" in plan.known and plan.known["starts_at"] is None and attended.exists():
        raise Refused(
            _("Somebody attended it, so it has a time. Take the attendances back first."), "starts_at"
        )


def _known(plan: Plan) -> dict[str, Any]:
    name = plan.funder.strip()
    funder = Funder.objects.get_or_create(name=name)[0] if name else None
    return {**plan.known, "funder": funder}


def _note(version: ActivityVersion, reason: str) -> None:
    if reason.strip():
        ActivityNote.objects.create(version=version, reason=reason.strip())


def _first_session(activity: Activity, plan: Plan, by: User) -> None:
    if plan.known.get("starts_at") is not None:
        version = open_session(activity=activity, series=None, by=by, says=_says(plan))
        version.session.trainers.set(plan.trainers or ())
        tell([version], CalendarMethod.REQUEST)


def _says(plan: Plan) -> dict[str, Any]:
    known = plan.known
    return {
        "title": str(known["title"])[:200],
        "starts_at": known["starts_at"],
        "ends_at": known["ends_at"],
        "timezone": known["timezone"],
        "place": str(known["place"])[:500],
        "call_link": plan.call_link,
    }


def _change_session(before: SessionVersion, plan: Plan, by: User) -> list[SessionVersion]:
    """The session as planned now; where nothing is otherwise no version, as each goes into calendars."""
    says = _says(plan)
    if all(getattr(before, name) == value for name, value in says.items()):
        return []
    versions = [append_version(before, by, **says)]
    tell(versions, CalendarMethod.REQUEST)
    return versions
