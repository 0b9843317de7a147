"""Fill the scratch database: the import under measurement, the same rows by COPY, a few merges."""

import datetime as dt
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from courses.actions.grants import Terms, add_work_package, make_grant
from lms.ops.database import as_owner
from lms.people import demo
from tests.benchmarks import registers
from tests.benchmarks.measuring import Timed, once
from tests.benchmarks.scratch import COPIED, scratch, speaking_to

ROOT = Path(__file__).parents[2]
# What an import writes, in an order in which every row finds what it refers to.
TABLES = (
    "people_hotline", "people_agency", "people_person", "people_affiliation", "courses_funder",
    "courses_activity", "courses_import", "courses_activityversion", "courses_participation",
    "courses_entry",
)  # fmt: skip
# The database writes these itself and takes them from nobody.
OWN = ("recorded_at", "searched")
# One in two hundred is known twice; only pairs that never shared a room, so that plain SQL stays plain.
MERGE = """
INSERT INTO people_personmerge (duplicate_id, survivor_id)
SELECT p.id, p.id + 1 FROM people_person p JOIN people_person q ON q.id = p.id + 1
WHERE p.id % 200 = 7 AND NOT EXISTS (
    SELECT FROM courses_participation a JOIN courses_participation b USING (activity_id)
    WHERE a.person_id = p.id AND b.person_id = q.id)
"""

# The second grant of every third activity is another one, so that several pay for it.
FUND = """
INSERT INTO courses_funding (activity_id, number, grants, work_packages)
SELECT a.id, 1, ARRAY(SELECT id FROM courses_grant g WHERE g.id % 3 IN (a.id % 3, a.id % 2)),
       ARRAY(SELECT p.id FROM courses_workpackage p WHERE a.id % 2 = 0 AND p.grant_id % 3 = a.id % 3)
FROM courses_activity a WHERE a.id % 3 < 2
"""


@contextmanager
def filled(persons: int, seed: int) -> Iterator[None]:
    """A scratch database with the demo's logins and an invented register of so many persons."""
    with scratch(), tempfile.TemporaryDirectory(prefix="bench-") as folder:
        register = Path(folder) / f"register-{persons}"
        registers.write_register(register, persons=persons, seed=seed)
        demo.load(password=str(seed))
        in_child("import", str(register))
        settle_statistics()
        yield


def in_child(task: str, subject: str) -> dict[str, Any]:
    """Run a task of child.py in a process of its own and return what it printed."""
    command = [sys.executable, "-m", "tests.benchmarks.child", task, subject]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{task} {subject} failed:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def copy_same_rows(folder: Path) -> Timed:
    """What COPY takes for the rows of the import: the same tables, constraints, triggers and indexes.

    The floor for any import; reading the CSV files, checking and comparing them are not in it.
    """
    with connection.cursor() as cursor:
        columns = {table: unload(cursor, table, folder / table) for table in TABLES}
    with as_owner(), speaking_to(COPIED):
        return once(lambda: load_all(folder, columns))


def unload(cursor: Any, table: str, file: Path) -> str:
    columns = [info.name for info in connection.introspection.get_table_description(cursor, table)]
    listed = ", ".join(f'"{name}"' for name in columns if name not in OWN)
    with cursor.copy(f"COPY {table} ({listed}) TO STDOUT") as copy, file.open("wb") as target:
        target.writelines(bytes(block) for block in copy)
    return listed


@transaction.atomic
def load_all(folder: Path, columns: dict[str, str]) -> None:
    """In one transaction; foreign keys are checked at its end, as they are for an import."""
    with connection.cursor() as cursor:
        for table in TABLES:
            load(cursor, table, columns[table], folder / table)


def load(cursor: Any, table: str, columns: str, file: Path) -> None:
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy, file.open("rb") as source:
        while block := source.read(1 << 20):
            copy.write(block)


def merge_some() -> None:
    with connection.cursor() as cursor:
        cursor.execute(MERGE)


def fund_some() -> None:
    """Two activities in three are paid for: a grant of three, every other time by a work package of it."""
    terms = Terms("", dt.date(2023, 1, 1), dt.date(2025, 12, 31))
    grants = [make_grant(funder="Bench", terms=replace(terms, number=f"{n}"), by=None) for n in range(3)]
    for grant in grants:
        add_work_package(grant=grant, code="WP1", by=None)
    with connection.cursor() as cursor:
        cursor.execute(FUND)


def settle_statistics() -> None:
    """What autovacuum does within a minute of an import: statistics and the visibility map."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
