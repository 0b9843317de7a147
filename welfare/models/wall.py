"""In whose name the welfare connection speaks. Row-level security shows nothing to nobody.

It stops our own bugs, not an attacker who is the application: whoever runs SQL as its role can set the same.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pgtrigger
from django.db import connections, transaction

CONNECTION = "welfare"
# Settings of a transaction that the policies read (docs/adr/0017-the-second-wall.md).
USER, ENGINE = "welfare.user", "welfare.engine"
ON, REWRITING = "on", "rewriting"
SET = "SELECT set_config(%s, %s, true), set_config(%s, %s, true)"
OFFICER, SET_ONE = "welfare.officer", "SELECT set_config(%s, %s, true)"


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
def as_officer(user_id: int) -> Iterator[None]:
    """One transaction of a welfare officer, who keeps what everybody reads; the caller asked its role."""
    with as_user(user_id), connections[CONNECTION].cursor() as cursor:
        cursor.execute(SET_ONE, [OFFICER, "on"])
        yield
        cursor.execute(SET_ONE, [OFFICER, ""])


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
def _speaking(*, user: str, engine: str) -> Iterator[None]:
    # Durable: a block inside another's would go on in the wrong name when it ends.
    with transaction.atomic(using=CONNECTION, durable=True), connections[CONNECTION].cursor() as cursor:
        cursor.execute(SET, [USER, user, ENGINE, engine])
        yield
        # A test's transaction goes on after this one.
        cursor.execute(SET, [USER, "", ENGINE, ""])


def database_now() -> dt.datetime:
    """The only clock there is; processes on several machines disagree about theirs."""
    with connections[CONNECTION].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: dt.datetime = cursor.fetchone()[0]
    return now
