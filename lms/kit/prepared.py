"""Statements that are said for every row of many: the database plans each of them once for a connection.

Where row-level security stands around a table, planning a small statement takes several times as long as
doing it. Everything else goes through Django's cursors, which plan anew.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections

# Far more often than any statement comes by: only what is asked for here is prepared.
NEVER_BY_ITSELF = 10**9


class Asked:
    """A statement that was sent. Within a pipeline its answer comes later, at the latest with the commit."""

    def __init__(self, alias: str, statement: str, parameters: Sequence[Any]) -> None:
        self._connection = connections[alias]
        self._connection.ensure_connection()
        driver: Any = self._connection.connection
        # Django leaves it unset, for poolers that hand one session to several; see docs/operators.md.
        driver.prepare_threshold = NEVER_BY_ITSELF
        # A cursor of the driver's own: Django's puts the values into the text, which is then never the same.
        self._cursor: psycopg.Cursor[tuple[Any, ...]] = psycopg.Cursor(driver)
        with self._connection.wrap_database_errors:
            self._cursor.execute(statement, parameters, prepare=settings.PREPARED_STATEMENTS)

    @property
    def changed(self) -> int:
        """How many rows; outside a pipeline, or after it."""
        return self._cursor.rowcount

    @property
    def row(self) -> tuple[Any, ...] | None:
        """The next row of the answer; waits for it."""
        with self._connection.wrap_database_errors:
            return self._cursor.fetchone()


def pipelined(alias: str) -> Any:
    """Around a transaction: statements are sent without waiting for each answer, the commit waits for all."""
    connections[alias].ensure_connection()
    driver: Any = connections[alias].connection
    return driver.pipeline()
