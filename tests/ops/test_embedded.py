"""The embedded servers start when they are needed and leave nothing behind, however their users end."""

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from lms.ops.embedded.postgres import Postgres
from lms.ops.embedded.service import Service, ServiceError, make_private_folder
from lms.ops.embedded.valkey import Valkey

SERVICES = [Postgres, Valkey]
# Seconds until a holder has its server: longer than the holder itself would try.
READY = 120


def processes_of(data_dir: Path) -> list[int]:
    """Every process with the folder on its command line, this one's children too."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if os.fsencode(data_dir) in words:
            found.append(int(entry.name))
    return found


def guardian_of(data_dir: Path) -> int:
    return next(p for p in processes_of(data_dir) if b"guardian" in Path(f"/proc/{p}/cmdline").read_bytes())


def postmaster_of(server: Postgres) -> int:
    return int((server.home / "data" / "postmaster.pid").read_text().splitlines()[0])


def eventually(holds: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


class Holders:
    """Processes that hold one server; all are ended with the test."""

    def __init__(self) -> None:
        self.started: list[subprocess.Popen[str]] = []

    def start(self, service: Service, *wishes: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.ops.holder", service.name, str(service.data_dir), *wishes]
        holder = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)
        self.started.append(holder)
        assert holder.stdout
        told, _, _ = select.select([holder.stdout], [], [], READY)
        assert told, f"no word within {READY} seconds"
        assert holder.stdout.readline() == "ready\n", service.log.read_text()
        return holder

    def kill(self, holder: subprocess.Popen[str]) -> None:
        holder.kill()
        holder.wait(10)
        if holder.stdout:
            holder.stdout.close()


@pytest.fixture
def holders() -> Iterator[Holders]:
    made = Holders()
    yield made
    for holder in made.started:
        made.kill(holder)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="d-"))
    yield folder
    assert eventually(lambda: not processes_of(folder)), "a server outlived its users"
    for home in folder.rglob("pg"):
        shutil.rmtree(home.resolve())
    shutil.rmtree(folder)


def query(server: Postgres, sql: str) -> list[tuple]:
    way_in = {"host": str(server.socket_dir()), "dbname": "hotline", "user": "hotline_owner"}
    way_in["connect_timeout"] = "10"
    with psycopg.connect(**way_in) as connection:  # type: ignore[arg-type]
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize("kind", SERVICES)
def test_the_last_user_killed_stops_the_server_and_the_first_does_not(kind, data_dir, holders):
    server = kind(data_dir)
    first, last = holders.start(server), holders.start(server)
    holders.kill(first)
    time.sleep(0.5)
    assert server.answers()
    holders.kill(last)
    assert eventually(lambda: not processes_of(data_dir))
    assert not server.answers()


@pytest.mark.parametrize("kind", SERVICES)
def test_a_killed_guardian_takes_the_server_along_and_the_next_user_starts_both(kind, data_dir, holders):
    server = kind(data_dir)
    holders.start(server)
    os.kill(guardian_of(data_dir), signal.SIGKILL)
    assert eventually(lambda: not server.answers())
    holders.start(server)
    assert server.answers()


def test_a_killed_server_is_started_again_with_what_was_committed(data_dir, holders):
    server = Postgres(data_dir)
    holders.start(server)
    query(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(postmaster_of(server), signal.SIGKILL)
    assert eventually(lambda: not server.answers())
    holders.start(server)
    assert query(server, "SELECT answer FROM kept") == [(42,)]


def test_users_that_come_while_the_server_stops_get_a_fresh_one(data_dir, holders):
    server = Postgres(data_dir)
    for _ in range(3):
        holders.kill(holders.start(server))
    holders.start(server)
    assert query(server, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("kind", SERVICES)
def test_a_long_path_moves_the_socket_and_not_the_data(kind, data_dir, holders):
    server = kind(data_dir / ("long" * 25))
    server.data_dir.mkdir()
    holders.start(server)
    assert server.answers()
    assert server.socket_dir().parent == Path(tempfile.gettempdir())
    assert server.socket_dir().stat().st_mode & 0o777 == 0o700
    assert server.home.is_dir()
    shutil.rmtree(server.socket_dir())


@pytest.mark.parametrize("mode", [0o755, 0o700])
def test_it_runs_where_the_kernel_refuses_namespaces(mode, data_dir, holders):
    data_dir.chmod(mode)
    server = Postgres(data_dir / "inside")
    holders.start(server, "refuse-namespaces")
    assert query(server, "SHOW listen_addresses") == [("",)]
    uid = Path(f"/proc/{postmaster_of(server)}").stat().st_uid
    assert uid != 0
    for holder in holders.started:
        holders.kill(holder)


def test_the_superuser_cannot_connect(data_dir, holders):
    server = Postgres(data_dir)
    holders.start(server)
    with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry"):
        psycopg.connect(host=str(server.socket_dir()), dbname="hotline", user="bootstrap", connect_timeout=10)
    assert query(server, "SHOW server_encoding") == [("UTF8",)]


def test_a_folder_that_somebody_else_put_there_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "socket").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ServiceError, match="belongs to somebody else"):
        make_private_folder(tmp_path / "socket", (os.geteuid(), os.getegid()))


def test_a_command_without_database_starts_no_server(data_dir):
    environment = {**os.environ, "DATA_DIR": str(data_dir / "var")}
    command = [sys.executable, "manage.py", "check"]
    subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True, timeout=60
    )
    assert not (data_dir / "var" / "pg").exists()
    assert (data_dir / "var" / "keys.json").stat().st_mode & 0o777 == 0o600
