"""Mails as operators and administrators ask about them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Min, Q

from lms.kit.moment import DatabaseClock
from lms.outbox.channels import Channel, channels
from lms.outbox.models import Message
from lms.outbox.moves import due, rows_of
from lms.outbox.states import HELD, LEASED, State

# So many of a channel are listed; what is decided makes room for the others.
MOST = 1000


@dataclass(frozen=True)
class Held:
    """A parked or uncertain mail, with the channel it goes by."""

    message: Message
    channel: Channel

    @property
    def uuid(self) -> uuid.UUID:
        """Of its Message-ID: nothing else of it tells one channel from another."""
        return uuid.UUID(self.message.message_id[1:].partition("@")[0])


def held() -> list[Held]:
    """Parked and uncertain mails of all channels, by the day on which they were written.

    Within a day in the order of their Message-IDs, which are chance: the hour would tell what woke.
    """
    found = [Held(row, channel) for channel in channels() for row in _held(channel)]
    return sorted(found, key=lambda one: (one.message.created_at.date(), one.message.message_id))


def held_by_uuid(wanted: uuid.UUID) -> Held | None:
    """The one parked or uncertain mail whose Message-ID begins so."""
    rows = [(row, one) for one in channels() for row in _held(one, message_id__startswith=f"<{wanted}@")]
    return Held(*rows[0]) if rows else None


def addresses(found: Sequence[Held]) -> list[str]:
    """Whom each of these mails is for, in the same order. At most one query for each channel."""
    known: dict[str, str] = {}
    for channel in channels():
        rows = [one.message for one in found if one.channel == channel]
        if rows:
            ids = [row.message_id for row in rows]
            known |= dict(zip(ids, channel.addresses(rows), strict=True))
    return [known[one.message.message_id] for one in found]


def _held(channel: Channel, **only: str) -> list[Message]:
    rows = rows_of(channel.model).filter(state__in=HELD, **only).select_related(*channel.related)
    with channel.model.speaking(writes=False):
        return list(rows.order_by("pk")[:MOST])


def held_by_state() -> dict[State, int]:
    """How many mails wait for a person, over all channels."""
    return {state: sum(_count(channel, state) for channel in channels()) for state in HELD}


def _count(channel: Channel, state: State) -> int:
    with channel.model.speaking(writes=False):
        return rows_of(channel.model).filter(state=state).count()


def oldest_due_seconds() -> float:
    """How late the mail that has been due longest is; 0 when nothing is due.

    Due is also what somebody died over: from the end of the lease on.
    """
    return max((_oldest_of(channel) for channel in channels()), default=0.0)


def _oldest_of(channel: Channel) -> float:
    late = rows_of(channel.model).filter(due() | Q(state__in=LEASED, lease_until__lte=DatabaseClock()))
    since = DatabaseClock() - Min(F("available_at"))
    with channel.model.speaking(writes=False):
        found = late.aggregate(since=since)["since"]
    return round(found.total_seconds(), 1) if found else 0.0
