"""Move an exchange on: by the words of its sides, or by whoever decides."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.activities import change_activity
from courses.actions.exchanges.counting import settle_ledger
from courses.actions.exchanges.telling import tell, tell_news
from courses.enums import ActivityStatus, ExchangeState, YesTo
from courses.kinds.exchanges import Situation, missing, moves_by_itself
from courses.models import Exchange, ExchangeMove, ExchangeYes
from courses.queries.exchanges.situations import situation_of
from lms.kit.errors import Refused
from lms.people.models import Hotline, User
from lms.people.rules import managed_hotline_ids


def held(pk: int) -> tuple[Any, Situation]:
    """The exchange with its row held until the transaction ends, and what is known of it then."""
    Exchange.objects.select_for_update().get(pk=pk)
    return situation_of(pk)


@transaction.atomic
def say_yes(*, exchange: Exchange, hotline: Hotline, to: YesTo, by: User, note: str = "") -> ExchangeYes:
    """Say a hotline's yes to the plan, or to what is to count; the last one moves the exchange on at once.

    A second yes returns the first. Raises Refused for who does not speak for the hotline, for staff who do
    not say how its word reached them, for a hotline that takes no part, and where nobody is asked.
    """
    current, situated = held(exchange.pk)
    asked = {YesTo.PLAN: ExchangeState.REQUESTED, YesTo.OUTCOME: ExchangeState.REPORTED}[to]
    if not rules.may_speak_for(by, hotline.pk):
        raise Refused(_("Only a manager of the hotline, or staff in their stead, says its word."))
    if hotline.pk not in {side.hotline for side in situated.sides}:
        raise Refused(_("This hotline takes no part in the exchange."))
    before = _yes(current, hotline, to)
    if before is not None:
        return before
    if situated.state != asked:
        raise Refused(_("Nobody is asked for this word now: the exchange has moved on, or was cancelled."))
    if in_their_stead(by, hotline) and not note.strip():
        raise Refused(_("Say how the hotline's word reached you: it is kept with it."), field="note")
    made = ExchangeYes.objects.create(
        exchange=current, hotline=hotline, to=to, round=current.round, note=note.strip(), recorded_by=by
    )
    advance(exchange=current, by=by)
    return made


def _yes(exchange: Exchange, hotline: Hotline, to: YesTo) -> ExchangeYes | None:
    said = ExchangeYes.objects.filter(exchange=exchange, hotline=hotline, to=to, round=exchange.round)
    return said.first()


def in_their_stead(by: User, hotline: Hotline) -> bool:
    """Whether somebody who speaks for a hotline is none of its managers."""
    return hotline.pk not in managed_hotline_ids(by)


@transaction.atomic
def move(*, exchange: Exchange, to: ExchangeState, by: User, note: str = "") -> ExchangeState:
    """Take an exchange to a state by one's own decision: approved, held or cancelled.

    A second call for the state it is in changes nothing. Cancelling after it was counted takes every fact of
    it back in the ledger. Raises Refused for who may not, without a reason for cancelling, and with what is
    missing.
    """
    current, situated = held(exchange.pk)
    if situated.state == to:
        return to
    if not rules.may_move_exchange(by, current, to):
        raise Refused(_("It is not yours to move this exchange there."))
    lacking = missing(situated, to)
    if lacking:
        raise Refused(" ".join(lacking))
    if to == ExchangeState.CANCELLED and not note.strip():
        raise Refused(_("Say why: both sides read it in the history."), field="note")
    _move(current, to, by, note)
    if to == ExchangeState.CANCELLED:
        change_activity(activity=current.activity, status=ActivityStatus.CANCELLED, by=by)
        settle_ledger(exchange=current, by=by)
    advance(exchange=current, by=by)
    return to


def advance(*, exchange: Exchange, by: User | None) -> None:
    """Move the exchange on as far as the words said so far take it, and tell who is waited for next.

    For actions that hold the exchange's row.
    """
    current, situated = situation_of(exchange.pk)
    while (to := moves_by_itself(situated)) is not None:
        _move(current, to, by)
        if to == ExchangeState.COUNTED:
            settle_ledger(exchange=current, by=by)
        current, situated = situation_of(exchange.pk)
    tell(exchange=current, situated=situated)


def _move(exchange: Exchange, to: ExchangeState, by: User | None, note: str = "") -> None:
    line = record_move(exchange=exchange, before=exchange.state, after=to, by=by, note=note)
    Exchange.objects.filter(pk=exchange.pk).update(state=to)
    exchange.state = to
    tell_news(exchange=exchange, move=line, by=by)


def record_move(
    *, exchange: Exchange, before: str, after: str, by: User | None, note: str = ""
) -> ExchangeMove:
    """Append a line to the history, for actions that hold the exchange's row."""
    last = exchange.moves.aggregate(last=Max("number"))["last"] or 0
    return ExchangeMove.objects.create(
        exchange=exchange, number=last + 1, before=before, after=after, note=note.strip(), recorded_by=by
    )
