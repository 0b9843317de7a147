"""The register in temporary tables: one row a line, streamed in by COPY."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from courses.actions.imports.cells import Parse
from courses.actions.imports.parse import ParsedLine, parse_file
from courses.actions.imports.reasons import Problem, shortened
from courses.actions.imports.source import Register, RegisterFile

# (file, bytes done, bytes in all)
Progress = Callable[[str, int, int], None]

TABLES = {
    "people.csv": "staged_person",
    "activities.csv": "staged_activity",
    "participations.csv": "staged_participation",
}
# `broken` lines are rejected, `repeated` ones equal an earlier line; neither goes any further.
CREATE = """
CREATE TEMP TABLE staged_person (
    line int PRIMARY KEY, broken bool, repeated bool DEFAULT false,
    person_id text, given_name text, family_name text, email text, audience text, organisation text,
    country text, from_on date, until_on date
) ON COMMIT DROP;
CREATE TEMP TABLE staged_activity (
    line int PRIMARY KEY, broken bool, repeated bool DEFAULT false,
    activity_id text, kind text, title text, starts_at timestamptz, ends_at timestamptz, timezone text,
    mode text, place text, country text, host text, funder text, topics text[], status text, starts_on date
) ON COMMIT DROP;
CREATE TEMP TABLE staged_participation (
    line int PRIMARY KEY, broken bool, repeated bool DEFAULT false,
    activity_id text, person_id text, audience text, organisation text, country text, headcount int,
    enrolled_on date, attended text, completed_on date
) ON COMMIT DROP;
CREATE TEMP TABLE staged_problem (
    file text, line int, column_name text, value text, code text, params jsonb, warning bool
) ON COMMIT DROP;
"""
# Read from the line's values under these names; a value that could not be read is null.
COLUMNS = {
    "people.csv": ("person_id", "given_name", "family_name", "email", "audience", "organisation", "country",
                   "from", "until"),
    "activities.csv": ("activity_id", "kind", "title", "starts_at", "ends_at", "timezone", "mode", "place",
                       "country", "host", "funder", "topics", "status", "starts_on"),
    "participations.csv": ("activity_id", "person_id", "audience", "organisation", "country", "headcount",
                           "enrolled_on", "attended", "completed_on"),
}  # fmt: skip
RENAMED = {"from": "from_on", "until": "until_on"}


@dataclass
class Staged:
    """What came out of reading: lines by file, and the problems that single lines had."""

    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def stage(register: Register, columns: dict[str, dict[str, Parse]], progress: Progress) -> Staged:
    """Fill the staging tables of the running transaction from the register's files."""
    staged = Staged()
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
        for file in register.files:
            stage_file(cursor, file, parse_file(file, columns[file.name]), staged, progress)
        save_problems(cursor, staged.problems)
        for table in (*TABLES.values(), "staged_problem"):
            cursor.execute(f"ANALYZE {table}")
    return staged


def stage_file(
    cursor: Any, file: RegisterFile, lines: Iterable[ParsedLine], staged: Staged, progress: Progress
) -> None:
    columns, size, count = COLUMNS[file.name], file.size, 0
    names = ", ".join(RENAMED.get(column, column) for column in columns)
    with cursor.copy(f"COPY {TABLES[file.name]} (line, broken, {names}) FROM STDIN") as copy:
        for line in lines:
            copy.write_row(row_of(line, columns))
            staged.problems += line.problems
            count += 1
            if count % 5_000 == 0:
                progress(file.name, line.read, size)
    progress(file.name, size, size)
    staged.lines[file.name] = count


def row_of(line: ParsedLine, columns: Sequence[str]) -> list[Any]:
    values = line.values
    row = [line.number, bool(line.problems), *[values.get(column) for column in columns]]
    if line.problems and "from" in columns:
        # A period that is rejected must not meet the range functions of the database.
        row[-2:] = [None, None]
    return row


def save_problems(cursor: Any, problems: list[Problem]) -> None:
    with cursor.copy("COPY staged_problem FROM STDIN") as copy:
        for p in problems:
            params = {key: str(value) for key, value in p.params.items()}
            copy.write_row([p.file, p.line, p.column, shortened(p.value), p.code, Jsonb(params), False])
