"""The states of a mail on its way, and the only moves between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """``uncertain``: the connection was lost when the server may or may not have taken the mail."""

    PENDING = "pending", _("waiting")
    CLAIMED = "claimed", _("being made")
    TRANSMITTING = "transmitting", _("being handed over")
    RETRY = "retry", _("to be tried again")
    SENT = "sent", _("sent")
    FAILED = "failed", _("parked")
    UNCERTAIN = "uncertain", _("uncertain")
    CANCELLED = "cancelled", _("not sent")


MOVES: dict[State, frozenset[State]] = {
    State.PENDING: frozenset({State.CLAIMED, State.CANCELLED}),
    State.CLAIMED: frozenset({State.TRANSMITTING, State.RETRY, State.FAILED, State.CANCELLED}),
    State.TRANSMITTING: frozenset({State.SENT, State.RETRY, State.FAILED, State.UNCERTAIN}),
    State.RETRY: frozenset({State.CLAIMED, State.CANCELLED}),
    State.FAILED: frozenset({State.RETRY, State.CANCELLED}),
    # Sent: whoever was slow, and not dead, may still learn that the server took it.
    State.UNCERTAIN: frozenset({State.RETRY, State.CANCELLED, State.SENT}),
    State.SENT: frozenset(),
    State.CANCELLED: frozenset(),
}
# Waiting for a moment, held by somebody for a time, or waiting for a person.
WAITING = (State.PENDING, State.RETRY)
LEASED = (State.CLAIMED, State.TRANSMITTING)
HELD = (State.FAILED, State.UNCERTAIN)


def sources(to: State) -> list[State]:
    """The states from which a mail may come into this one."""
    return [state for state, following in MOVES.items() if to in following]
