"""What somebody says of rows that were chosen: do this to them, apply it as it was looked at, or drop it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.bulk.acts import ACTS
from courses.actions.bulk.choosing import require
from courses.models import BulkAct, BulkAction, BulkState
from lms.kit.errors import Refused
from lms.people.models import User


def say(*, action: BulkAction, act: BulkAct, said: Mapping[str, Any], reason: str, by: User) -> None:
    """What is to be done to the rows, to be looked at first.

    Raises Refused for who may not, without a reason, for an act of another list, and once it is decided.
    """
    if not reason.strip():
        raise Refused(_("Say why: it is kept with the change."), field="reason")
    if ACTS[act].listing != action.listing:
        raise Refused(_("This cannot be done to these rows."), field="act")
    if action.undoes_id is not None:
        raise Refused(_("This puts back what was done: nothing else is done with it."))
    if not rules.may_act_in_bulk(action.chosen_by):
        # What is looked at is tried in the name of whoever chose.
        raise Refused(_("Whoever chose these rows may change them no longer: choose them anew."))
    decide(
        action,
        BulkState.to_say(),
        by=by,
        state=BulkState.LOOKING,
        act=act,
        said=dict(said),
        reason=reason.strip(),
        digest="",
        decided_at=None,
        decided_by=None,
    )


def apply(*, action: BulkAction, digest: str, without_refused: bool, by: User) -> None:
    """Have it done. ``digest`` is that of what ``by`` has looked at.

    Raises Refused where somebody else has decided since, where rows cannot be done and are not to be left
    out, and where none can.
    """
    refused = action.rows.exclude(why_not="").count()
    if refused == action.total:
        raise Refused(_("None of these rows can be done."))
    if refused and not without_refused:
        raise Refused(_("Some of these rows cannot be done: apply it without them, or choose others."))
    decide(
        action,
        (BulkState.PREVIEWED,),
        by=by,
        seen=digest,
        state=BulkState.TO_APPLY,
        decided_at=Now(),
        decided_by=by,
    )


def drop(*, action: BulkAction, by: User) -> None:
    """Do nothing of it, for good. Raises Refused once it is being done or was."""
    decide(action, BulkState.to_drop(), by=by, state=BulkState.DROPPED, decided_at=Now(), decided_by=by)


@transaction.atomic
def decide(
    action: BulkAction, states: tuple[BulkState, ...], *, by: User, seen: str | None = None, **changes: Any
) -> None:
    """One conditional update: of two who decide at once the second is told."""
    require(by)
    asked = BulkAction.objects.filter(pk=action.pk, state__in=states)
    if seen is not None:
        asked = asked.filter(digest=seen)
    if not asked.update(state_at=Now(), tries=0, done=0, changed_since=False, **changes):
        raise Refused(why_not(action))


def why_not(action: BulkAction) -> str:
    now = BulkAction.objects.select_related("decided_by__person").get(pk=action.pk)
    name = now.decided_by.person.name if now.decided_by and now.decided_by.person else _("Somebody")
    if now.state in (BulkState.TO_APPLY, BulkState.APPLIED):
        return _("%(who)s has said before you that it is to be done.") % {"who": name}
    if now.state == BulkState.DROPPED and now.decided_by is None:
        return _("Nobody decided about it for 30 days, so it was dropped.")
    if now.state == BulkState.DROPPED:
        return _("%(who)s has dropped it.") % {"who": name}
    if now.state == BulkState.PREVIEWED:
        return _("What would come of it has changed since you looked: look at it once more.")
    return _("This cannot be done now: it is %(state)s.") % {"state": now.get_state_display()}
