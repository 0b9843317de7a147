"""Mails of reminders as time leaves them; only who writes all rows again can put one in mid-life."""

import datetime as dt

from lms.outbox.states import LEASED, State
from welfare.models import Delivery
from welfare.models.wall import as_engine, as_rewriter, database_now

SECOND = dt.timedelta(seconds=1)


def deliveries() -> list[Delivery]:
    with as_engine():
        return list(Delivery.objects.order_by("pk"))


def only() -> Delivery:
    (row,) = deliveries()
    return row


def put(row: Delivery, **columns: object) -> Delivery:
    """The same row with other columns, past the guard of its moves."""
    for name, value in columns.items():
        setattr(row, name, value)
    with as_rewriter():
        Delivery.objects.filter(pk=row.pk).delete()
        row.save(force_insert=True)
    return row


def now_due() -> None:
    """Let the time pass that mails wait for."""
    for row in deliveries():
        if row.state == State.RETRY:
            put(row, available_at=database_now() - SECOND)


def leases_over() -> None:
    for row in deliveries():
        if row.state in LEASED:
            put(row, lease_until=database_now() - SECOND)
