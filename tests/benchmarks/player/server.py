"""The web part exactly as `make run` starts it, on a port and a database of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection

from lms.ops import supervisor
from tests.benchmarks.scratch import NAME

STARTS_WITHIN = 60.0
STOPS_WITHIN = 15.0


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[bytes]
    port: int
    started: float
    spent: dict[int, float] = field(default_factory=dict)
    """What each database session was last seen to have spent: a session that ends takes nothing back."""

    def cpu(self) -> tuple[float, float]:
        """Seconds on the processor so far: of the server's processes, and of its database sessions."""
        web = sum(processor_seconds(pid) for pid in family(self.process.pid))
        self.spent.update({pid: processor_seconds(pid) for pid in sessions()})
        return web, sum(self.spent.values())


def collect_static() -> None:
    """The static files as a deployment has them, compressed, in DATA_DIR/bench-static."""
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--clear", "--verbosity", "0"]
    subprocess.run(command, cwd=supervisor.ROOT, env=as_shipped(), check=True, timeout=STARTS_WITHIN)


@contextmanager
def serving() -> Iterator[Server]:
    """The server, once it listens. Its log goes to DATA_DIR/bench-web.log; it ends with this process."""
    *options, application = supervisor.PARTS["web"]
    port = free_port()
    with (settings.DATA_DIR / "bench-web.log").open("wb") as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *options, "--port", str(port), application],
            cwd=supervisor.ROOT,
            env=as_shipped(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=supervisor.dying_with_us(supervisor.LAST_WORD["web"]),
        )
        try:
            wait_until_it_listens(process, port)
            yield Server(process, port, started)
        finally:
            stop(process)


def as_shipped() -> dict[str, str]:
    """Whatever quietened this process is not the server's."""
    own = {name: value for name, value in os.environ.items() if name != "LOG_LEVEL"}
    return own | {"DJANGO_SETTINGS_MODULE": "tests.benchmarks.player.settings", "PYTHONUNBUFFERED": "1"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise RuntimeError("The server did not start; DATA_DIR/bench-web.log says why.")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOPS_WITHIN)


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    children = [
        int(child)
        for tasks in Path(f"/proc/{pid}/task").glob("*/children")
        for child in tasks.read_text(encoding="ascii").split()
    ]
    return [pid, *(member for child in children for member in family(child))]


def sessions() -> list[int]:
    """Process ids of everybody else's sessions with the scratch database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", [NAME]
        )
        return [pid for (pid,) in cursor.fetchall()]


def processor_seconds(pid: int) -> float:
    """Of all threads there are; 0 where the process is on another machine or has just ended."""
    total = 0.0
    for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(OSError):
            total += int(file.read_text(encoding="ascii").split()[0]) / 1e9
    return total
