"""In whose name the welfare connection speaks. Row-level security shows nothing to nobody.

It stops our own bugs, not an attacker who is the application: whoever runs SQL as its role can set the same.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pgtrigger
from django.db import connections, transaction

CONNECTION = "welfare"
# Settings of a transaction that the policies read (docs/adr/0017-the-second-wall.md).
USER, ENGINE = "welfare.user", "welfare.engine"
ON, REWRITING = "on", "rewriting"
SET = "SELECT set_config(%s, %s, true), set_config(%s, %s, true)"
# Of sealed answers, which know nobody (docs/adr/0022-check-ins-are-sealed-and-shuffled.md).
MARKS, KEEPER = "welfare.marks", "welfare.keeper"
SET_ALSO = "SELECT set_config(%s, %s, true)"
# Of what officers keep for everybody (docs/adr/0023-a-request-climbs-a-ladder-and-sharing-is-one-act.md).
OFFICER = "welfare.officer"


@contextmanager
def as_user(user_id: int) -> Iterator[None]:
    """One transaction that sees the rows of one login."""
    with _speaking(user=str(user_id), engine=""):
        yield


@contextmanager
def as_engine() -> Iterator[None]:
    """One transaction of the reminder engine, which sees every schedule and what hangs on it."""
    with _speaking(user="", engine=ON):
        yield


@contextmanager
def as_rewriter() -> Iterator[None]:
    """One transaction that sees what the engine sees and may write rows again as they stand.

    To everybody else a row begins at its beginning: see ``also_rewritten``.
    """
    with _speaking(user="", engine=REWRITING):
        yield


def also_rewritten(guard: pgtrigger.Trigger) -> pgtrigger.Trigger:
    """Of a guard of states: whoever writes all rows again in another order puts them back as they were."""
    allowed = f"TG_OP = 'INSERT' AND current_setting('{ENGINE}', true) = '{REWRITING}'"
    guard.func = f"IF {allowed} THEN RETURN NEW; END IF;\n{guard.func}"
    return guard


@contextmanager
def as_holder(marks: Iterable[bytes]) -> Iterator[None]:
    """One transaction that sees the sealed answers under these marks, and says nobody's name."""
    with _speaking(user="", engine=""), also_holding(marks):
        yield


@contextmanager
def also_holding(marks: Iterable[bytes]) -> Iterator[None]:
    """Within a transaction that is there already: what ``as_holder`` sees, beside what its own name does."""
    named = ",".join(f'"\\\\x{mark.hex()}"' for mark in marks)
    with _also(MARKS, f"{{{named}}}"):
        yield


@contextmanager
def as_keeper() -> Iterator[None]:
    """One transaction that rewrites sealed answers, all of them, and can open none; no schedule is seen."""
    with _speaking(user="", engine=""), _also(KEEPER, "on"):
        yield


@contextmanager
def _also(setting: str, value: str) -> Iterator[None]:
    with connections[CONNECTION].cursor() as cursor:
        cursor.execute(SET_ALSO, [setting, value])
        yield
        cursor.execute(SET_ALSO, [setting, ""])


@contextmanager
def as_officer(user_id: int) -> Iterator[None]:
    """One transaction of a welfare officer, who keeps what everybody reads; the caller asked its role."""
    with as_user(user_id), _also(OFFICER, "on"):
        yield


@contextmanager
def _speaking(*, user: str, engine: str) -> Iterator[None]:
    # Durable: a block inside another's would go on in the wrong name when it ends.
    connection = connections[CONNECTION]
    with transaction.atomic(using=CONNECTION, durable=True):
        _set(user, engine)
        yield
    # The names ended with the transaction, but for a test's own, which goes on.
    if connection.in_atomic_block:
        _set("", "")


def _set(user: str, engine: str) -> None:
    with connections[CONNECTION].cursor() as cursor:
        cursor.execute(SET, [USER, user, ENGINE, engine])


def database_now() -> dt.datetime:
    """The only clock there is; processes on several machines disagree about theirs."""
    with connections[CONNECTION].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: dt.datetime = cursor.fetchone()[0]
    return now
