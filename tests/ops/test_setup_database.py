"""`manage.py setup_database` on a server that is not ours, and `manage.py doctor` beside it."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command

from lms.ops import health
from lms.ops.embedded.postgres import Postgres
from tests.ops.test_embedded import data_dir, eventually, holders, postmaster_of
from tests.ops.test_environment import PRODUCTION

__all__ = ["data_dir", "holders"]


@pytest.fixture
def foreign_server(data_dir: Path, holders) -> Postgres:
    """A server where roles need passwords and the superuser may log in, like an operator's own."""
    server = Postgres(data_dir)
    holders.start(server)
    access = "local all bootstrap trust\nlocal all hotline_owner trust\nlocal all all scram-sha-256\n"
    (server.home / "data" / "pg_hba.conf").write_text(access)
    os.kill(postmaster_of(server), signal.SIGHUP)
    assert eventually(lambda: reaches(server, "bootstrap"))
    return server


def reaches(server: Postgres, user: str, password: str = "", database: str = "hotline") -> bool:
    way_in = {"host": str(server.socket_dir()), "user": user, "password": password, "dbname": database}
    try:
        psycopg.connect(**way_in, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def manage(server: Postgres, owner: str, *words: str) -> subprocess.CompletedProcess[str]:
    place = f"/hotline?host={quote(str(server.socket_dir()))}"
    environment = {
        **os.environ,
        **PRODUCTION,
        "DATABASE_URL": f"postgres://learning:a-password@{place}",
        "DATABASE_OWNER_URL": f"postgres://{owner}@{place}",
    }
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_roles_are_made_and_the_application_can_work(foreign_server):
    for _ in range(2):
        done = manage(foreign_server, "bootstrap", "setup_database")
        assert (done.returncode, done.stderr) == (0, "")
    assert reaches(foreign_server, "learning", "a-password")
    assert not reaches(foreign_server, "learning", "another")
    migrated = manage(foreign_server, "bootstrap", "migrate", "--verbosity", "0")
    assert (migrated.returncode, migrated.stderr) == (0, "")
    way_in = {"host": str(foreign_server.socket_dir()), "dbname": "hotline", "connect_timeout": 10}
    with psycopg.connect(user="learning", password="a-password", **way_in) as connection:
        assert connection.execute("SELECT count(*) > 200 FROM people_country").fetchone() == (True,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("TRUNCATE people_country CASCADE")


def test_an_owner_who_may_not_make_roles_is_told_what_to_do(foreign_server):
    done = manage(foreign_server, "hotline_owner", "setup_database")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "setup_database --print-sql" in done.stderr
    assert not reaches(foreign_server, "learning", "a-password")


def test_the_printed_sql_runs_and_holds_no_password(foreign_server):
    printed = manage(foreign_server, "operator", "setup_database", "--print-sql").stdout
    assert "a-password" not in printed
    first, second = printed.replace('"hotline"', '"fresh"').split("\\connect")
    way_in = {"host": str(foreign_server.socket_dir()), "user": "bootstrap", "autocommit": True}
    way_in["connect_timeout"] = 10
    for database, script in (("postgres", first), ("fresh", second.split("\n", 1)[1])):
        with psycopg.connect(dbname=database, **way_in) as connection:
            for line in script.splitlines():
                if line and not line.startswith("--"):
                    connection.execute(line)
    with psycopg.connect(dbname="fresh", **way_in) as connection:
        found = connection.execute("SELECT has_database_privilege('learning', 'fresh', 'TEMPORARY')")
        assert found.fetchone() == (True,)


@pytest.mark.django_db
def test_the_doctor_names_what_was_not_seen(capsys, broker):
    with pytest.raises(SystemExit) as left:
        call_command("doctor")
    assert left.value.code == 1
    assert "Nothing was seen of the worker yet" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_doctor_is_content_when_all_is_well(capsys, monkeypatch):
    ages: dict[str, float | None] = {"worker": 1.0, "beat": 2.0, "task": 3.0}
    well = health.Health(database=True, broker=True, missing_migrations=[], ages=ages)
    monkeypatch.setattr(health, "look", lambda: well)
    call_command("doctor")
    assert capsys.readouterr().out.startswith("Everything answers")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"database": False}, "DATABASE_URL"),
        ({"broker": False}, "REDIS_URL"),
        ({"missing_migrations": [("courses", "0009")]}, "manage.py migrate"),
        ({"ages": {"worker": 1.0, "beat": 999.0, "task": 3.0}}, "Nothing was seen of beat for 999 seconds"),
        ({"reported": {"oldest_due_mail_seconds": 301.2}}, "has waited for 301 seconds"),
        ({"reported": {"oldest_due_reminder_seconds": 301.2}}, "reminder that is due has waited for 301 s"),
        ({"reported": {"mails_parked": 2}}, "Mails parked: 2."),
        ({"reported": {"mails_uncertain": 1}}, "Mails that may be lost: 1."),
    ],
)
def test_the_doctor_says_what_to_do(capsys, monkeypatch, wrong, sentence):
    well = {"database": True, "broker": True, "missing_migrations": [], "ages": {"worker": 1.0}}
    monkeypatch.setattr(health, "look", lambda: health.Health(**well | wrong))
    with pytest.raises(SystemExit):
        call_command("doctor")
    (finding,) = capsys.readouterr().out.splitlines()
    assert sentence in finding
