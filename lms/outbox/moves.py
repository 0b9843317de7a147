"""The moves of one mail, each a conditional update in a transaction of its own.

Whoever claimed a row keeps it by its number of tries: after its lease is over and somebody else has claimed
it, nothing that the first one says counts any more.
"""

import datetime as dt
import random
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from django.db import connections, router
from django.db.models import F, Q, QuerySet

from lms.kit.moment import DatabaseClock
from lms.kit.prepared import Asked, pipelined
from lms.outbox.models import Message
from lms.outbox.states import HELD, LEASED, WAITING, State, sources

# Longer than handing over one mail can take: see lms/outbox/transport.py and settings.EMAIL_TIMEOUT.
LEASE = dt.timedelta(minutes=5)
# Greylisting lets a second try in after some minutes; an evening's outage is over by the last.
WAITS = (dt.timedelta(minutes=1), dt.timedelta(minutes=6), dt.timedelta(minutes=30), dt.timedelta(hours=3))
TRIES = len(WAITS) + 1
JITTER = 0.2
DIED = "stopped while the mail was made"
LOST = "stopped while the mail was handed over"
ASKED_FOR = "an administrator asked for it"

# Asked once for the statement, so that an index finds the few that are due among many put off.
DUE = f"state IN {tuple(map(str, WAITING))} AND available_at <= (SELECT clock_timestamp())"

M = TypeVar("M", bound=Message)


def rows_of(model: type[M]) -> QuerySet[M]:
    """To be read and written within `model.speaking()`."""
    return model._default_manager.all()


def due() -> Q:
    """Waiting, and its moment has come."""
    return Q(state__in=WAITING, available_at__lte=DatabaseClock())


def is_any_due(model: type[Message]) -> bool:
    with model.speaking(writes=False), connections[router.db_for_write(model)].cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {model._meta.db_table} WHERE {DUE})")  # noqa: S608 - constants
        return bool(cursor.fetchone()[0])


def enqueue(model: type[M], *, kind: str, **columns: Any) -> M:
    """A new mail, due at once. It is sent only if the transaction around commits."""
    return model._default_manager.create(kind=kind, **columns)


def enqueue_all(mails: Iterable[Message]) -> None:
    """New mails of one table, due at once, in one statement."""
    rows = list(mails)
    if rows:
        type(rows[0])._default_manager.bulk_create(rows)


def claim(model: type[M]) -> M | None:
    """The row that has been due longest, with a lease and one more try; None where nothing is due.

    What another drainer is claiming at this moment is passed over, so nobody waits for anybody.
    """
    with model.speaking():
        asked = claim_within(model)
    return claimed(model, asked)


def claim_within(model: type[Message]) -> Asked:
    """The same within a transaction that is there already; `claimed` reads the answer."""
    return Asked(router.db_for_write(model), _claiming(model), [LEASE])


def claimed(model: type[M], asked: Asked) -> M | None:
    row = asked.row
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(router.db_for_write(model), names, row) if row else None


# These three are said for every mail.
@cache
def _claiming(model: type[Message]) -> str:
    """One statement: the lock is taken by the inner half, on the row as it is by then."""
    table, pk = model._meta.db_table, model._meta.pk.column
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    return f"""
        UPDATE {table} SET state = '{State.CLAIMED}', tries = tries + 1, fault = '',
            lease_until = clock_timestamp() + %s
        WHERE {pk} = (
            SELECT {pk} FROM {table} WHERE {DUE} ORDER BY available_at, {pk}
            LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING {columns}"""  # noqa: S608 - names of our own


@cache
def _marking(model: type[Message]) -> str:
    table, pk = model._meta.db_table, model._meta.pk.column
    also = "".join(f", {name} = %s" for name in model.also_marked)
    return f"""
        UPDATE {table} SET state = '{State.TRANSMITTING}', lease_until = clock_timestamp() + %s{also}
        WHERE {pk} = %s AND tries = %s AND state = '{State.CLAIMED}'"""  # noqa: S608 - names of our own


@cache
def _ending(model: type[Message]) -> str:
    table, pk = model._meta.db_table, model._meta.pk.column
    states = tuple(map(str, sources(State.SENT)))
    return f"""
        UPDATE {table} SET state = '{State.SENT}', fault = '', lease_until = NULL, sent_at = clock_timestamp()
        WHERE {pk} = %s AND tries = %s AND state IN {states}"""  # noqa: S608 - names of our own


def move(message: Message, to: State, *, fault: str = "", **columns: Any) -> bool:
    """Move the row on, if it is still in our hands; whether it was."""
    own = rows_of(type(message)).filter(pk=message.pk, tries=message.tries, state__in=sources(to))
    with message.speaking():
        return bool(own.update(state=to, fault=fault[:80], lease_until=None, **columns))


def begin(message: Message) -> bool:
    """Mark the row as being handed over, its lease begun anew; committed before the body goes out."""
    return begin_within(message).changed > 0


def begin_within(message: Message) -> Asked:
    model = type(message)
    also = [getattr(message, name) for name in model.also_marked]
    values = [LEASE, *also, message.pk, message.tries]
    return Asked(router.db_for_write(model), _marking(model), values)


def sent(message: Message) -> bool:
    """The server has taken it; whether the row was still in our hands, or in nobody's."""
    with message.speaking():
        return sent_within(message).changed > 0


def sent_within(message: Message) -> Asked:
    """The same within a transaction that is there already."""
    model = type(message)
    return Asked(router.db_for_write(model), _ending(model), [message.pk, message.tries])


def in_one_go(model: type[Message]) -> AbstractContextManager[Any]:
    """Around a transaction: its statements wait for no answers, where the table says so."""
    return pipelined(router.db_for_write(model)) if model.in_a_row else nullcontext()


def try_again(message: Message, fault: str) -> bool:
    """Wait and try again, or park the mail after its fifth try."""
    if message.failures >= TRIES:
        return move(message, State.FAILED, fault=fault)
    return move(message, State.RETRY, fault=fault, available_at=DatabaseClock() + wait(message.failures))


def put_off(message: Message, until: dt.datetime) -> bool:
    """Not now; a try that was only too early brings nobody nearer to being parked.

    For tables with a column `early`, which counts these tries: the number of tries itself fences off.
    """
    return move(message, State.RETRY, available_at=until, early=F("early") + 1)


def give_back(message: Message, fault: str) -> bool:
    """What was claimed, or marked, and not begun: due again at once, and no try where that can be said."""
    if not message.in_a_row:
        return try_again(message, fault)
    return move(message, State.RETRY, available_at=DatabaseClock(), early=F("early") + 1)


def wait(tries: int) -> dt.timedelta:
    """How long after this try (from 1) the next comes; a fifth more or less, so that a crowd spreads."""
    base = WAITS[min(max(tries, 1), len(WAITS)) - 1]
    return base * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret


def rescue(model: type[Message]) -> int:
    """Take rows out of the hands of the dead; how many there were.

    What was only claimed was not sent, and is tried again or parked. What was being handed over is
    uncertain; with OUTBOX_UNCERTAIN=resend what is uncertain is tried again.
    """
    dead = rows_of(model).filter(state__in=LEASED, lease_until__lte=DatabaseClock())
    saved = sum(_let_go(row) for row in _read(dead.order_by("lease_until")))
    if settings.OUTBOX_UNCERTAIN == "resend":
        uncertain = rows_of(model).filter(state=State.UNCERTAIN)
        # Those that have had all their tries come last, and hold up nobody.
        saved += sum(_resend(row) for row in _read(uncertain.order_by("tries")))
    return saved


def _read(rows: QuerySet[M]) -> list[M]:
    with rows.model.speaking(writes=False):
        return list(rows[:1000])


def _let_go(row: Message) -> bool:
    if row.state == State.TRANSMITTING:
        return _expired(row, State.UNCERTAIN, LOST)
    if row.failures >= TRIES:
        return _expired(row, State.FAILED, DIED)
    return _expired(row, State.RETRY, DIED, available_at=DatabaseClock() + wait(row.failures))


def _resend(row: Message) -> bool:
    if row.failures >= TRIES:
        return False
    return move(row, State.RETRY, fault=row.fault, available_at=DatabaseClock() + wait(row.failures))


def _expired(row: Message, to: State, fault: str, **columns: Any) -> bool:
    """The lease is looked at once more: another may have taken the row on since."""
    own = rows_of(type(row)).filter(
        pk=row.pk, tries=row.tries, state=row.state, lease_until__lte=DatabaseClock()
    )
    with row.speaking():
        return bool(own.update(state=to, fault=fault, lease_until=None, **columns))


def retry(message: Message) -> bool:
    """Send a parked or uncertain mail once more at once; whether it was still held. One press is one try."""
    held = rows_of(type(message)).filter(pk=message.pk, state__in=HELD)
    with message.speaking():
        return bool(held.update(state=State.RETRY, fault=ASKED_FOR, available_at=DatabaseClock()))


def give_up(message: Message) -> bool:
    """Never send a parked or uncertain mail; whether it was still held. Why it was held stays on record."""
    held = rows_of(type(message)).filter(pk=message.pk, state__in=HELD)
    with message.speaking():
        return bool(held.update(state=State.CANCELLED))
