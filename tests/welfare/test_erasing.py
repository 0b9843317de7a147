"""What an analyst erased stays erased, also after a backup from before it was restored."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections

from lms.ops import grants, health
from lms.ops.database import as_owner, deployed
from lms.ops.embedded.identity import choose
from lms.ops.embedded.postgres import Postgres, _reachable_programs
from lms.people.models import User
from tests import cast
from welfare.actions import erasing
from welfare.actions.erasing import OtherList, erase, eraser, replay
from welfare.actions.schedules import set_reminders, stop_reminders
from welfare.kinds import erasures
from welfare.models import Erasures, Schedule
from welfare.models.wall import as_engine
from welfare.queries.erasures import is_behind, known

pytestmark = pytest.mark.django_db(transaction=True)


def begun(*logins: User) -> None:
    for login in logins:
        set_reminders(by=login, zone="UTC")


def reminded() -> set[int]:
    with as_engine():
        return set(Schedule.objects.values_list("user_id", flat=True))


def as_in_the_backup(number: int) -> None:
    """The database as it was when it knew this line: restored, as far as the list can tell."""
    with as_engine():
        Erasures.objects.update_or_create(pk=1, defaults={"known": number})


def readyz() -> dict:
    return cast.signed_in(None).get("/readyz").json()


class TestTheList:
    def test_an_erasure_leaves_one_line_without_name_kind_or_time(self):
        login, other = cast.user(), cast.user()
        begun(login, other)
        stop_reminders(by=login)
        (line,) = settings.ERASURE_LIST.read_text().splitlines()
        number, mark = line.split(" ")
        assert (number, len(mark), known()) == ("1", 64, 1)
        assert settings.ERASURE_LIST.stat().st_mode & 0o777 == 0o600
        assert reminded() == {other.pk}

    def test_marks_of_two_logins_and_of_two_kinds_have_nothing_in_common(self):
        marks = {
            mark.hex()
            for kind in ("reminders", "sealed")
            for user in (1, 2)
            for mark in erasing.keyring().marks("erased", kind, user)
        }
        assert len(marks) == 4

    def test_stopping_what_is_not_there_leaves_no_line(self):
        login = cast.user()
        stop_reminders(by=login)
        begun(login)
        stop_reminders(by=login)
        stop_reminders(by=login)
        assert len(erasures.lines(settings.ERASURE_LIST)) == 1

    def test_a_line_that_a_crash_cut_off_is_none_and_the_next_one_is_whole(self, tmp_path):
        path = tmp_path / "list"
        assert erasures.add(path, "a", after=0) == 1
        with path.open("a") as torn:
            torn.write("2 b")
        assert [line.number for line in erasures.lines(path)] == [1]

    def test_a_list_that_cannot_be_written_does_not_keep_anybody_from_stopping(self, monkeypatch, tmp_path):
        monkeypatch.setattr(settings, "ERASURE_LIST", tmp_path)
        login = cast.user()
        begun(login)
        stop_reminders(by=login)
        assert reminded() == set()
        assert is_behind()


class TestReplaying:
    def test_what_was_erased_since_the_backup_is_erased_again_and_nothing_else(self):
        early, late, never = cast.user(), cast.user(), cast.user()
        begun(early, late, never)
        stop_reminders(by=early)
        begun(early)  # anew, and so in the backup
        stop_reminders(by=late)
        as_in_the_backup(1)
        begun(late)
        done = replay()
        assert (done.lines, done.unknown) == (1, 0)
        assert reminded() == {early.pk, never.pk}
        assert not is_behind()
        assert replay().lines == 0

    def test_a_crash_between_the_line_and_the_commit_is_mended(self, monkeypatch):
        login = cast.user()
        begun(login)

        def crash(*args: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(erasing, "noted", crash)
            with pytest.raises(KeyboardInterrupt):
                stop_reminders(by=login)
        assert (reminded(), is_behind()) == ({login.pk}, True)
        other = cast.user()
        begun(other)
        stop_reminders(by=other)
        assert is_behind()
        assert replay().lines == 2
        assert (reminded(), is_behind()) == (set(), False)

    def test_lines_under_an_earlier_key_are_understood_as_long_as_the_key_is_there(self, monkeypatch):
        login = cast.user()
        begun(login)
        stop_reminders(by=login)
        as_in_the_backup(0)
        begun(login)
        monkeypatch.setattr(settings, "WELFARE_KEYS", [b"n" * 32, *settings.WELFARE_KEYS])
        assert replay().unknown == 0
        assert reminded() == set()

    def test_a_key_that_was_taken_out_is_told_of(self, monkeypatch):
        login = cast.user()
        begun(login)
        stop_reminders(by=login)
        as_in_the_backup(0)
        monkeypatch.setattr(settings, "WELFARE_KEYS", [b"n" * 32])
        out = StringIO()
        call_command("replay_erasures", stdout=out)
        assert "1 of them fit no login here" in out.getvalue()

    def test_another_kind_is_erased_by_what_was_registered_for_it(self, monkeypatch):
        kept = {1, 2}
        monkeypatch.setattr(erasing, "_kinds", dict(erasing._kinds))
        login = cast.user()
        kept.add(login.pk)
        eraser("drafts")(lambda user_id: user_id in kept and not kept.discard(user_id))
        erase("drafts", by=login)
        assert login.pk not in kept
        kept.add(login.pk)
        as_in_the_backup(0)
        replay()
        assert login.pk not in kept

    def test_a_list_that_ends_before_the_database_is_refused_and_may_be_begun_anew(self):
        as_in_the_backup(5)
        with pytest.raises(OtherList):
            replay()
        with pytest.raises(CommandError, match="put the right file there") as refused:
            call_command("replay_erasures")
        assert refused.value.returncode == 2
        call_command("replay_erasures", list_is_lost=True, stdout=StringIO())
        assert not is_behind()
        login = cast.user()
        begun(login)
        stop_reminders(by=login)
        assert (known(), is_behind()) == (6, False)


class TestReadiness:
    @pytest.fixture(autouse=True)
    def _broker(self, monkeypatch):
        monkeypatch.setattr(health, "_broker", lambda: (True, {}))

    def test_the_site_is_not_ready_until_the_list_is_replayed(self):
        login = cast.user()
        begun(login)
        stop_reminders(by=login)
        assert readyz()["ready"]
        as_in_the_backup(0)
        answer = cast.signed_in(None).get("/readyz")
        assert (answer.status_code, answer.json()["erasures_to_replay"]) == (503, True)
        replay()
        assert readyz()["ready"]

    def test_nor_with_a_list_that_is_missing(self):
        as_in_the_backup(3)
        assert not readyz()["ready"]

    def test_it_says_neither_how_many_nor_whose(self):
        as_in_the_backup(3)
        assert readyz()["erasures_to_replay"] is True


@contextmanager
def working_on(database: str) -> Iterator[None]:
    """Both connections on another database of the same server."""
    before = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    try:
        for alias in connections:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = database
        yield
    finally:
        for alias, name in before.items():
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name


def run(program: str, *arguments: str, database: str) -> None:
    """One of PostgreSQL's own programs, as the owner of the tables.

    Operators dump as a role that passes row-level security by; the embedded server lets none in, so that
    here the owner asks in the engine's name, which reminders are shown to.
    """
    server = Postgres(Path(connection.settings_dict["DATA_DIR"]))
    way_in = {"PGHOST": str(server.socket_dir()), "PGUSER": connection.settings_dict["OWNER"]["USER"]}
    subprocess.run(
        [str(_reachable_programs(choose()) / program), f"--dbname={database}", *arguments],
        env=way_in | {"PGOPTIONS": "-c welfare.engine=on"},
        check=True,
        timeout=60,
    )


@pytest.fixture
def restored_name(worker_id: str) -> Iterator[str]:
    name = f"restored_{worker_id}"
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    yield name
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


class TestTheDrill:
    """Back up, erase, restore the old backup, replay, open: with PostgreSQL's own programs."""

    def test_an_old_backup_does_not_bring_back_what_was_erased(self, tmp_path, restored_name, monkeypatch):
        monkeypatch.setattr(health, "_broker", lambda: (True, {}))
        stays, erased = cast.user(), cast.user()
        begun(stays, erased)
        dump = str(tmp_path / "backup")
        run("pg_dump", "--enable-row-security", "--format=custom", f"--file={dump}",
            database=connection.settings_dict["NAME"])  # fmt: skip
        stop_reminders(by=erased)
        connections.close_all()
        run("pg_restore", "--exit-on-error", dump, database=restored_name)
        with working_on(restored_name):
            with as_owner() as swapped:
                grants.apply(swapped, deployed(swapped))
            assert reminded() == {stays.pk, erased.pk}
            assert not readyz()["ready"]
            out = StringIO()
            call_command("replay_erasures", stdout=out)
            assert out.getvalue().startswith("1 erasures were new")
            assert reminded() == {stays.pk}
            assert readyz()["ready"]
