"""Mails as operators and administrators ask about them."""

from django.db.models import F, Min, Q, QuerySet

from lms.kit.moment import DatabaseClock
from lms.outbox.channels import Channel, channels
from lms.outbox.models import Message
from lms.outbox.moves import due, rows_of
from lms.outbox.states import HELD, LEASED, State


def held(channel: Channel) -> QuerySet[Message]:
    """Parked and uncertain mails of a channel, the oldest first."""
    return rows_of(channel.model).filter(state__in=HELD).select_related(*channel.related).order_by("pk")


def held_by_state() -> dict[State, int]:
    """How many mails wait for a person, over all channels."""
    return {state: sum(rows_of(c.model).filter(state=state).count() for c in channels()) for state in HELD}


def oldest_due_seconds() -> float:
    """How late the mail that has been due longest is; 0 when nothing is due.

    Due is also what somebody died over: from the end of the lease on.
    """
    return max((_oldest_of(channel) for channel in channels()), default=0.0)


def _oldest_of(channel: Channel) -> float:
    late = rows_of(channel.model).filter(due() | Q(state__in=LEASED, lease_until__lte=DatabaseClock()))
    since = DatabaseClock() - Min(F("available_at"))
    found = late.aggregate(since=since)["since"]
    return round(found.total_seconds(), 1) if found else 0.0
