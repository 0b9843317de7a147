"""The rows that migrations load, kept to be put back after a test that commits."""

from dataclasses import dataclass

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from lms.ops.database import as_owner

# What migrations have run outlives every test.
KEPT = MigrationRecorder.Migration._meta.db_table


@dataclass(frozen=True)
class Seeds:
    """Table to its rows as COPY wrote them; an empty table has no rows."""

    rows: dict[str, bytes]

    @classmethod
    def of(cls, connection: BaseDatabaseWrapper) -> "Seeds":
        """Read every table; the connection speaks as the owner."""
        with connection.cursor() as cursor:
            tables = [info.name for info in connection.introspection.get_table_list(cursor)]
            return cls({table: _read(cursor, table) for table in tables if table != KEPT})

    def put_back(self, connection: BaseDatabaseWrapper) -> None:
        """Empty every table and load the seeds again, as the owner: no other role may truncate."""
        with as_owner(), transaction.atomic(), connection.cursor() as cursor:
            # A request that a browser left behind may hold a table for a moment, never for ever.
            cursor.execute("SET LOCAL lock_timeout = '30s'")
            # Foreign keys are checked at the end, so that the order of the tables does not matter.
            cursor.execute(f"TRUNCATE {', '.join(_quoted(table) for table in self.rows)}")
            for table, rows in self.rows.items():
                if rows:
                    _write(cursor, table, rows)


def _quoted(table: str) -> str:
    return f'"{table}"'


def _read(cursor: object, table: str) -> bytes:
    with cursor.copy(f"COPY {_quoted(table)} TO STDOUT") as copy:  # type: ignore[attr-defined]
        return b"".join(bytes(block) for block in copy)


def _write(cursor: object, table: str, rows: bytes) -> None:
    with cursor.copy(f"COPY {_quoted(table)} FROM STDIN") as copy:  # type: ignore[attr-defined]
        copy.write(rows)
