"""One reminder of one period, and the notice that tells of it."""

from django.db import models
from django.db.models import F, Q

from lms.kit.moves import only_these_moves
from welfare.enums import OccurrenceState, Skipped
from welfare.kinds.periods import in_words
from welfare.models.schedules import Schedule
from welfare.models.wall import also_rewritten

STARTS = [OccurrenceState.PLANNED, OccurrenceState.SKIPPED]
MOVES = {
    OccurrenceState.PLANNED: [OccurrenceState.OPEN, OccurrenceState.SKIPPED],
    OccurrenceState.OPEN: [OccurrenceState.CLOSED],
}


class Occurrence(models.Model):
    """A slot of a schedule; ``slot_key`` is its local period, so that no edit can give a second one.

    Closed means answered, or "not this time", or left alone until the next one came: which of them, and
    when, is kept nowhere. ``due_at`` is null where no day of the period could be used; ``open_from`` is
    later where it came at a time or on a day on which nobody is to be disturbed.
    """

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="occurrences")
    slot_key = models.CharField(max_length=50)
    due_at = models.DateTimeField(null=True)
    open_from = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=OccurrenceState, default=OccurrenceState.PLANNED)
    skipped_for = models.CharField(max_length=12, choices=Skipped, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_occurrence_a_slot", fields=["schedule", "slot_key"]),
            *(
                models.UniqueConstraint(
                    name=f"one_{state}_occurrence", fields=["schedule"], condition=Q(state=state)
                )
                for state in (OccurrenceState.PLANNED, OccurrenceState.OPEN)
            ),
            models.CheckConstraint(
                name="skipped_for_a_reason",
                condition=Q(state=OccurrenceState.SKIPPED) ^ Q(skipped_for=""),
            ),
            models.CheckConstraint(
                name="due_unless_skipped",
                condition=Q(state=OccurrenceState.SKIPPED)
                | Q(due_at__isnull=False, open_from__gte=F("due_at")),
            ),
        ]
        indexes = [
            models.Index(
                name="occurrence_to_open", fields=["open_from"], condition=Q(state=OccurrenceState.PLANNED)
            )
        ]
        triggers = [
            also_rewritten(only_these_moves("state", MOVES, starts=STARTS)),
        ]

    @property
    def period(self) -> str:
        """In words, where there is no day to name it by."""
        return in_words(self.slot_key)


class Notice(models.Model):
    """What the card of the home page tells: an occurrence is told exactly once."""

    occurrence = models.OneToOneField(
        Occurrence, on_delete=models.CASCADE, primary_key=True, related_name="notice"
    )
