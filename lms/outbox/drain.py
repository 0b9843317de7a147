"""Sending what is due: one function for the tick, the nudge and the command, as many at once as like."""

import time
from collections import Counter
from dataclasses import dataclass, field

import structlog
from django.core.mail import EmailMultiAlternatives

from lms.outbox import moves
from lms.outbox.channels import Channel, channels
from lms.outbox.mail import TooEarly, Unwanted
from lms.outbox.models import Message
from lms.outbox.states import State
from lms.outbox.transport import Line, NotAccepted, Uncertain, Unreachable

BATCH = 200
# No mail is begun later than this: the longest one still ends before a task's time is over.
SECONDS = 45.0
NOT_MADE = "the mail could not be made"

log = structlog.get_logger(__name__)


@dataclass
class Outcome:
    """What a run did: mails by the state they came to. `more`: it ended before everything due was tried."""

    ended: Counter[State] = field(default_factory=Counter)
    more: bool = False
    unreachable: bool = False


def run_once(*, batch: int = BATCH, seconds: float = SECONDS) -> Outcome:
    """Take rows back from the dead, then send what is due, a bounded number of it over one connection.

    While the mail server cannot be reached no row is touched: an outage uses up no tries.
    """
    outcome, line, deadline = Outcome(), Line(), time.monotonic() + seconds
    for channel in channels():
        moves.rescue(channel.model)
    try:
        for channel in channels():
            _drain(channel, line, outcome, batch, deadline)
    except Unreachable as error:
        outcome.unreachable = True
        log.warning("the mail server cannot be reached", error=str(error))
    finally:
        line.close()
    if outcome.ended:
        log.info("mails", **{state.value: number for state, number in outcome.ended.items()})
    return outcome


def _drain(channel: Channel, line: Line, outcome: Outcome, batch: int, deadline: float) -> None:
    # Nobody is called where there is nothing to send.
    if not moves.is_any_due(channel.model):
        return
    for _nth in range(batch):
        if time.monotonic() > deadline:
            break
        line.ready()
        message = moves.claim(channel.model)
        if message is None:
            return
        state = _deliver(channel, message, line)
        if state is not None:
            outcome.ended[state] += 1
    outcome.more = True


def _deliver(channel: Channel, message: Message, line: Line) -> State | None:
    """One row in its own try: whatever is wrong with it holds up no other. None where the lease was lost."""
    try:
        email = _begin(channel, message)
    except Unwanted as unwanted:
        return State.CANCELLED if moves.move(message, State.CANCELLED, fault=unwanted.reason) else None
    except TooEarly as early:
        return State.RETRY if moves.put_off(message, early.until) else None
    except Exception as error:
        log.warning("a mail could not be made", channel=channel.key, error=type(error).__name__)
        # In the log alone: the list of what is parked must not tell one kind of notice from another.
        return _again(message, NOT_MADE)
    return _send(message, email, line) if email else None


def _begin(channel: Channel, message: Message) -> EmailMultiAlternatives | None:
    """Look once more, make the mail and mark the row, in one transaction; None where the lease was lost."""
    with message.speaking():
        mail = channel.compose(message)
        return mail.as_email(message.message_id) if moves.begin(message) else None


def _send(message: Message, email: EmailMultiAlternatives, line: Line) -> State | None:
    try:
        line.send(email)
    except NotAccepted as refusal:
        if refusal.permanent:
            return State.FAILED if moves.move(message, State.FAILED, fault=refusal.fault) else None
        return _again(message, refusal.fault)
    except Uncertain as loss:
        return State.UNCERTAIN if moves.move(message, State.UNCERTAIN, fault=loss.fault) else None
    return State.SENT if moves.sent(message) else None


def _again(message: Message, fault: str) -> State | None:
    if not moves.try_again(message, fault):
        return None
    return State.FAILED if message.failures >= moves.TRIES else State.RETRY
