"""Who is to be told that an exchange waits for them, or was decided, and what is still so."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses import rules
from courses.kinds.exchanges import Turn, hearers, turn
from courses.models import Exchange, ExchangeNotice, ExchangeNoticesOff
from courses.queries.exchanges.situations import is_turn_of, situation, with_words
from lms.kit import clock
from lms.kit.tokens import digest
from lms.people.enums import Role
from lms.people.models import RoleGrant, User
from lms.people.rules import in_force_q

NEWS = "news "


def occasion_of(exchange: Exchange) -> str:
    """A key that stays the same as long as nothing was moved or changed."""
    return f"{exchange.state} {exchange.round}"


def news_of(move: int) -> str:
    """A key of what was decided or changed by the move of this number in the exchange's history."""
    return f"{NEWS}{move}"


def is_news(notice: ExchangeNotice) -> bool:
    return notice.occasion.startswith(NEWS)


def open_logins(whose: Turn) -> QuerySet[User]:
    """Those of the managers and staff meant who can sign in and want notices of exchanges."""
    grants = RoleGrant.objects.filter(in_force_q(clock.today()), user=OuterRef("pk"))
    managers = Q(role=Role.HOTLINE_MANAGER, hotline__in=whose.hotlines)
    wanted = managers | Q(role=Role.STAFF) if whose.staff else managers
    off = ExchangeNoticesOff.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(~Exists(off), Exists(grants.filter(wanted)), is_active=True)


def holding(user: User) -> list[ExchangeNotice]:
    """The notices of somebody that still say what is so, the newest first; constant queries.

    That is: the exchange waits for them, or nothing was decided or changed since they were told of it.
    """
    notices = list(ExchangeNotice.objects.filter(user=user))
    if not notices:
        return []
    exchanges = Exchange.objects.filter(pk__in={one.exchange_id for one in notices})
    found = {one.pk: one for one in with_words(exchanges)}
    kept, heard = [], set[int]()
    for notice in notices:
        exchange = found[notice.exchange_id]
        if not says_what_is_so(notice, user, exchange) or (is_news(notice) and exchange.pk in heard):
            continue
        if is_news(notice):
            heard.add(exchange.pk)
        notice.exchange = exchange
        kept.append(notice)
    return kept


def says_what_is_so(notice: ExchangeNotice, user: User, exchange: Any) -> bool:
    """For an exchange from ``with_words``; of several news the last one says what is so."""
    situated = situation(exchange)
    if is_news(notice):
        return is_turn_of(user, hearers(situated))
    return notice.occasion == occasion_of(exchange) and is_turn_of(user, turn(situated))


def count_unread(user: User) -> int:
    """How many of them are unread. One query where nothing is unread."""
    if not ExchangeNotice.objects.filter(user=user, read_at=None).exists():
        return 0
    return sum(1 for notice in holding(user) if notice.read_at is None)


def may_get_any(user: User) -> bool:
    """Whether an exchange could ever wait for somebody."""
    return rules.may_enter_exchanges(user)


def still_holds(notice: ExchangeNotice) -> bool:
    """Asked once more before the mail goes."""
    (found,) = with_words(Exchange.objects.filter(pk=notice.exchange_id))
    if is_news(notice) and newer_news(notice):
        return False
    return says_what_is_so(notice, notice.user, found)


def newer_news(notice: ExchangeNotice) -> bool:
    """Whether somebody was told of something decided or changed later, which says all of it."""
    same = ExchangeNotice.objects.filter(exchange=notice.exchange_id, user=notice.user_id)
    return same.filter(occasion__startswith=NEWS, created_at__gt=notice.created_at).exists()


def has_turned_off(user: User) -> bool:
    return ExchangeNoticesOff.objects.filter(user=user).exists()


def by_off_token(token: str) -> ExchangeNotice | None:
    """The notice whose mail held this token, if there is one."""
    return ExchangeNotice.objects.select_related("user").filter(off_digest=digest(token)).first()
