"""Say which grants pay for the visits of an exchange, and for a traveller where another one does."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.exchanges.counting import payers_of, settle_ledger
from courses.actions.exchanges.moving import held, record_move
from courses.actions.funding import Payers, gone
from courses.enums import ExchangeState
from courses.models import Exchange, Traveller, Visit
from lms.kit.errors import Refused, Stale
from lms.kit.tokens import digest
from lms.people.models import User

Planned = Visit | Traveller


@transaction.atomic
def fund_visits(
    *, exchange: Exchange, payers: Mapping[Any, Payers], by: User, note: str = "", seen: str | None = None
) -> None:
    """Say who pays for each visit and traveller named; those not named keep what they have.

    ``payers`` is by Visit or Traveller: one grant at most for each, with one work package at most. It asks
    nobody anew, since both sides confirm who came and not who paid. After the exchange was counted it is a
    correction: what differs is appended, and the history keeps the reason. ``seen`` is the ``payers_mark`` of
    what somebody looked at: where that is otherwise by now, it is Stale. Refused for who is no staff,
    without that reason, if it was cancelled, for two grants of one visitor, and for a grant or visitor not
    there any more.
    """
    current, situated = held(exchange.pk)
    if not rules.may_keep_grants(by):
        raise Refused(_("Which grant paid is said by INHOPE staff."))
    if situated.state == ExchangeState.CANCELLED:
        raise Refused(_("It was cancelled, so nobody pays for it."))
    counted = situated.state == ExchangeState.COUNTED
    there = {one: _there(one, current) for one in payers}
    if seen is not None and seen != payers_mark(there.values()):
        raise Stale(_("Somebody else said who pays meanwhile. Nothing was saved."))
    different = [(one, said) for one, said in payers.items() if payers_of(there[one]) != said]
    if counted and different and not note.strip():
        raise Refused(_("Say why: it is kept with the correction."), field="note")
    for one, said in different:
        _write(one, said)
    if counted and different:
        record_move(exchange=current, before=current.state, after=current.state, by=by, note=note)
        settle_ledger(exchange=current, by=by)


def payers_mark(planned: Iterable[Planned]) -> str:
    """Tells who pays for these visits and travellers from who paid before, and nothing else."""
    known = [(type(one).__name__, one.pk, one.grant_id, one.work_package_id) for one in planned]
    return digest(repr(sorted(known, key=repr)))


def _there(one: Planned, exchange: Exchange) -> Planned:
    """As it is now that the exchange is held."""
    rows: Any = type(one).objects.filter(pk=one.pk, exchange=exchange)
    found: Planned | None = rows.filter(left_at=None).first() if isinstance(one, Visit) else rows.first()
    if found is None:
        raise Refused(_("Who comes was changed since you looked. Look again, then save."))
    return found


def _write(one: Planned, said: Payers) -> None:
    if len(said.grants) > 1 or len(said.work_packages) > 1:
        raise Refused(_("A visit, and whoever comes with it, has one grant."))
    rows: Any = type(one).objects.filter(pk=one.pk)
    try:
        with transaction.atomic():
            rows.update(
                grant=next(iter(said.grants), None), work_package=next(iter(said.work_packages), None)
            )
            # Now and not when committing: it holds the grant, so that nobody removes it meanwhile.
            connection.check_constraints()
    except IntegrityError as error:
        raise Refused(gone()) from error
