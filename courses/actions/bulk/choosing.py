"""Choose rows of a list: from then on they are these, whatever comes to fit the filters."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses import rules
from courses.enums import ListName
from courses.models import BulkAction, BulkRow, BulkState
from courses.queries.find.lists import LISTS
from lms.kit.errors import Refused
from lms.people.models import User

MOST = 20_000
COLUMNS = {ListName.PEOPLE: "person_id", ListName.ACTIVITIES: "activity_id"}


@transaction.atomic
def choose(
    *,
    listing: ListName,
    values: Mapping[str, str],
    text: str = "",
    ticked: Collection[int] | None = None,
    by: User,
) -> BulkAction:
    """All rows that fit, or of them the ``ticked`` ones, in the order of their keys.

    Raises Refused for who may not, for a list whose rows nothing is done to, for none, and for too many.
    """
    require(by)
    if listing not in COLUMNS:
        raise Refused(_("Nothing can be done to many rows of this list."))
    # What is ticked was on the screen: a filter that no longer fits takes nothing away.
    keys = keys_of(listing, values, text) if ticked is None else keys_of(listing, {}, "", ticked)
    if not keys:
        raise Refused(_("Choose at least one row."))
    if len(keys) > MOST:
        raise Refused(_("These are more than %(most)s rows: narrow the list first.") % {"most": f"{MOST:,}"})
    action = BulkAction.objects.create(
        listing=listing,
        all_that_fit=ticked is None,
        values=dict(values) if ticked is None else {},
        searched=bool(text) and ticked is None,
        chosen_by=by,
        total=len(keys),
    )
    fill(action, [{COLUMNS[listing]: key} for key in keys])
    return action


def fill(action: BulkAction, rows: Collection[Mapping[str, Any]]) -> None:
    BulkRow.objects.bulk_create(
        (BulkRow(action=action, place=place, **columns) for place, columns in enumerate(rows, start=1)),
        batch_size=2_000,
    )


def keys_of(
    listing: ListName, values: Mapping[str, str], text: str, among: Collection[int] | None = None
) -> list[int]:
    """What fits today, by its keys."""
    one = LISTS[listing]
    rows = one.rows(values, text).prefetch_related(None)
    if among is not None:
        rows = rows.filter(**{f"{one.key}__in": among})
    return sorted(rows.order_by().values_list(one.key, flat=True))


def undo(*, action: BulkAction, reason: str, by: User) -> BulkAction:
    """Another bulk action that puts back what this one did, row by row, to be looked at first.

    Raises Refused for who may not, without a reason, and for what was not done.
    """
    require(by)
    if action.state != BulkState.APPLIED:
        raise Refused(_("This was not done, so there is nothing to undo."))
    if not reason.strip():
        raise Refused(_("Say why: it is kept with the change."), field="reason")
    done = list(action.rows.filter(why_not="").order_by("place"))
    with transaction.atomic():
        undoing = BulkAction.objects.create(
            listing=action.listing,
            act=action.act,
            said=action.said,
            reason=reason.strip(),
            undoes=action,
            chosen_by=by,
            state=BulkState.LOOKING,
            total=len(done),
        )
        fill(
            undoing,
            [{"person_id": row.person_id, "activity_id": row.activity_id, "undoes": row} for row in done],
        )
    return undoing


def require(by: User) -> None:
    if not rules.may_act_in_bulk(by):
        raise Refused(_("Only INHOPE staff change many rows at once."))
