"""`make run`: servers, set-up, then web, worker and beat in one shell, and nothing left when it ends.

Ctrl-C, a closed terminal and TERM end it in good order. When make is killed the kernel ends this process;
when this process is killed the kernel ends its children, and the guardians end the servers.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any

from lms.config.environment import Environment
from lms.ops.embedded.identity import die_with_parent
from lms.ops.embedded.service import ServiceError, open_private

ROOT = Path(__file__).resolve().parents[2]
HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = int(os.environ.get("PORT") or 8000)
REACHED_AT = "127.0.0.1" if HOST == "0.0.0.0" else HOST  # noqa: S104 - compared, not bound
FIRST_PAGE_SECONDS = 60.0
STOP_SECONDS = 10.0
# A part that ends sooner than this after its start has a fault that starting again will hardly mend.
TOO_SOON_SECONDS = 5.0
# One that ran well before may only have met what it left behind, such as a port not yet free.
CHANCES = 3
WATCH_SECONDS = 2.0

CELERY = ["-m", "celery", "-A", "lms.config.celery"]
WEB = ["-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(PORT), "--no-ws"]
PARTS = {
    "web": [*WEB, "--blocking-threads", "4", "--log-level", "warning", "lms.ops.served:application"],
    "worker": [
        *CELERY,
        "--quiet",
        "worker",
        "--concurrency",
        "2",
        "--loglevel",
        "warning",
        "--without-gossip",
    ],
    "beat": [*CELERY, "--quiet", "beat", "--loglevel", "warning", "--pidfile", ""],
}
# What the kernel sends to a part when this process is killed. On TERM a worker would first end its task,
# which may take minutes; on QUIT the task goes back to the queue.
LAST_WORD = {"web": signal.SIGTERM, "worker": signal.SIGQUIT, "beat": signal.SIGTERM}
LOGINS = ("analyst", "trainer", "staff", "officer", "manager", "admin")


class Stop(Exception):
    """The run is over; the text, if any, says why."""


@dataclass
class Part:
    """One of the three processes, when it was started, and how often it may still end too soon."""

    name: str
    process: subprocess.Popen[bytes]
    chances: int
    started: float = field(default_factory=time.monotonic)

    def signal(self, number: int) -> None:
        """To the whole session, so that no grandchild stays behind."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


class Supervisor:
    """Runs the parts until it is told to stop, and starts one again that ended by itself."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.parts: dict[str, Part] = {}
        self.stopping = False

    def run(self) -> None:
        """Raises Stop with a sentence when something cannot be started."""
        for service in self.environment.services:
            service.ensure()
        # The web part loads while the database is brought up to date; its address is told after both.
        self.start("web")
        self.prepare()
        self.start("worker")
        self.start("beat")
        self.wait_for_first_page()
        write(banner(self.environment))
        self.watch()

    def prepare(self) -> None:
        """Migrations and, on a first start, demo data; its progress is shown as it is."""
        preparing = subprocess.Popen(
            [sys.executable, "manage.py", "prepare"],
            cwd=ROOT,
            start_new_session=True,
            preexec_fn=dying_with_us(signal.SIGTERM),
        )
        while preparing.poll() is None:
            if self.stopping:
                preparing.terminate()
            time.sleep(0.05)
        if self.stopping or preparing.returncode != 0:
            raise Stop("" if self.stopping else "The set-up failed; the reason is above.")

    def start(self, name: str, *, chances: int = 0) -> None:
        process = subprocess.Popen(
            [sys.executable, *PARTS[name]],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "lms.config.settings"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dying_with_us(LAST_WORD[name]),
        )
        self.parts[name] = Part(name, process, chances)
        threading.Thread(target=pass_on, args=(name, process.stdout), daemon=True).start()

    def wait_for_first_page(self) -> None:
        deadline = time.monotonic() + FIRST_PAGE_SECONDS
        while not listens():
            self.check()
            if time.monotonic() > deadline:
                raise Stop("The site did not start in time; its log is above.")
            time.sleep(0.05)
        self.check()
        if not answers():
            raise Stop("The site started but does not answer; its log is above.")

    def watch(self) -> None:
        while True:
            self.check()
            for service in self.environment.services:
                service.ensure()
            self.rest(WATCH_SECONDS)

    def rest(self, seconds: float) -> None:
        """Short naps: a signal's handler runs between them."""
        deadline = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < deadline:
            time.sleep(0.1)

    def check(self) -> None:
        if self.stopping:
            raise Stop
        for part in [*self.parts.values()]:
            if part.process.poll() is not None:
                self.replace(part)

    def replace(self, part: Part) -> None:
        part.signal(signal.SIGKILL)
        how = part.process.returncode
        too_soon = time.monotonic() - part.started < TOO_SOON_SECONDS
        if too_soon and not part.chances:
            raise Stop(f"{part.name} ended with status {how} right after its start; its log is above.")
        write(f"{part.name} ended with status {how}; starting it again.")
        self.start(part.name, chances=part.chances - 1 if too_soon else CHANCES)

    def stop(self) -> None:
        """TERM to each part, time to end in good order, then KILL to whatever is left of it."""
        for part in self.parts.values():
            with suppress(ProcessLookupError):
                part.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for part in self.parts.values():
            with suppress(subprocess.TimeoutExpired):
                part.process.wait(max(0.0, deadline - time.monotonic()))
            part.signal(signal.SIGKILL)


def dying_with_us(number: int) -> Any:
    """For subprocess: the kernel sends `number` to the child when this process dies."""
    return partial(die_with_parent, number, os.getpid())


def write(text: str) -> None:
    """To the terminal, if it is still there."""
    with suppress(OSError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def pass_on(name: str, stream: IO[bytes]) -> None:
    for line in stream:
        write(f"{name:<6} | {line.decode(errors='replace').rstrip()}")


def listens() -> bool:
    with suppress(OSError), socket.create_connection((REACHED_AT, PORT), timeout=1):
        return True
    return False


def answers() -> bool:
    """Whether the first request succeeds; it loads the pages, so that the first visitor does not wait."""
    with (
        suppress(OSError),
        urllib.request.urlopen(f"http://{REACHED_AT}:{PORT}/healthz", timeout=30) as response,
    ):
        return bool(response.status == 200)
    return False


def banner(environment: Environment) -> str:
    """The last lines of the start: where the site is, and how to enter a demo."""
    lines = ["", f"Hotline Learning is at http://localhost:{PORT}/"]
    if environment.demo:
        logins = ", ".join(f"{name}@demo.example" for name in LOGINS)
        lines += [f"Demo logins: {logins}", f"Password of each: {environment.demo_password}"]
    return "\n".join([*lines, "Ctrl-C stops everything."])


def only_run(data_dir: Path) -> IO[str]:
    """A lock held for the whole run, so that one DATA_DIR has one beat."""
    lock = open_private(data_dir / "run.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Stop(f"`make run` is already running on {data_dir}: stop it, or set DATA_DIR.") from None
    return lock


def free_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError as error:
            raise Stop(
                f"Port {PORT} cannot be used ({error.strerror}): try PORT={PORT + 1} make run."
            ) from None


def main() -> int:
    die_with_parent(signal.SIGTERM, os.getppid())
    supervisor = Supervisor(Environment(ROOT))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: setattr(supervisor, "stopping", True))
    with ExitStack() as held:
        try:
            held.enter_context(only_run(supervisor.environment.data_dir))
            free_port()
            supervisor.run()
        except (Stop, ServiceError) as reason:
            write(str(reason))
            status = 1 if str(reason) else 0
        supervisor.stop()
    return status


if __name__ == "__main__":
    sys.exit(main())
