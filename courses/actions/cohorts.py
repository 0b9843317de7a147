"""Plan a cohort, and change its plan."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import rules
from courses.actions.activities import change_activity, record_activity
from courses.actions.calling_off import call_off
from courses.actions.candidates import lock
from courses.actions.funding import Paying, fund_as_said
from courses.actions.places import promote
from courses.actions.session_mails import tell_leaders
from courses.enums import ActivityStatus, VersionStatus
from courses.models import ActivityVersion, Cohort, CourseVersion, Funder, HotlineSeats
from courses.queries.candidates import room, timing
from courses.queries.sessions import leaders, planned
from lms.kit.errors import Refused
from lms.people.enums import Role
from lms.people.models import User
from lms.people.rules import has_role

OPEN, REQUEST, INVITATION = "open", "request", "invitation"


@dataclass(frozen=True)
class Entrance:
    """How people get in: ``way`` is OPEN, REQUEST or INVITATION, limits are None for none, and ``special``
    are hotlines by id that have a limit of their own.
    """

    way: str = INVITATION
    capacity: int | None = None
    seats_per_hotline: int | None = None
    answer_hours: int = 39
    special: Mapping[int, int] = field(default_factory=dict)

    def columns(self) -> dict[str, Any]:
        return {
            "open_enrolment": self.way == OPEN,
            "takes_requests": self.way == REQUEST,
            "capacity": self.capacity,
            "seats_per_hotline": self.seats_per_hotline,
            "answer_hours": self.answer_hours,
        }


def entrance_of(cohort: Cohort) -> Entrance:
    way = OPEN if cohort.open_enrolment else REQUEST if cohort.takes_requests else INVITATION
    special = dict(HotlineSeats.objects.filter(cohort=cohort).values_list("hotline_id", "seats"))
    return Entrance(way, cohort.capacity, cohort.seats_per_hotline, cohort.answer_hours, special)


@transaction.atomic
def plan_cohort(
    *,
    version: CourseVersion,
    trainers: Collection[User],
    entrance: Entrance,
    funder: str = "",
    paying: Paying | None = None,
    by: User,
    **known: Any,
) -> Cohort:
    """A new cohort with its activity; ``known`` are columns of the activity's version, times in UTC.

    A trainer who plans leads it too. Without a start it is self-paced, and counts as held from now on.
    Raises Refused for who plans no cohorts, for an unpublished version, without a trainer, and for times
    that do not fit.
    """
    if not rules.may_plan_cohorts(by):
        raise Refused(_("Only trainers and staff plan cohorts."))
    if version.status != VersionStatus.PUBLISHED:
        raise Refused(_("Choose a version that is published."), field="version")
    leading = {one.pk: one for one in trainers}
    if rules.may_teach(by):
        leading[by.pk] = by
    _require_trainers(leading.values())
    facts = _facts(known, funder)
    status = ActivityStatus.PLANNED if facts.get("starts_at") else ActivityStatus.HELD
    activity = record_activity(by=by, kind=version.course.kind, **{"status": status, **facts})
    cohort = Cohort.objects.create(activity=activity, version=version, **entrance.columns())
    cohort.trainers.set(leading.values())
    _keep_seats(cohort, entrance.special)
    fund_as_said(activity=activity, paying=paying, by=by)
    return cohort


@transaction.atomic
def change_cohort(
    *,
    cohort: Cohort,
    trainers: Collection[User],
    entrance: Entrance,
    funder: str = "",
    reason: str = "",
    paying: Paying | None = None,
    by: User,
    **known: Any,
) -> Cohort:
    """Change what is planned; who waits is offered the places that are new. See ``plan_cohort``.

    A substitute trainer is one more name. Who leads its training sessions now is invited to them, and who did
    before has them struck out. Where the training sessions say when it is, times are left out. Called off,
    everybody concerned reads the ``reason`` (``call_off``). Raises Refused for fewer places than are taken,
    for what is held before it begins, and for calling it off without a reason.
    """
    if not rules.may_plan(by, cohort):
        raise Refused(_("Only a trainer of this cohort, or staff, changes its plan."))
    now = lock(cohort)
    _require_trainers(trainers)
    taken = room(now)
    if entrance.capacity is not None and entrance.capacity < taken.enrolled + taken.held:
        number = taken.enrolled + taken.held
        raise Refused(
            ngettext("%(n)s place is taken or held.", "%(n)s places are taken or held.", number)
            % {"n": number},
            field="capacity",
        )
    facts = _facts(known, funder)
    if planned(now.activity).exists():
        # When it is, its sessions say.
        facts = {name: value for name, value in facts.items() if name not in ("starts_at", "ends_at")}
    before = timing(now)
    _refuse_held_early(before, facts)
    ends = _is_called_off(before, facts)
    if ends and not reason.strip():
        raise Refused(_("Say why: everybody in it reads it."), field="reason")
    change_activity(activity=now.activity, by=by, **facts)
    if ends:
        call_off(cohort=now, reason=reason.strip(), by=by)
    Cohort.objects.filter(pk=now.pk).update(**entrance.columns())
    leading = leaders(now.activity.training_sessions.values_list("pk", flat=True))
    now.trainers.set(trainers)
    tell_leaders(leading)
    _keep_seats(now, entrance.special)
    fund_as_said(activity=now.activity, paying=paying, by=by)
    now.refresh_from_db()
    promote(now)
    return now


def _refuse_held_early(before: ActivityVersion | None, facts: Mapping[str, Any]) -> None:
    status = facts.get("status", before.status if before else "")
    starts_at = facts.get("starts_at", before.starts_at if before else None)
    if status == ActivityStatus.HELD and starts_at is not None and starts_at > timezone.now():
        raise Refused(_("It has not begun yet, so it was not held."), field="status")


def _is_called_off(before: ActivityVersion | None, facts: Mapping[str, Any]) -> bool:
    """Whether it takes place until now, and does not from now on."""
    was = before.status if before else ""
    return was != ActivityStatus.CANCELLED and bool(facts.get("status", was) == ActivityStatus.CANCELLED)


def _require_trainers(trainers: Collection[User]) -> None:
    if not trainers:
        raise Refused(_("Somebody has to lead it: choose a trainer."), field="trainers")
    if not all(has_role(one, Role.TRAINER) for one in trainers):
        raise Refused(_("Choose people who are trainers today."), field="trainers")


def _facts(known: Mapping[str, Any], funder: str) -> dict[str, Any]:
    """Columns of a version of the activity, with the funder by its name."""
    starts_at, ends_at = known.get("starts_at"), known.get("ends_at")
    if ends_at is not None and starts_at is None:
        raise Refused(_("Say when it starts, too."), field="starts")
    if starts_at is not None and ends_at is not None and ends_at < starts_at:
        raise Refused(_("It cannot end before it starts."), field="ends")
    name = funder.strip()
    paid = Funder.objects.get_or_create(name=name)[0] if name else None
    return {**known, "funder_id": paid.pk if paid else None}


def _keep_seats(cohort: Cohort, special: Mapping[int, int]) -> None:
    HotlineSeats.objects.filter(cohort=cohort).exclude(hotline__in=special).delete()
    for hotline, seats in special.items():
        HotlineSeats.objects.update_or_create(cohort=cohort, hotline_id=hotline, defaults={"seats": seats})
