"""Who is to be told that an exchange waits for them, and what is still so."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses import rules
from courses.kinds.exchanges import Situation, turn
from courses.models import Exchange, ExchangeNotice, ExchangeNoticesOff
from courses.queries.exchanges.situations import is_turn_of, situation, with_words
from lms.kit import clock
from lms.kit.tokens import digest
from lms.people.enums import Role
from lms.people.models import RoleGrant, User
from lms.people.rules import in_force_q


def occasion_of(exchange: Exchange) -> str:
    """A key that stays the same as long as nothing was moved or changed."""
    return f"{exchange.state} {exchange.round}"


def waited_for(situated: Situation) -> QuerySet[User]:
    """The open logins whose word an exchange waits for, without those who want no notices."""
    whose = turn(situated)
    grants = RoleGrant.objects.filter(in_force_q(clock.today()), user=OuterRef("pk"))
    managers = Q(role=Role.HOTLINE_MANAGER, hotline__in=whose.hotlines)
    wanted = managers | Q(role=Role.STAFF) if whose.staff else managers
    off = ExchangeNoticesOff.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(~Exists(off), Exists(grants.filter(wanted)), is_active=True)


def holding(user: User) -> list[ExchangeNotice]:
    """The notices of somebody whose exchange still waits for them, the newest first; constant queries."""
    notices = list(ExchangeNotice.objects.filter(user=user))
    if not notices:
        return []
    wanted = Exchange.objects.filter(pk__in={one.exchange_id for one in notices})
    found = {one.pk: one for one in with_words(wanted)}
    still = {pk for pk, one in found.items() if is_turn_of(user, turn(situation(one)))}
    kept = []
    for notice in notices:
        exchange = found[notice.exchange_id]
        if notice.exchange_id in still and notice.occasion == occasion_of(exchange):
            notice.exchange = exchange
            kept.append(notice)
    return kept


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
    return notice.occasion == occasion_of(found) and is_turn_of(notice.user, turn(situation(found)))


def has_turned_off(user: User) -> bool:
    return ExchangeNoticesOff.objects.filter(user=user).exists()


def by_off_token(token: str) -> ExchangeNotice | None:
    """The notice whose mail held this token, if there is one."""
    return ExchangeNotice.objects.select_related("user").filter(off_digest=digest(token)).first()
