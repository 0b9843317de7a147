"""Reading two records as one person, and taking that back. Rows only: nothing is moved."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit.errors import Refused
from lms.kit.locks import Lock, hold
from lms.kit.moment import RecordingMoment
from lms.people.models import Person, PersonMerge, User
from lms.people.queries.merges import survivors
from lms.people.rules import may_keep_persons


@transaction.atomic
def merge_persons(*, duplicate: Person, survivor: Person, by: User | None) -> PersonMerge:
    """Read ``duplicate`` as ``survivor`` from now on.

    A survivor may itself be a duplicate of somebody (a chain). Raises Refused for a circle, for one
    person given twice, and for a duplicate that is already merged.
    """
    _require_staff(by)
    if duplicate.pk == survivor.pk:
        raise Refused(_("These are not two records but one."), field="survivor")
    hold(Lock.MERGES)
    final = survivors()
    if duplicate.pk in final:
        raise Refused(_("This record is already merged: undo that merge first."), field="duplicate")
    if final.get(survivor.pk, survivor.pk) == duplicate.pk:
        raise Refused(_("The other record is already read as this one."), field="survivor")
    return PersonMerge.objects.create(duplicate=duplicate, survivor=survivor, recorded_by=by)


@transaction.atomic
def undo_merge(*, merge: PersonMerge, by: User | None) -> PersonMerge:
    """Read the two records apart again from now on; counts as of an earlier moment stay as they were."""
    _require_staff(by)
    hold(Lock.MERGES)
    in_force = PersonMerge.objects.filter(pk=merge.pk, undone_at=None)
    if not in_force.update(undone_at=RecordingMoment(), undone_by=by):
        raise Refused(_("This merge is already undone."))
    merge.refresh_from_db()
    return merge


def _require_staff(by: User | None) -> None:
    if by is not None and not may_keep_persons(by):
        raise Refused(_("Only INHOPE staff may merge records."))
