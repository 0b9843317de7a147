"""What every mail on its way has in common; whoever sends mail has a table of its own with these columns."""

import uuid
from contextlib import AbstractContextManager, nullcontext
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models, router, transaction
from django.db.models import Q

from lms.kit.moment import DatabaseClock
from lms.outbox.states import LEASED, MOVES, WAITING, State

ALLOWED = ", ".join(f"'{state}>{to}'" for state, following in MOVES.items() for to in sorted(following))
# One try is one claim, counted by the database: the number fences off whoever held an earlier one.
GUARD_MOVES = f"""
IF TG_OP = 'INSERT' THEN
    IF NEW.state = 'pending' AND NEW.tries = 0 THEN RETURN NEW; END IF;
ELSIF NEW.message_id <> OLD.message_id OR NEW.kind <> OLD.kind THEN
    NULL;
ELSIF NEW.state = OLD.state THEN
    IF (NEW.tries, NEW.lease_until, NEW.available_at, NEW.sent_at, NEW.fault) IS NOT DISTINCT FROM
       (OLD.tries, OLD.lease_until, OLD.available_at, OLD.sent_at, OLD.fault) THEN RETURN NEW; END IF;
ELSIF (OLD.state || '>' || NEW.state) IN ({ALLOWED})
      AND NEW.tries = OLD.tries + (NEW.state = 'claimed')::int
      AND (NEW.state <> 'claimed' OR OLD.available_at <= clock_timestamp()) THEN
    RETURN NEW;
END IF;
RAISE EXCEPTION 'A mail does not go from % (try %) to % (try %).',
    CASE WHEN TG_OP = 'UPDATE' THEN OLD.state ELSE 'nowhere' END,
    CASE WHEN TG_OP = 'UPDATE' THEN OLD.tries ELSE 0 END, NEW.state, NEW.tries
    USING ERRCODE = 'check_violation', CONSTRAINT = 'outbox_move';
"""


def new_message_id() -> str:
    """A Message-ID of its own at the sender's domain; one mail keeps it through all tries."""
    return f"<{uuid.uuid4()}@{sender_domain()}>"


def sender_domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")


def guard_moves() -> pgtrigger.Trigger:
    """Each table has a trigger of its own, which may allow more than this."""
    return pgtrigger.Trigger(
        name="guard_moves",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=GUARD_MOVES,
    )


class Message(models.Model):
    """A mail that is neither lost nor doubled. A subclass adds whom it is for and what it stands on.

    The address and the words are made when it is sent (lms/outbox/channels.py), so the row holds neither.
    ``tries`` counts the tries begun; ``lease_until`` is when whoever holds the row counts as dead;
    ``fault`` says in a few words, without anything personal, why it is not sent. All times are the
    database's (UTC).
    """

    kind = models.CharField(max_length=40, editable=False)
    state = models.CharField(max_length=12, choices=State, default=State.PENDING, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    message_id = models.CharField(max_length=320, unique=True, default=new_message_id, editable=False)
    created_at = models.DateTimeField(db_default=DatabaseClock(), editable=False)
    available_at = models.DateTimeField(db_default=DatabaseClock(), editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    fault = models.CharField(max_length=80, blank=True, editable=False)

    # Columns that making the mail sets, beside what it is marked with.
    also_marked: ClassVar[tuple[str, ...]] = ()
    # Many at once: a row is claimed while the one before it is sent. For tables that can take a try back
    # (a column `early`), and whose mails are made of statements that wait for nothing but their answers.
    in_a_row: ClassVar[bool] = False

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="%(class)s_state_is_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="%(class)s_leased_while_held",
                condition=Q(state__in=LEASED, lease_until__isnull=False)
                | (~Q(state__in=LEASED) & Q(lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="%(class)s_sent_has_its_time",
                condition=Q(state=State.SENT, sent_at__isnull=False)
                | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["available_at"], name="%(class)s_due", condition=Q(state__in=[*WAITING, *LEASED])
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [guard_moves()]

    @classmethod
    def speaking(cls, *, writes: bool = True) -> AbstractContextManager[None]:
        """Where the outbox reads rows, or writes them in one transaction.

        A table whose rows are shown to nobody without a name says here in whose name mail is sent.
        """
        return transaction.atomic(using=router.db_for_write(cls)) if writes else nullcontext()

    @property
    def failures(self) -> int:
        """How many tries count towards parking the mail: all, unless some were only too early."""
        return self.tries
