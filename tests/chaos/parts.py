"""The processes that do the work: workers, beats, loops and one-shots, each a real one in a session of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from lms.ops.embedded.identity import die_with_parent

ROOT = Path(__file__).resolve().parents[2]
ENTRY = [sys.executable, "-m", "tests.chaos.entry"]
WORKER = ["worker", "--loglevel", "warning", "--without-gossip", "--without-mingle"]
COMMANDS = {
    "worker": [*ENTRY, "celery", *WORKER, "--concurrency", "2"],
    "worker2": [*ENTRY, "celery", *WORKER, "--concurrency", "1", "-n", "second@%h"],
    "beat": [*ENTRY, "celery", "beat", "--loglevel", "warning", "--pidfile", ""],
    "beat2": [*ENTRY, "celery", "beat", "--loglevel", "warning", "--pidfile", ""],
    "loop": [*ENTRY, "manage", "remind", "--loop", "1"],
    "loop2": [*ENTRY, "manage", "remind", "--loop", "1"],
    "oneshot": [*ENTRY, "manage", "remind"],
    "mail": [*ENTRY, "manage", "send_mail_due"],
}
STAY = ("worker", "worker2", "beat", "beat2", "loop", "loop2")
END_SECONDS = 5.0


@dataclass
class Part:
    """One process and its children; `signal` reaches the leader, `everybody` its whole session."""

    name: str
    process: "subprocess.Popen[bytes]"

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    def everybody(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def children(self) -> list[int]:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
            return [int(pid) for pid in found.read_text().split()]
        return []


@dataclass
class Parts:
    """All processes of a run. What should stay and does not is started again by ``heal``."""

    environment: dict[str, str]
    logs: Path
    stay: tuple[str, ...] = STAY
    running: dict[str, Part] = field(default_factory=dict)
    passing: list[Part] = field(default_factory=list)

    def start(self, name: str, **environment: str) -> Part:
        self.logs.mkdir(parents=True, exist_ok=True)
        with open(self.logs / f"{name}.log", "ab") as log:
            process = subprocess.Popen(
                COMMANDS[name],
                cwd=ROOT,
                env=self.environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=partial(die_with_parent, signal.SIGKILL, os.getpid()),
            )
        part = Part(name, process)
        if name in self.stay:
            self.running[name] = part
        else:
            self.passing.append(part)
        return part

    def heal(self) -> None:
        """Everybody goes on, and whoever is gone comes back."""
        for part in [*self.running.values(), *self.passing]:
            part.everybody(signal.SIGCONT)
        self.passing = [part for part in self.passing if part.alive]
        for name in self.stay:
            if name not in self.running or not self.running[name].alive:
                if name in self.running:
                    self.running[name].everybody(signal.SIGKILL)
                self.start(name)

    def stop(self) -> None:
        everyone = [*self.running.values(), *self.passing]
        for part in everyone:
            part.everybody(signal.SIGCONT)
            part.signal(signal.SIGTERM)
        deadline = time.monotonic() + END_SECONDS
        for part in everyone:
            with contextlib.suppress(subprocess.TimeoutExpired):
                part.process.wait(max(0.0, deadline - time.monotonic()))
            part.everybody(signal.SIGKILL)
            part.process.wait(END_SECONDS)

    def set_aside(self) -> int:
        """How often the engine said that it left somebody for later."""
        said = (log.read_text(errors="replace") for log in self.logs.glob("*.log"))
        return sum(text.count("schedule set aside") for text in said)
