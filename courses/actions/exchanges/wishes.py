"""Offer to host, ask to visit, withdraw, and make an exchange of two that fit."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.exchanges.planning import Plan, request_exchange
from courses.enums import WishKind
from courses.models import Exchange, ExchangeWish
from courses.queries.exchanges.wishes import match_of
from lms.kit import clock
from lms.kit.errors import Refused
from lms.people.models import Hotline, User


@dataclass(frozen=True)
class Wanted:
    """``languages`` are ISO 639-1 codes; both days are included."""

    kind: str
    topics: Sequence[str]
    languages: Sequence[str]
    first_on: dt.date
    last_on: dt.date
    people: int
    notes: str = ""


@transaction.atomic
def make_wish(*, hotline: Hotline, wanted: Wanted, by: User) -> ExchangeWish:
    """Put an offer or a request on the board, which every hotline's managers read.

    Raises Refused for who does not speak for the hotline, and for days that are over or the wrong way round.
    """
    if not rules.may_speak_for(by, hotline.pk):
        raise Refused(_("Only a manager of the hotline, or staff in their stead, says its word."))
    if wanted.last_on < wanted.first_on:
        raise Refused(_("It ends before it begins."), field="last_on")
    if wanted.last_on < clock.today():
        raise Refused(_("These days are over."), field="last_on")
    said = vars(wanted) | {"topics": list(wanted.topics), "languages": list(wanted.languages)}
    return ExchangeWish.objects.create(hotline=hotline, created_by=by, **said)


@transaction.atomic
def withdraw_wish(*, wish: ExchangeWish, by: User) -> None:
    """Take it off the board; a second call changes nothing.

    Raises Refused for who does not speak for the hotline, and where it became an exchange.
    """
    current = ExchangeWish.objects.select_for_update().get(pk=wish.pk)
    if not rules.may_speak_for(by, current.hotline_id):
        raise Refused(_("Only a manager of the hotline, or staff in their stead, withdraws it."))
    if current.exchange_id is not None:
        raise Refused(_("It became an exchange: cancel that instead."))
    if current.withdrawn_at is None:
        ExchangeWish.objects.filter(pk=current.pk).update(withdrawn_at=timezone.now(), withdrawn_by=by)


@transaction.atomic
def meet(*, own: ExchangeWish, other: ExchangeWish, plan: Plan, by: User) -> Exchange:
    """Make an exchange, requested, of an offer and a request that fit; both leave the board.

    The hotline of ``own`` has agreed by asking, the other is asked. Of two who take the same one at once the
    second is refused. Raises Refused for who does not speak for ``own``, for one that is no longer open, and
    for two that do not fit.
    """
    # In one order, so that two who want the same pair wait for each other and do not block.
    locked = ExchangeWish.objects.select_for_update().filter(pk__in=(own.pk, other.pk)).order_by("pk")
    found = {row.pk: row for row in locked}
    mine, theirs = found[own.pk], found[other.pk]
    if not rules.may_speak_for(by, mine.hotline_id):
        raise Refused(_("Only a manager of the hotline, or staff in their stead, says its word."))
    if not (is_open(mine) and is_open(theirs)):
        raise Refused(_("One of the two is no longer on the board: it was withdrawn, met or is over."))
    if match_of(mine, theirs) is None:
        raise Refused(_("These two do not fit: no day or no language in common."))
    host, guest = (mine, theirs) if mine.kind == WishKind.OFFER else (theirs, mine)
    made = request_exchange(host=host.hotline, visiting=[guest.hotline], plan=plan, by=by)
    ExchangeWish.objects.filter(pk__in=found).update(exchange=made)
    return made


def is_open(wish: ExchangeWish) -> bool:
    """Whether it stands on the board today, a day of the reporting zone."""
    return wish.withdrawn_at is None and wish.exchange_id is None and wish.last_on >= clock.today()
