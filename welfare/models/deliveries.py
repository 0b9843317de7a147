"""The mail of a reminder: it says that there is a message, and where."""

from contextlib import AbstractContextManager

from django.db import models

from lms.outbox.models import Message, guard_moves
from welfare.models.occurrences import Occurrence
from welfare.models.wall import also_rewritten, as_engine

MAIL, REMINDER = "mail", "reminder"


class Delivery(Message):
    """One message about an occurrence on one channel, of which mail is the only one so far.

    Nothing is kept of its address or words. ``early`` counts the tries that came at an hour or on a day on
    which nobody is to be disturbed; ``off_digest`` is of the token in the mail that ends mails of reminders.
    """

    occurrence = models.ForeignKey(
        Occurrence, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    channel = models.CharField(max_length=8, default=MAIL, editable=False)
    early = models.PositiveSmallIntegerField(default=0, editable=False)
    off_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)

    also_marked = ("off_digest",)
    in_a_row = True

    class Meta(Message.Meta):
        constraints = [
            *Message.Meta.constraints,
            models.UniqueConstraint(name="one_delivery_a_channel", fields=["occurrence", "channel"]),
        ]
        triggers = [also_rewritten(guard_moves())]

    @classmethod
    def speaking(cls, *, writes: bool = True) -> AbstractContextManager[None]:
        """The engine sends: row-level security shows its rows to nobody else but the login's owner."""
        return as_engine()

    @property
    def failures(self) -> int:
        return self.tries - self.early
