"""Take back what was said by hand: facts as corrections of corrections, so that nothing is lost of either."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions.amendments import Wish, amend_each, keeping, refuse_oneself, standing_of_each
from courses.enums import ActivityStatus, Stage
from courses.models import ActivityVersion, Entry, FactChange, Participation
from lms.kit.errors import Refused
from lms.people.models import User
from lms.people.queries.merges import records_of

PARTS = ("hotline", "agency", "country")
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
    own = records_of(by.person_id or 0)
    wishes = list(_wishes(change, version))
    for one in wishes:
        refuse_oneself(one.participation, own)
    amend_each(wishes, change=undoing)
    return undoing


def _wishes(change: FactChange, version: ActivityVersion) -> Iterator[Wish]:
    """Of each participation of the change what stood before. Raises Refused where it moved on."""
    before: dict[int, dict[Stage, Entry | None]] = {}
    now: dict[tuple[int, Stage], Entry | None] = {}
    for amendment in change.amendments.select_related(
        *(f"{side}__{part}" for side in ("reversal__entry", "successor") for part in PARTS)
    ):
        was, made = amendment.reversal.entry, amendment.successor
        before.setdefault(was.participation_id, {})[Stage(was.stage)] = was
        now.setdefault((was.participation_id, Stage(was.stage)), None)
        if made is not None:
            before.setdefault(made.participation_id, {}).setdefault(Stage(made.stage), None)
            now[made.participation_id, Stage(made.stage)] = made
    for added in change.added.select_related(*(f"entry__{part}" for part in PARTS)):
        entry = added.entry
        before.setdefault(entry.participation_id, {}).setdefault(Stage(entry.stage), None)
        now[entry.participation_id, Stage(entry.stage)] = entry
    found = Participation.objects.select_related("activity", "person").in_bulk(before)
    standing = standing_of_each(found.values())
    for pk, stages in before.items():
        if any(standing[pk].get(stage) != now.get((pk, stage)) for stage in stages):
            raise Refused(_("Something was recorded since. Correct it as it should be instead."))
        yield Wish(found[pk], standing[pk], _back(stages, version), list(stages))


def _back(stages: dict[Stage, Entry | None], version: ActivityVersion) -> dict[str, dict[str, Any]]:
    wanted: dict[str, dict[str, Any]] = {
        stage: {name: getattr(entry, name) for name in COLUMNS} for stage, entry in stages.items() if entry
    }
    if Stage.COMPLETED in wanted and version.status == ActivityStatus.CANCELLED:
        raise Refused(_("It is cancelled since: nobody completes it."))
    return wanted
