"""Who was chosen, and what would have come of it, is kept only as long as somebody may want it."""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from courses.models import BulkAction, BulkRow, BulkState

# As long as a register that nobody decides about.
KEPT = timedelta(days=30)


@transaction.atomic
def forget_old_choices() -> int:
    """Drop what nobody decided about for 30 days, and remove the rows of whatever was dropped.

    How many rows were removed. What was done keeps its rows: they tell what it did, and undo it.
    """
    old = BulkAction.objects.filter(state__in=BulkState.to_drop(), state_at__lt=Now() - KEPT)
    # Who had said to do what then failed has not dropped it.
    old.update(state=BulkState.DROPPED, state_at=Now(), decided_at=None, decided_by=None)
    return BulkRow.objects.filter(action__state=BulkState.DROPPED).delete()[0]
