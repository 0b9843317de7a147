"""Imports beside imports, and counts beside imports: one of two applies, and what was counted stays."""

import datetime as dt
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from courses.models import Entry, Import
from courses.queries.counts import count
from lms.kit.clock import Span
from lms.kit.locks import Lock
from tests.courses.registers import activity, import_folder, participation, person, register, write
from tests.courses.test_counts_property import AsKnownBefore, now

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hotlines")]
PEOPLE = 30


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return course(tmp_path / "register", attended="yes")


def course(folder: Path, **cells: str) -> Path:
    """A register of one course and its people."""
    names = [f"P{number}" for number in range(PEOPLE)]
    return write(
        folder,
        register(
            people=[person(name) for name in names],
            activities=[activity()],
            participations=[participation("A1", name, **cells) for name in names],
        ),
    )


def importing(*folders: Path) -> subprocess.Popen[str]:
    """Another process that imports these folders into the database of this test."""
    command = [sys.executable, "-m", "tests.courses.importer", connection.settings_dict["NAME"]]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "lms.config.settings"}
    return subprocess.Popen(
        [*command, *map(str, folders)],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def told(process: subprocess.Popen[str]) -> list[dict]:
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return [json.loads(line) for line in out.splitlines()]


@contextmanager
def import_lock_held() -> Iterator[None]:
    """Whoever imports meanwhile has read its files and waits to compare."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [int(Lock.IMPORTS)])
        yield
        cursor.execute("SELECT pg_advisory_unlock(%s)", [int(Lock.IMPORTS)])


def waiting() -> int:
    """How many wait for an advisory lock in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return cursor.fetchone()[0]


def eventually(holds: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def counts(instant: dt.datetime | None) -> dict[str, int]:
    return {str(row.code): row.number for row in count(AsKnownBefore(Span.of_year(2023), instant=instant))}


def test_of_two_imports_of_one_register_at_once_one_applies_and_one_finds_nothing_new(folder):
    with import_lock_held():
        both = [importing(folder), importing(folder)]
        assert eventually(lambda: waiting() == 2)
    created = sorted(told(process)[0]["participations"]["created"] for process in both)
    assert created == [0, PEOPLE]
    assert (Import.objects.count(), Entry.objects.count()) == (1, PEOPLE)


def test_an_as_of_count_stays_the_same_while_imports_run(folder, tmp_path):
    import_folder(folder)
    known, instant = counts(None), now()
    changed, back = course(tmp_path / "changed", attended="no"), course(tmp_path / "back", attended="yes")
    process = importing(*[changed, back] * 3)
    seen = {tuple(counts(None).items())}
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        assert counts(instant) == known
        seen.add(tuple(counts(None).items()))
    assert all(outcome["participations"]["changed"] == PEOPLE for outcome in told(process))
    assert counts(instant) == known
    people = {dict(items).get("basic.attended.people", 0) for items in seen}
    assert people <= {0, PEOPLE}, "never half an import"


def test_a_count_as_of_now_waits_for_what_is_being_recorded(folder):
    """A fact stamped before the moment and committed after it would change the number later."""
    import_folder(folder)
    entry = Entry.objects.first()
    answers: list[dict[str, int]] = []
    with transaction.atomic():
        Entry.objects.create(
            **{
                name: getattr(entry, name)
                for name in ("participation_id", "activity_id", "person_id", "audience", "hotline_id")
            },
            stage="completed",
            happened_on=dt.date(2023, 5, 10),
        )
        asking = asked_elsewhere(now(), answers)
        assert eventually(lambda: waiting() == 1)
        assert answers == []
    asking.join(timeout=60)
    assert answers[0]["basic.completed.people"] == 1


def asked_elsewhere(instant: dt.datetime, answers: list[dict[str, int]]) -> threading.Thread:
    """Ask on a connection of its own, and say the answer when it comes."""

    def ask() -> None:
        try:
            answers.append(counts(instant))
        finally:
            connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    return thread
