"""`make run`: a first page, a password that works, and nothing left however it ends."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest
from django.conf import settings

from lms.ops import supervisor
from lms.ops.chromium import ADVICE
from tests.ops.test_embedded import eventually

# Seconds: the first start makes the database and the demo data.
FIRST_START, START = 150, 90


class Run:
    """`python -m lms.ops.supervisor` on a DATA_DIR and port of its own, as make would start it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = {**os.environ, "DATA_DIR": str(data_dir), "PORT": str(self.port)}
        self.lines: list[str] = []
        self.told = threading.Event()
        self.process: subprocess.Popen[str] | None = None

    def start(self, *prefix: str) -> subprocess.Popen[str]:
        command = [*prefix, sys.executable, "-m", "lms.ops.supervisor"]
        self.process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=self.environment, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        threading.Thread(target=self.listen, args=[self.process.stdout], daemon=True).start()
        assert self.told.wait(FIRST_START), "".join(self.lines)
        return self.process

    def listen(self, words: TextIO) -> None:
        """Read on after the last line of the start too: a full pipe would hold up the process."""
        for line in words:
            if not self.told.is_set():
                self.lines.append(line)
            if line.startswith("Ctrl-C"):
                self.told.set()
        self.told.set()

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as response:
            return response.status

    def running(self) -> list[int]:
        """Every process that was started for this DATA_DIR, by its environment."""
        wanted = os.fsencode(f"DATA_DIR={self.data_dir}") + b"\0"
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if wanted in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
        return found


@pytest.fixture(scope="module")
def prepared() -> Iterator[Path]:
    """A DATA_DIR that the first test fills, so that the later ones start warm."""
    folder = Path(tempfile.mkdtemp(prefix="r-"))
    yield folder
    shutil.rmtree((folder / "pg").resolve(), ignore_errors=True)
    shutil.rmtree(folder)


@pytest.fixture
def run(prepared: Path) -> Iterator[Run]:
    made = Run(prepared)
    yield made
    if made.process and made.process.poll() is None:
        made.process.terminate()
        made.process.wait(30)
    assert eventually(lambda: not made.running(), START), "a process outlived its run"


pytestmark = pytest.mark.xdist_group("supervisor")


def test_a_first_start_ends_with_the_address_and_the_logins(run):
    run.start()
    address, logins, password, ctrl_c = [line.rstrip() for line in run.lines[-4:]]
    assert address == f"Hotline Learning is at http://localhost:{run.port}/"
    assert "analyst@demo.example" in logins
    assert len(password.removeprefix("Password of each: ")) > 10
    assert ctrl_c.startswith("Ctrl-C")
    assert run.get("/accounts/login/") == 200
    assert run.get("/readyz") == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_nothing_is_left_after(run, number):
    process = run.start()
    assert len(run.running()) >= len(supervisor.PARTS)
    process.send_signal(number)
    assert eventually(lambda: not run.running(), START)


def test_nothing_is_left_when_its_parent_is_killed(run):
    make = run.start("sh", "-c", '"$@"; true', "sh")
    make.kill()
    assert eventually(lambda: not run.running(), START)


def test_nothing_is_left_when_it_is_killed_together_with_all_it_started(run):
    process = run.start()
    for pid in (process.pid, *children(process.pid)):
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not run.running(), START)


def test_a_part_that_is_killed_is_started_again_and_again_when_it_ends_too_soon_after_that(run):
    process = run.start()
    time.sleep(supervisor.TOO_SOON_SECONDS)
    kill_web(process)
    kill_web(process)
    assert eventually(lambda: answers(run), START), process.poll()


def kill_web(process: "subprocess.Popen[str]") -> None:
    """Returns once another web process is there in its place."""
    (web,) = webs(process)
    os.kill(web, signal.SIGKILL)
    assert eventually(lambda: webs(process) not in ([], [web]), START), process.poll()


def webs(process: "subprocess.Popen[str]") -> list[int]:
    """The web part's process, as a list of one; empty between two."""
    return [pid for pid in children(process.pid) if b"granian" in command_line(pid)]


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def answers(run: Run) -> bool:
    try:
        return run.get("/healthz") == 200
    except OSError:
        return False


def test_a_second_run_on_the_same_data_is_refused(run):
    run.start()
    second = subprocess.run(
        [sys.executable, "-m", "lms.ops.supervisor"],
        cwd=settings.BASE_DIR,
        env={**run.environment, "PORT": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (second.returncode, second.stderr) == (1, "")
    assert second.stdout.startswith("`make run` is already running")


def test_a_taken_port_is_a_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "lms.ops.supervisor"],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATA_DIR": str(tmp_path), "PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"Port {port} cannot be used")
    assert not (tmp_path / "pg").exists()


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("true", 1)])
def test_a_missing_browser_is_advice_here_and_a_failure_under_ci(ci, status):
    done = subprocess.run(
        [sys.executable, "-m", "lms.ops.chromium"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "CHROMIUM": "no-such-browser", "CI": ci},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (status, f"{ADVICE}\n")
