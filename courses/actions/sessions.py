"""Plan, change, cancel and take up training sessions; each is told to everybody enrolled and who leads it."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import rules
from courses.actions.activities import change_activity
from courses.actions.register.settling import everybody, settle_sessions
from courses.actions.registration_mail import tell_registered
from courses.actions.session_mails import tell, tell_leaders
from courses.enums import ActivityStatus, CalendarMethod, RegistrationNews
from courses.kinds.recurrence import MOST
from courses.models import Activity, ActivityVersion, SessionVersion, TrainingSession
from courses.queries.attending import there_at
from courses.queries.gatherings import only_session
from courses.queries.sessions import following, last_of, leaders, planned
from lms.kit.clock import instant
from lms.kit.errors import Refused
from lms.people.enums import Role
from lms.people.models import User
from lms.people.rules import has_role

# What one version says of a session and the next one may say otherwise.
TEXTS = ("title", "place", "call_link", "materials")
KNOWN = ("starts_at", "ends_at", "timezone", *TEXTS, "cancelled", "reason")
LONGEST = 24 * 60
MATERIALS = 10_000


@dataclass(frozen=True)
class Change:
    """A version in force, and the columns that the next one would say otherwise."""

    before: SessionVersion
    says: Mapping[str, Any]

    def said(self, name: str) -> Any:
        return self.says.get(name, getattr(self.before, name))


@transaction.atomic
def plan_sessions(
    *,
    activity: Activity,
    starts: Sequence[dt.datetime],
    minutes: int,
    zone: str,
    by: User,
    trainers: Iterable[User] = (),
    **texts: str,
) -> list[SessionVersion]:
    """New sessions, one for each of ``starts``: wall-clock times in the IANA ``zone``, without an offset.

    Several are one series. ``texts`` are title, place, call_link (https) and materials (Markdown). Without
    ``trainers`` the cohort's lead them. Everybody enrolled and who leads them is told, and the activity's
    times are settled.
    Raises Refused for who may not plan here, for a cancelled activity, and for what is no time, zone or link.
    """
    Activity.objects.select_for_update().get(pk=activity.pk)
    if not rules.may_plan_sessions(by, activity):
        raise Refused(_("Only who leads this plans its training sessions."))
    if _known(activity).status == ActivityStatus.CANCELLED:
        raise Refused(_("This is cancelled: no training session can be planned."))
    _refuse_number(starts)
    _refuse_wrong(minutes, zone, texts)
    chosen = _trainers(trainers)
    series = uuid.uuid4() if len(starts) > 1 else None
    versions: list[SessionVersion] = []
    for local in sorted(starts):
        says = times(local, minutes, zone) | texts
        versions.append(open_session(activity=activity, series=series, by=by, says=says))
        versions[-1].session.trainers.set(chosen)
    settle_times(activity=activity, by=by)
    tell(versions, CalendarMethod.REQUEST)
    return versions


@transaction.atomic
def change_session(
    *,
    session: TrainingSession,
    after: int,
    by: User,
    starts: dt.datetime,
    minutes: int,
    zone: str,
    following_too: bool = False,
    trainers: Iterable[User] | None = None,
    **texts: str,
) -> list[SessionVersion]:
    """What is planned from now on of a session, and of those of its series that come after it.

    ``after`` is the number of the version that was read: a change in between is not overwritten. The
    following ones take over only what differs from that version: they move by as many days, and start at
    the new time on their own. ``trainers`` (None leaves them) are those of the session itself, and of the
    following ones where it had others; who leads one no more has it struck out. Returns the versions that say
    something new. Raises Refused as plan_sessions does, and for a cancelled session.
    """
    Activity.objects.select_for_update().get(pk=session.activity_id)
    # Before anything moves: who follows is told by the times that were read.
    changes = preview_change(
        session=session, after=after, by=by, starts=starts, minutes=minutes, zone=zone,
        following_too=following_too, **texts,
    )  # fmt: skip
    before = leaders([change.before.session_id for change in changes])
    if trainers is not None:
        chosen = _trainers(trainers)
        if {one.pk for one in chosen} != set(session.trainers.values_list("pk", flat=True)):
            for change in changes:
                change.before.session.trainers.set(chosen)
    versions = [append_version(change.before, by, **change.says) for change in changes if change.says]
    settle_times(activity=session.activity, by=by)
    if "call_link" in changes[0].says and only_session(session.activity) is not None:
        # Whoever registered from outside has the link by mail; who waits for a mail reads it there.
        tell_registered(activity=session.activity, news=RegistrationNews.CHANGED)
    tell(versions, CalendarMethod.REQUEST)
    tell_leaders(before, besides=versions)
    return versions


def preview_change(
    *,
    session: TrainingSession,
    after: int,
    by: User,
    starts: dt.datetime,
    minutes: int,
    zone: str,
    following_too: bool = False,
    **texts: str,
) -> list[Change]:
    """What change_session would write, and nothing is written; raises Refused as it does."""
    last = _read(session, after, by)
    if last.cancelled:
        raise Refused(_("This training session is cancelled: take it up again first."))
    _refuse_wrong(minutes, zone, texts)
    differing = {name: texts[name] for name in TEXTS if name in texts and texts[name] != getattr(last, name)}
    shift = Shift.between(last, starts, minutes, zone)
    return [
        Change(one, _news(one, shift.of(one) | differing))
        for one in (following(last) if following_too else [last])
    ]


def _news(one: SessionVersion, said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if getattr(one, name) != value}


@transaction.atomic
def cancel_session(
    *, session: TrainingSession, after: int, reason: str, by: User, following_too: bool = False
) -> list[SessionVersion]:
    """Call a session off, or it and the following ones of its series; everybody is told why.

    Raises Refused without a reason, where it was changed or cancelled since version ``after`` was read, and
    where somebody is marked as having been at one of them. Whoever is said to have been at no session at all
    is so no more where another one was the last.
    """
    Activity.objects.select_for_update().get(pk=session.activity_id)
    last = _read(session, after, by)
    if last.cancelled:
        raise Refused(_("This training session is cancelled already."))
    if not reason.strip():
        raise Refused(_("Say why: everybody enrolled reads it."), field="reason")
    ending = list(following(last)) if following_too else [last]
    refuse_visited(ending)
    before = everybody(session.activity)
    versions = [append_version(one, by, cancelled=True, reason=reason.strip()) for one in ending]
    settle_times(activity=session.activity, by=by)
    settle_sessions(activity=session.activity, before=before, by=by)
    tell(versions, CalendarMethod.CANCEL)
    return versions


@transaction.atomic
def reinstate_session(*, session: TrainingSession, after: int, by: User) -> SessionVersion:
    """Undo a cancellation: the session stands as before it, as a new version, and everybody is told."""
    Activity.objects.select_for_update().get(pk=session.activity_id)
    last = _read(session, after, by)
    if not last.cancelled:
        raise Refused(_("This training session is not cancelled."))
    if _known(session.activity).status == ActivityStatus.CANCELLED:
        raise Refused(_("All of it is cancelled: plan that again first."))
    before = everybody(session.activity)
    version = append_version(last, by, cancelled=False, reason="")
    settle_times(activity=session.activity, by=by)
    settle_sessions(activity=session.activity, before=before, by=by)
    tell([version], CalendarMethod.REQUEST)
    return version


def cancel_what_is_to_come(*, activity: Activity, reason: str, by: User) -> list[SessionVersion]:
    """Call off every session that is not over and that nobody is at already, and tell everybody enrolled why.

    Asks nobody whether they may: for actions that have, and hold the activity.
    """
    to_come = list(planned(activity).filter(ends_at__gt=timezone.now()))
    visited = set(there_at(to_come).values_list("session", flat=True))
    ending = [one for one in to_come if one.session_id not in visited]
    versions = [append_version(one, by, cancelled=True, reason=reason) for one in ending]
    tell(versions, CalendarMethod.CANCEL)
    return versions


def refuse_visited(ending: Sequence[SessionVersion]) -> None:
    """Raise Refused where somebody was at what is to be cancelled; for actions that hold the activity.

    Not taken back by itself: one press on the wrong session would withdraw everybody's certificates.
    """
    there = there_at(ending).values("participation").distinct().count()
    if there:
        raise Refused(
            ngettext(
                "%(n)s person is marked as having been there, so it took place. "
                "If that is wrong, take the mark back in the register first.",
                "%(n)s people are marked as having been there, so it took place. "
                "If that is wrong, take their marks back in the register first.",
                there,
            )
            % {"n": there}
        )


def settle_times(*, activity: Activity, by: User | None) -> None:
    """The activity starts with its first session and ends with its last, cancelled ones left out.

    Where none is left its times stay as they were. One without times takes the zone of the first session,
    and is planned as long as that is to come: until then it was held at everybody's own pace.
    """
    left = list(planned(activity))
    if not left:
        return
    known = _known(activity)
    known_from_now: dict[str, Any] = {
        "starts_at": left[0].starts_at,
        "ends_at": max(one.ends_at for one in left),
    }
    if known.starts_at is None or not known.timezone:
        known_from_now["timezone"] = left[0].timezone
    if known.starts_at is None and known.status == ActivityStatus.HELD and left[0].starts_at > timezone.now():
        known_from_now["status"] = ActivityStatus.PLANNED
    if change_activity(activity=activity, by=by, **known_from_now).pk != known.pk:
        tell_registered(activity=activity, news=RegistrationNews.CHANGED)


def mark_held(*, activity: Activity, by: User | None) -> ActivityVersion:
    """A planned activity took place, from now on; one that is held stays as it is.

    Asks nobody whether they may: for callers that have. Raises Refused for a cancelled one.
    """
    known = _known(activity)
    if known.status == ActivityStatus.CANCELLED:
        raise Refused(_("This is cancelled, so it cannot have taken place."))
    return change_activity(activity=activity, by=by, status=ActivityStatus.HELD)


@transaction.atomic
def say_it_took_place(*, activity: Activity, by: User) -> ActivityVersion:
    """The trainer's word. Raises Refused before the first session has begun, and for who does not lead it."""
    Activity.objects.select_for_update().get(pk=activity.pk)
    if not rules.may_plan_sessions(by, activity):
        raise Refused(_("Only who leads this says that it took place."))
    starts_at = _known(activity).starts_at
    if starts_at is None or starts_at > timezone.now():
        raise Refused(_("Nothing of it has begun yet."))
    return mark_held(activity=activity, by=by)


def open_session(
    *, activity: Activity, series: uuid.UUID | None, by: User, says: Mapping[str, Any]
) -> SessionVersion:
    """A session and its first version of the columns in ``says``; for actions that hold the activity."""
    session = TrainingSession.objects.create(activity=activity, series=series, created_by=by)
    return SessionVersion.objects.create(session=session, recorded_by=by, **says)


class Shift:
    """From what a session was to what it is to be: so many days on, at a time, for so long, in a zone."""

    def __init__(self, days: dt.timedelta, at: dt.time | None, minutes: int, zone: str | None) -> None:
        self.days, self.at, self.minutes, self.zone = days, at, minutes, zone

    @classmethod
    def between(cls, last: SessionVersion, starts: dt.datetime, minutes: int, zone: str) -> "Shift":
        before = local_start(last)
        same_zone = zone == last.timezone
        at = None if same_zone and starts.time() == before.time() else starts.time()
        return cls(starts.date() - before.date(), at, minutes - length(last), None if same_zone else zone)

    def of(self, one: SessionVersion) -> dict[str, Any]:
        """The columns of a session moved so."""
        if not self.days and self.at is None and not self.minutes and self.zone is None:
            return {}
        before = local_start(one)
        local = dt.datetime.combine(before.date() + self.days, self.at or before.time())
        minutes = min(max(length(one) + self.minutes, 1), LONGEST)
        return times(local, minutes, self.zone or one.timezone)


def local_start(version: SessionVersion) -> dt.datetime:
    """The wall-clock time at the place, without an offset."""
    return version.starts_at.astimezone(ZoneInfo(version.timezone)).replace(tzinfo=None)


def length(version: SessionVersion) -> int:
    """In minutes."""
    return int((version.ends_at - version.starts_at) / dt.timedelta(minutes=1))


def _read(session: TrainingSession, after: int, by: User) -> SessionVersion:
    """The version in force; raises Refused where it is not the one that was read."""
    if not rules.may_run_session(by, session):
        raise Refused(_("Only who leads this training session changes it."))
    last = last_of(session)
    if last.number != after:
        raise Refused(_("This training session was changed meanwhile. Look at it as it stands now."))
    return last


def append_version(last: SessionVersion, by: User, **changes: Any) -> SessionVersion:
    """The next version of a session, which says this otherwise; for actions that hold the activity."""
    said = {name: getattr(last, name) for name in KNOWN} | changes
    return SessionVersion.objects.create(session=last.session, number=last.number + 1, recorded_by=by, **said)


def times(local: dt.datetime, minutes: int, zone: str) -> dict[str, Any]:
    """So long by the clock on the wall of somebody who sits there: an hour is an hour on every day."""
    starts_at = instant(local, zone)
    return {
        "starts_at": starts_at,
        "ends_at": starts_at + dt.timedelta(minutes=minutes),
        "timezone": zone,
    }


def _known(activity: Activity) -> ActivityVersion:
    return ActivityVersion.objects.filter(activity=activity).order_by("-number")[0]


def _trainers(chosen: Iterable[User]) -> list[User]:
    found = list(chosen)
    if not all(has_role(one, Role.TRAINER) for one in found):
        raise Refused(_("Only trainers lead a training session."), field="trainers")
    return found


def _refuse_number(starts: Sequence[dt.datetime]) -> None:
    if not starts:
        raise Refused(_("These dates hold no day: look at the last one."), field="until")
    if len(starts) > MOST:
        raise Refused(_("At most %(most)s training sessions at once.") % {"most": MOST}, field="times")


def _refuse_wrong(minutes: int, zone: str, texts: Mapping[str, str]) -> None:
    unknown = set(texts) - set(TEXTS)
    if unknown:
        raise TypeError(f"A training session has no {sorted(unknown)}.")
    if not 1 <= minutes <= LONGEST:
        raise Refused(_("A training session takes from one minute to a day."), field="minutes")
    if zone not in available_timezones():
        raise Refused(_("This is not a time zone, such as Europe/Lisbon."), field="zone")
    link = texts.get("call_link", "")
    if link and not link.startswith("https://"):
        raise Refused(_("The link of the call begins with https://."), field="call_link")
    if len(texts.get("materials", "")) > MATERIALS:
        raise Refused(_("At most %(most)s characters.") % {"most": MATERIALS}, field="materials")
