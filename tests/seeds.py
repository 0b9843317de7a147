"""The rows that migrations load, kept to be put back after a test that commits."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

# What migrations have run outlives every test.
KEPT = MigrationRecorder.Migration._meta.db_table
# Row-level security hides the rows of these from everybody, the owner too.
HIDDEN = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relforcerowsecurity"
WITH_PAGES = (
    "SELECT name FROM unnest(%s::text[]) AS name WHERE pg_relation_size(quote_ident(name)::regclass) > 0"
)
# Whatever the rows of a table say when they go, a test is over: nobody is told, and nothing is refused.
GUARDED = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"


@dataclass(frozen=True)
class Seeds:
    """Table to its rows as COPY wrote them; an empty table has no rows.

    ``owner`` is a connection of its own that stays: each new one would first read the whole catalogue.
    """

    owner: BaseDatabaseWrapper
    rows: dict[str, bytes]
    hidden: frozenset[str]
    guarded: frozenset[str]

    @classmethod
    def of(cls, owner: BaseDatabaseWrapper) -> "Seeds":
        """Read every table."""
        with owner.cursor() as cursor:
            tables = [info.name for info in owner.introspection.get_table_list(cursor)]
            rows = {table: _read(cursor, table) for table in tables if table != KEPT}
            hidden, guarded = (frozenset(_names(cursor, asked)) for asked in (HIDDEN, GUARDED))
            return cls(owner, rows, hidden & rows.keys(), guarded & rows.keys())

    def put_back(self) -> None:
        """Empty every table that was written and load its seeds, as the owner: no other role may.

        Rows are deleted, for to empty a table is to make new files for it and for all that refer to it: most
        tests write a few rows in few tables, and a tenth of the time is enough for that.
        """
        # A test may have ended the server.
        self.owner.close_if_unusable_or_obsolete()
        with self.owner.cursor() as cursor, self.owner.connection.transaction():
            # A request that a browser left behind may hold a table for a moment, never for ever.
            cursor.execute("SET LOCAL lock_timeout = '30s'")
            # Those that nobody can see refer to each other, and nothing that is seen refers to them.
            if _names(cursor, WITH_PAGES, [sorted(self.hidden)]):
                cursor.execute(f"TRUNCATE {', '.join(map(_quoted, sorted(self.hidden)))}")
            written = self._written(cursor)
            guarded = [table for table in written if table in self.guarded]
            _each(cursor, "ALTER TABLE {} DISABLE TRIGGER USER", guarded)
            # Foreign keys are checked after all of it, so that the order of the tables does not matter.
            _each(cursor, "DELETE FROM {}", written)
            for table in written:
                if rows := self.rows[table]:
                    _write(cursor, table, rows)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            _each(cursor, "ALTER TABLE {} ENABLE TRIGGER USER", guarded)

    def _written(self, cursor: Any) -> list[str]:
        """Tables that are not as they were."""
        seen = {table: rows for table, rows in self.rows.items() if table not in self.hidden}
        empty = sorted(table for table, rows in seen.items() if not rows)
        asked = " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT FROM {_quoted(table)})" for table in empty
        )
        changed = [table for table, rows in seen.items() if rows and _read(cursor, table) != rows]
        return sorted([*_names(cursor, asked), *changed])


def _names(cursor: Any, asked: str, parameters: Any = None) -> list[str]:
    cursor.execute(asked, parameters)
    return [row[0] for row in cursor.fetchall()]


def _each(cursor: Any, statement: str, tables: Collection[str]) -> None:
    if tables:
        cursor.execute("; ".join(statement.format(_quoted(table)) for table in tables))


def _quoted(table: str) -> str:
    return f'"{table}"'


def _read(cursor: Any, table: str) -> bytes:
    with cursor.copy(f"COPY {_quoted(table)} TO STDOUT") as copy:
        return b"".join(bytes(block) for block in copy)


def _write(cursor: Any, table: str, rows: bytes) -> None:
    with cursor.copy(f"COPY {_quoted(table)} FROM STDIN") as copy:
        copy.write(rows)
