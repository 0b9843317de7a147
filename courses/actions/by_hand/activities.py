"""Correct by hand what is known of an activity of any kind; the same decisions as its own pages make."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.activities import KNOWN, held_version
from courses.actions.gatherings import Plan, cancel_gathering, change_gathering, hold_gathering, plan_again
from courses.enums import ActivityStatus
from courses.models import Activity, ActivityVersion
from courses.queries.gatherings import only_session
from lms.kit.errors import Refused
from lms.people.models import User

# What the form asks for; whether it was withdrawn is an import's to say.
COLUMNS = tuple(name.removesuffix("_id") for name in KNOWN if name != "withdrawn")


@dataclass(frozen=True)
class AsItWas:
    """What is right: ``known`` are columns of the version but funder (a name, '' for none) and status."""

    known: Mapping[str, Any]
    funder: str
    status: ActivityStatus

    @classmethod
    def of(cls, version: ActivityVersion) -> "AsItWas":
        known = {name: getattr(version, name) for name in COLUMNS if name not in ("funder", "status")}
        return cls(known, version.funder.name if version.funder else "", ActivityStatus(version.status))


@transaction.atomic
def correct_activity(*, activity: Activity, right: AsItWas, reason: str, by: User) -> ActivityVersion:
    """Append what is known otherwise, each version with the reason, and return the last of them.

    A status that is reached by way of another (held, planned, cancelled) makes a version of each. Raises
    Refused as the actions of courses/actions/gatherings.py do, without a reason, and where nothing would be
    otherwise.
    """
    if not rules.may_record_by_hand(by):
        raise Refused(_("Only INHOPE staff write this down by hand."))
    if not reason.strip():
        raise Refused(_("Say why: it is kept with the change."), field="reason")
    before = held_version(activity)
    session = only_session(activity)
    plan = Plan(right.known, right.funder, session.call_link if session else "", None)
    made = change_gathering(activity=activity, plan=plan, reason=reason, becomes=right.status, by=by)
    if right.status != made.status:
        made = _to(right.status, made, reason, by)
    if made.pk == before.pk:
        raise Refused(_("That is what is recorded already."))
    return made


def _to(status: ActivityStatus, version: ActivityVersion, reason: str, by: User) -> ActivityVersion:
    activity = version.activity
    if version.status != ActivityStatus.PLANNED:
        version = plan_again(activity=activity, reason=reason, by=by)
    if status == ActivityStatus.HELD:
        version = hold_gathering(activity=activity, reason=reason, by=by)
    elif status == ActivityStatus.CANCELLED:
        version = cancel_gathering(activity=activity, reason=reason, by=by)
    return version


@transaction.atomic
def look_at_correction(
    *, activity: Activity, right: AsItWas, reason: str, by: User
) -> tuple[ActivityVersion, ActivityVersion]:
    """The version in force and the one that ``correct_activity`` would append; nothing is."""
    before = held_version(activity)
    would = correct_activity(activity=activity, right=right, reason=reason, by=by)
    for version in (before, would):
        # Read while they are there: what is made for the preview is gone after it.
        _related = (version.kind, version.country, version.host, version.funder)
    transaction.set_rollback(True)
    return before, would


@transaction.atomic
def undo_version(*, version: ActivityVersion, reason: str, by: User) -> ActivityVersion:
    """Have known again what was known before a version that was made by hand.

    Of several versions of one press the one before the first of them. Raises Refused as ``correct_activity``
    does, for a version that an import made, for the first one, and where a later one stands on it.
    """
    last = held_version(version.activity)
    if last.recorded_at != version.recorded_at:
        raise Refused(_("A later change stands on this one. Change it as it should be instead."))
    before = version.activity.versions.filter(recorded_at__lt=version.recorded_at).order_by("-number").first()
    if version.source_id is not None or before is None or before.withdrawn:
        raise Refused(_("This version was not made by a change by hand that could be taken back."))
    return correct_activity(activity=version.activity, right=AsItWas.of(before), reason=reason, by=by)
