"""Run a finished cohort again: the same version and trainers, the same weekdays and hours, later."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.activities import KNOWN as OF_ACTIVITY
from courses.actions.activities import record_activity
from courses.actions.session_mails import tell
from courses.actions.sessions import TEXTS, length, local_start, open_session, settle_times, times
from courses.enums import ActivityStatus, CalendarMethod, VersionStatus
from courses.kinds.recurrence import moved
from courses.models import Activity, ActivityVersion, Cohort, HotlineSeats, SessionVersion
from courses.queries.sessions import planned
from lms.kit.errors import Refused
from lms.people.models import User

# What a cohort has of its own, and its next run does not take over.
OWN = {"id", "activity", "created_at"}
MOMENTS = (models.DateField, models.DateTimeField)


@dataclass(frozen=True)
class Later:
    """A session of the finished cohort, and the columns of the one that repeats it."""

    before: SessionVersion
    says: dict[str, Any]


def preview_again(*, cohort: Cohort, on_or_after: dt.date, by: User) -> list[Later]:
    """The sessions of the next run, which begins on the same weekday, on that day or the next one after it.

    Local times stay. Raises Refused for who does not lead the cohort, where it is not over or had no
    training session, and where its version is no longer open for enrolment.
    """
    if not rules.may_lead(by, cohort):
        raise Refused(_("Only who leads this cohort runs it again."))
    if cohort.version.status != VersionStatus.PUBLISHED:
        raise Refused(_("This version of the course is retired: plan a cohort of the new one."))
    sessions = list(planned(cohort.activity))
    if not sessions:
        raise Refused(_("It has no training session to repeat."))
    if max(one.ends_at for one in sessions) > timezone.now():
        raise Refused(_("It is not over yet."))
    shift = moved(local_start(sessions[0]).date(), on_or_after)
    return [Later(one, _says(one, shift)) for one in sessions]


@transaction.atomic
def run_again(*, cohort: Cohort, on_or_after: dt.date, by: User) -> Cohort:
    """The next run, planned with nobody enrolled; raises Refused as preview_again does.

    Its trainers are invited to its sessions. Who substituted for one of them in one session does not come
    along.
    """
    Activity.objects.select_for_update().get(pk=cohort.activity_id)
    later = preview_again(cohort=cohort, on_or_after=on_or_after, by=by)
    known = ActivityVersion.objects.in_force().get(activity=cohort.activity_id)
    said = {name: getattr(known, name) for name in OF_ACTIVITY}
    said |= {"status": ActivityStatus.PLANNED, "starts_at": None, "ends_at": None}
    made = Cohort.objects.create(activity=record_activity(by=by, **said), **_same(cohort))
    made.trainers.set(cohort.trainers.all())
    _keep_seats(cohort, made)
    series = _series(later)
    versions = [
        open_session(
            activity=made.activity, series=series.get(one.before.session.series), by=by, says=one.says
        )
        for one in later
    ]
    settle_times(activity=made.activity, by=by)
    tell(versions, CalendarMethod.REQUEST)
    return made


def _says(one: SessionVersion, shift: dt.timedelta) -> dict[str, Any]:
    when = times(local_start(one) + shift, length(one), one.timezone)
    return when | {name: getattr(one, name) for name in TEXTS}


def _same(cohort: Cohort) -> dict[str, Any]:
    """Whatever is said of a cohort but its identity and moments of its own."""
    fields = (field for field in Cohort._meta.concrete_fields if field.name not in OWN)
    return {field.name: getattr(cohort, field.name) for field in fields if not isinstance(field, MOMENTS)}


def _keep_seats(cohort: Cohort, made: Cohort) -> None:
    """What single hotlines may have there, they may have here."""
    HotlineSeats.objects.bulk_create(
        HotlineSeats(cohort=made, hotline_id=one.hotline_id, seats=one.seats)
        for one in HotlineSeats.objects.filter(cohort=cohort)
    )


def _series(later: Sequence[Later]) -> dict[uuid.UUID | None, uuid.UUID | None]:
    """A new series for each old one."""
    old = {one.before.session.series for one in later}
    return {series: uuid.uuid4() if series else None for series in old}
