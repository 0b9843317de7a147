"""Sending what is due: one function for the tick, the nudge and the command, as many at once as like."""

import time
from collections import Counter
from dataclasses import dataclass, field

import structlog

from lms.outbox import moves
from lms.outbox.channels import Channel, channels
from lms.outbox.mail import TooEarly, Unwanted
from lms.outbox.models import Message
from lms.outbox.states import State
from lms.outbox.transport import Line, NotAccepted, Uncertain, Unreachable
from lms.outbox.wire import Letter

BATCH = 200
# No mail is begun later than this: the longest one still ends before a task's time is over.
SECONDS = 45.0
NOT_MADE = "the mail could not be made"
GONE = "the mail server went away"

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
    hand = _Hand(channel, line, outcome)
    try:
        for nth in range(batch):
            if time.monotonic() > deadline:
                break
            message = hand.next()
            if message is None:
                return
            hand.deliver(message, is_last=nth + 1 == batch)
        outcome.more = True
    finally:
        hand.empty()


class _Hand:
    """What a drainer holds of a channel: a mail that the server has taken, and the one whose turn is next.

    That a mail is sent is committed together with the mark of the one after it, and so is the claim of the
    next where its table can take a try back: one commit a mail. Whoever is killed leaves one row that was
    being handed over, or taken without saying so, and one that was only claimed.
    """

    def __init__(self, channel: Channel, line: Line, outcome: Outcome) -> None:
        self.channel, self.line, self.outcome = channel, line, outcome
        self.taken: Message | None = None
        self.following: Message | None = None

    def next(self) -> Message | None:
        """Claimed ahead, or else claimed now, once the server is known to be there."""
        message, self.following = self.following, None
        if message is None:
            self.settle()
            self.line.ready()
            message = moves.claim(self.channel.model)
        return message

    def deliver(self, message: Message, *, is_last: bool) -> None:
        """One row in its own try: whatever is wrong with it holds up no other."""
        self.line.begin()
        try:
            letter = self._begin(message, is_last)
        except Exception as error:
            # What it was to be committed with is known, whatever became of it.
            self.settle()
            self.line.forget()
            self._ended(_not_made(self.channel, message, error))
            return
        if letter is None:
            self.line.forget()
            return
        try:
            self.line.send(letter)
        except Unreachable:
            moves.give_back(message, GONE)
            raise
        except (NotAccepted, Uncertain) as fault:
            self._ended(_not_taken(message, fault))
        else:
            self.taken = message

    def _begin(self, message: Message, is_last: bool) -> Letter | None:
        """Look once more, make the mail and mark the row, in one transaction; None where the lease was lost.

        The same transaction says what became of the mail before, and claims the next.
        """
        model, said, following = self.channel.model, None, None
        with moves.in_one_go(model), message.speaking():
            if self.taken:
                said = moves.sent_within(self.taken)
            letter = Letter(self.channel.compose(message), message.message_id)
            began = moves.begin_within(message)
            if model.in_a_row and not is_last:
                following = moves.claim_within(model)
            self.line.prepare(letter)
        self.taken = None
        self.following = moves.claimed(model, following) if following else None
        if said:
            self._ended(State.SENT if said.changed else None)
        return letter if began.changed else None

    def settle(self) -> None:
        """Write down that the mail before is sent, where that is not written yet."""
        taken, self.taken = self.taken, None
        if taken:
            self._ended(State.SENT if moves.sent(taken) else None)

    def empty(self) -> None:
        """Write down what is known, and give back what was not begun."""
        self.settle()
        following, self.following = self.following, None
        if following:
            moves.give_back(following, GONE)

    def _ended(self, state: State | None) -> None:
        """None where the lease was lost: somebody else will say."""
        if state is not None:
            self.outcome.ended[state] += 1


def _not_made(channel: Channel, message: Message, error: Exception) -> State | None:
    if isinstance(error, Unwanted):
        return State.CANCELLED if moves.move(message, State.CANCELLED, fault=error.reason) else None
    if isinstance(error, TooEarly):
        return State.RETRY if moves.put_off(message, error.until) else None
    if isinstance(error, NotAccepted):
        return _not_taken(message, error)
    log.warning("a mail could not be made", channel=channel.key, error=type(error).__name__)
    # In the log alone: the list of what is parked must not tell one kind of notice from another.
    return _again(message, NOT_MADE)


def _not_taken(message: Message, fault: NotAccepted | Uncertain) -> State | None:
    if isinstance(fault, Uncertain):
        return State.UNCERTAIN if moves.move(message, State.UNCERTAIN, fault=fault.fault) else None
    if fault.permanent:
        return State.FAILED if moves.move(message, State.FAILED, fault=fault.fault) else None
    return _again(message, fault.fault)


def _again(message: Message, fault: str) -> State | None:
    if not moves.try_again(message, fault):
        return None
    return State.FAILED if message.failures >= moves.TRIES else State.RETRY
