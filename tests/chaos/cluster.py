"""PostgreSQL and Valkey of a run's own, with a clock of the database that the run sets.

The engine reads no other clock than ``clock_timestamp()``. The function of that name is renamed in this one
cluster, and another takes its place that adds what the run wants: no line of the program knows of it, and
triggers and defaults of the tables read the same clock.
"""

import datetime as dt
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from lms.ops.embedded.postgres import SUPERUSER, Postgres
from lms.ops.embedded.service import ServiceError
from lms.ops.embedded.valkey import Valkey
from lms.ops.roles import EMBEDDED

T = TypeVar("T")
BACK_SECONDS = 60.0
RENAME = "ALTER FUNCTION pg_catalog.clock_timestamp() RENAME TO real_clock_timestamp"
CLOCK = """
CREATE OR REPLACE FUNCTION pg_catalog.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
AS $$ SELECT pg_catalog.real_clock_timestamp() + interval '{seconds} seconds' $$
"""


class Cluster:
    """The servers of one DATA_DIR, as their superuser sees them."""

    def __init__(self, data_dir: Path) -> None:
        self.postgres, self.valkey = Postgres(data_dir), Valkey(data_dir)
        self.ahead = dt.timedelta()
        self._connection: psycopg.Connection[Any] | None = None

    def start(self) -> None:
        """Both servers up; the superuser may enter, and the clock can be set."""
        self.postgres.ensure()
        self.valkey.ensure()
        admission = self.data / "pg_hba.conf"
        with admission.open("a", encoding="utf-8") as file:
            file.write(f"local all {SUPERUSER} trust\n")
        os.kill(self.postmaster, signal.SIGHUP)
        self.ask(RENAME)
        self.ask(CLOCK.format(seconds=0))

    @property
    def data(self) -> Path:
        return self.postgres.home.resolve() / "data"

    @property
    def postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])

    def backends(self) -> list[int]:
        """The server processes that work for somebody else."""
        return [pid for (pid,) in self.ask("SELECT pid FROM pg_stat_activity WHERE usename = 'hotline_app'")]

    def ask(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """As the superuser; waits while the server comes back."""
        return self.insisting(lambda: self._ask(sql, params))

    def _ask(self, sql: str, params: tuple[object, ...]) -> list[tuple[Any, ...]]:
        cursor = self.connection().execute(sql, params or None)
        return cursor.fetchall() if cursor.description else []

    def connection(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = self.connect()
        return self._connection

    def connect(self, user: str = SUPERUSER) -> psycopg.Connection[Any]:
        self.postgres.ensure()
        way = {"host": str(self.postgres.socket_dir()), "dbname": EMBEDDED.database, "user": user}
        return psycopg.connect(**way, autocommit=True, connect_timeout=10)

    def insisting(self, work: Callable[[], T]) -> T:
        """Once more after a lost connection, for a bounded time: the run stops the server itself."""
        deadline = time.monotonic() + BACK_SECONDS
        while True:
            try:
                return work()
            except (psycopg.OperationalError, ServiceError, FileNotFoundError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def now(self) -> dt.datetime:
        moment: dt.datetime = self.ask("SELECT clock_timestamp()")[0][0]
        return moment

    def jump(self, by: dt.timedelta) -> None:
        """Move the database's clock, for everybody at once."""
        self.ahead += by
        self.ask(CLOCK.format(seconds=self.ahead.total_seconds()))
