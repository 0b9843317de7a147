"""The rows that migrations load, kept to be put back after a test that commits."""

from dataclasses import dataclass

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from lms.ops.database import as_owner

# What migrations have run outlives every test.
KEPT = MigrationRecorder.Migration._meta.db_table
# By the size of their files, because row-level security hides the rows of some tables from everybody.
WITH_PAGES = (
    "SELECT name FROM unnest(%s::text[]) AS name WHERE pg_relation_size(quote_ident(name)::regclass) > 0"
)
REFERENCES = """
SELECT DISTINCT referenced.relname, referencing.relname FROM pg_constraint c
JOIN pg_class referenced ON referenced.oid = c.confrelid
JOIN pg_class referencing ON referencing.oid = c.conrelid WHERE c.contype = 'f'
"""


@dataclass(frozen=True)
class Seeds:
    """Table to its rows as COPY wrote them; an empty table has no rows. And who refers to whom."""

    rows: dict[str, bytes]
    references: list[tuple[str, str]]

    @classmethod
    def of(cls, connection: BaseDatabaseWrapper) -> "Seeds":
        """Read every table; the connection speaks as the owner."""
        with connection.cursor() as cursor:
            tables = [info.name for info in connection.introspection.get_table_list(cursor)]
            cursor.execute(REFERENCES)
            references = cursor.fetchall()
            return cls({table: _read(cursor, table) for table in tables if table != KEPT}, references)

    def put_back(self, connection: BaseDatabaseWrapper) -> None:
        """Empty every table that was written and load its seeds, as the owner: no other role may truncate."""
        with as_owner(), transaction.atomic(), connection.cursor() as cursor:
            # A request that a browser left behind may hold a table for a moment, never for ever.
            cursor.execute("SET LOCAL lock_timeout = '30s'")
            written = self._with_referring(self._written(cursor))
            if written:
                # Foreign keys are checked at the end, so that the order of the tables does not matter.
                cursor.execute(f"TRUNCATE {', '.join(map(_quoted, sorted(written)))}")
            for table in written:
                if rows := self.rows[table]:
                    _write(cursor, table, rows)

    def _written(self, cursor: object) -> set[str]:
        """Tables that are not as they were: emptying all of them would take most of a short test's time."""
        unseeded = [table for table, rows in self.rows.items() if not rows]
        cursor.execute(WITH_PAGES, [unseeded])  # type: ignore[attr-defined]
        found = {row[0] for row in cursor.fetchall()}  # type: ignore[attr-defined]
        seeded = {table: rows for table, rows in self.rows.items() if rows}
        return found | {table for table, rows in seeded.items() if _read(cursor, table) != rows}

    def _with_referring(self, tables: set[str]) -> set[str]:
        """A table is emptied together with those that refer to it, or not at all."""
        while more := {referring for table, referring in self.references if table in tables} - tables:
            tables = tables | more
        return tables


def _quoted(table: str) -> str:
    return f'"{table}"'


def _read(cursor: object, table: str) -> bytes:
    with cursor.copy(f"COPY {_quoted(table)} TO STDOUT") as copy:  # type: ignore[attr-defined]
        return b"".join(bytes(block) for block in copy)


def _write(cursor: object, table: str, rows: bytes) -> None:
    with cursor.copy(f"COPY {_quoted(table)} FROM STDIN") as copy:  # type: ignore[attr-defined]
        copy.write(rows)
