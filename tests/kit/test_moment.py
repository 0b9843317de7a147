"""All facts of a transaction carry one moment, by the database's clock, under the recording lock."""

import datetime as dt
import time

import pytest
from django.db import connection, transaction

from lms.kit.moment import RECORDING_LOCK
from lms.ops.database import as_owner
from tests.ops.test_embedded import eventually


def ask(sql: str, *parameters: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


def moment() -> dt.datetime:
    return ask("SELECT recording_moment()")


def locks() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mode FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted"
            " AND pid = pg_backend_pid()",
            [RECORDING_LOCK],
        )
        return [mode for (mode,) in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_has_one_moment_and_the_next_a_later_one():
    with transaction.atomic():
        began = ask("SELECT now()")
        time.sleep(0.01)
        first = moment()
        time.sleep(0.01)
        assert moment() == first
        assert first > began, "the moment of the first append, not of the transaction's start"
    with transaction.atomic():
        assert moment() > first


@pytest.mark.django_db(transaction=True)
def test_the_moment_outlives_an_inner_block():
    with transaction.atomic():
        with transaction.atomic():
            inner = moment()
        assert moment() == inner


@pytest.mark.django_db(transaction=True)
def test_a_block_that_is_rolled_back_takes_its_moment_with_it():
    with transaction.atomic():
        with transaction.atomic():
            lost = moment()
            transaction.set_rollback(True)
        assert moment() > lost


@pytest.mark.django_db(transaction=True)
def test_whoever_appends_holds_the_recording_lock_shared_until_the_end():
    with transaction.atomic():
        assert locks() == []
        moment()
        assert locks() == ["ShareLock"]
    assert locks() == []


@pytest.mark.django_db(transaction=True)
def test_two_that_append_at_once_sweep_up_after_others_without_waiting():
    """Both find the row of a transaction that ended; the second leaves it to the first."""
    for _ in range(3):
        moment()
    other = connection.copy()
    try:
        with transaction.atomic():
            mine = moment()
            with other.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
                cursor.execute("SELECT recording_moment()")
                assert cursor.fetchone()[0] > mine
            assert moment() == mine
    finally:
        other.close()
    assert eventually(swept), "rows of transactions that ended stay"


def swept() -> bool:
    """Rows as old as a transaction that another database of the server still runs are swept after it."""
    moment()
    with as_owner():
        return ask("SELECT count(*) FROM recording") <= 3
