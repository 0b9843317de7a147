"""Tell whoever an exchange waits for, and who is to hear what was decided: by a notice and its mail."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from courses.enums import ExchangeState, NotNudged
from courses.kinds.exchanges import Situation, hearers, turn
from courses.models import Exchange, ExchangeMove, ExchangeNotice, ExchangeNoticesOff
from courses.queries.exchanges.notices import (
    has_turned_off,
    holding,
    news_of,
    occasion_of,
    open_logins,
    still_holds,
)
from courses.queries.exchanges.situations import situation, situation_of, with_words
from lms.kit.moment import DatabaseClock
from lms.kit.tokens import digest, token
from lms.outbox.channels import Channel, register
from lms.outbox.mail import Mail, Unwanted
from lms.people.mail import A_MESSAGE, notice
from lms.people.models import User

OFF_TOKEN = "exchange notices off"  # noqa: S105 - the name of a purpose
KIND = "exchange_turn"


def register_channel() -> None:
    """Called once, when the app is ready."""
    register(Channel(ExchangeNotice, compose, addresses, A_MESSAGE, ("user",)))


def tell(*, exchange: Exchange, situated: Situation) -> int:
    """Write a notice for everybody whose word is waited for and who has none of this occasion; how many.

    Whoever just said the word is not waited for any more. Two at once write each notice once.
    """
    return _write(exchange, occasion_of(exchange), open_logins(turn(situated)))


def tell_news(*, exchange: Exchange, move: ExchangeMove, by: User | None) -> int:
    """Write a notice for whoever is to hear of this line of the history and did not write it; how many.

    For actions that have brought the exchange to where the line says.
    """
    _current, situated = situation_of(exchange.pk)
    hear = open_logins(hearers(situated))
    return _write(exchange, news_of(move.number), hear.exclude(pk=by.pk) if by else hear)


def _write(exchange: Exchange, occasion: str, users: QuerySet[User]) -> int:
    before = ExchangeNotice.objects.filter(exchange=exchange, occasion=occasion).values("user")
    rows = [
        ExchangeNotice(kind=KIND, exchange=exchange, user=user, occasion=occasion)
        for user in users.exclude(pk__in=before).order_by("pk")
    ]
    return len(ExchangeNotice.objects.bulk_create(rows, ignore_conflicts=True))


@transaction.atomic
def tell_what_is_over() -> int:
    """Tell hosts and staff of approved exchanges whose last hour has passed; how many notices were written.

    Nobody moves anything when time passes, so that this is looked for and not told by an action.
    """
    approved = with_words(Exchange.objects.filter(state=ExchangeState.APPROVED)).order_by("pk")
    situations: list[tuple[Any, Situation]] = [(one, situation(one)) for one in approved]
    return sum(tell(exchange=one, situated=situated) for one, situated in situations if situated.over)


def addresses(notices: Sequence[ExchangeNotice]) -> list[str]:
    return [row.user.email for row in notices]


def compose(row: ExchangeNotice) -> Mail:
    """The mail of a notice whose exchange still waits; raises Unwanted for another. For the drain."""
    if not row.user.is_active:
        raise Unwanted(NotNudged.CLOSED.value)
    if has_turned_off(row.user):
        raise Unwanted(NotNudged.OFF.value)
    if not still_holds(row):
        raise Unwanted(NotNudged.OVER.value)
    off = token(OFF_TOKEN, row.message_id)
    ExchangeNotice.objects.filter(pk=row.pk).update(off_digest=digest(off))
    return notice(row.user, off)


def mark_read(*, by: User) -> int:
    """Everything somebody has not read is read from now on; how much it was."""
    shown = [row.pk for row in holding(by) if row.read_at is None]
    return ExchangeNotice.objects.filter(pk__in=shown).update(read_at=DatabaseClock())


def turn_off(*, by: User) -> None:
    """No more notices of exchanges for somebody. A second call changes nothing."""
    ExchangeNoticesOff.objects.get_or_create(user=by)


def turn_on(*, by: User) -> None:
    """Notices of exchanges again, from the next occasion on."""
    ExchangeNoticesOff.objects.filter(user=by).delete()
