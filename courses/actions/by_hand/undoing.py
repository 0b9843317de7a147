"""Take back what was said by hand: facts as corrections of corrections, so that nothing is lost of either."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions.amendments import amend, keeping, not_oneself, standing_of
from courses.enums import ActivityStatus, Stage
from courses.models import ActivityVersion, Entry, FactChange, Participation
from lms.kit.errors import Refused
from lms.people.models import User

COLUMNS = ("headcount", "happened_on", "absent", "audience", "hotline", "agency", "country")


@transaction.atomic
def undo_facts(*, change: FactChange, reason: str, by: User) -> FactChange:
    """Have stand again what stood before the change; both stay on record.

    Raises Refused for who does not keep the activity, of oneself, without a reason, where it is taken back
    already, where something was recorded of the same stages since, and for a completion of what is cancelled.
    """
    version = keeping(change.activity, reason=reason, by=by)
    if FactChange.objects.filter(undoes=change).exists():
        raise Refused(_("This change is taken back already."))
    undoing = FactChange.objects.create(
        activity=change.activity, reason=reason.strip(), undoes=change, recorded_by=by
    )
    touched = list(_touched(change))
    # A head count that became one of another organisation: what it is now goes before what it was comes back.
    for participation, back in sorted(touched, key=lambda one: any(one[1].values())):
        not_oneself(participation, by)
        _put_back(participation, back, version, undoing)
    return undoing


def _touched(change: FactChange) -> Iterator[tuple[Participation, dict[Stage, Entry | None]]]:
    """Each participation of the change with what stood before, by stage. Raises Refused where it moved on."""
    before: dict[int, dict[Stage, Entry | None]] = {}
    now: dict[tuple[int, Stage], Entry | None] = {}
    for amendment in change.amendments.select_related("reversal__entry", "successor"):
        was, made = amendment.reversal.entry, amendment.successor
        before.setdefault(was.participation_id, {})[Stage(was.stage)] = was
        now.setdefault((was.participation_id, Stage(was.stage)), None)
        if made is not None:
            before.setdefault(made.participation_id, {}).setdefault(Stage(made.stage), None)
            now[made.participation_id, Stage(made.stage)] = made
    for added in change.added.select_related("entry"):
        entry = added.entry
        before.setdefault(entry.participation_id, {}).setdefault(Stage(entry.stage), None)
        now[entry.participation_id, Stage(entry.stage)] = entry
    found = Participation.objects.select_related("activity", "person").in_bulk(before)
    for pk, stages in before.items():
        standing = standing_of(found[pk])
        if any(standing.get(stage) != now.get((pk, stage)) for stage in stages):
            raise Refused(_("Something was recorded since. Correct it as it should be instead."))
        yield found[pk], stages


def _put_back(
    participation: Participation,
    back: dict[Stage, Entry | None],
    version: ActivityVersion,
    undoing: FactChange,
) -> None:
    wanted: dict[str, dict[str, Any]] = {
        stage: {name: getattr(entry, name) for name in COLUMNS} for stage, entry in back.items() if entry
    }
    if Stage.COMPLETED in wanted and version.status == ActivityStatus.CANCELLED:
        raise Refused(_("It is cancelled since: nobody completes it."))
    amend(participation, wanted, stages=list(back), change=undoing)
