"""The mail server of a run, in a process of its own that can be killed: tests/outbox/sink.py with one mood for all.

`python -m tests.chaos.postbox PORT FOLDER`. It does as the file `mood` says (`well`, `450`, `550`, `data 451`,
`drop`, `vanish`, `hang`, `slow`, `bye`), and adds each Message-ID that it took to the file `taken`.
"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from email import message_from_bytes
from functools import partial
from pathlib import Path
from typing import Any

from lms.ops.embedded.identity import die_with_parent
from tests.outbox.sink import Controller, Sink

ROOT = Path(__file__).resolve().parents[2]
MOODS = ("450", "550", "data 451", "drop", "vanish", "hang", "slow", "bye")
SLOW_SECONDS, HANG_SECONDS = 0.4, 3.0


class Moody(Sink):
    """Treats every mail as the mood of the moment wants it."""

    def __init__(self, port: int, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.controller = Controller(self, hostname="127.0.0.1", port=port)

    @property
    def mood(self) -> str:
        with contextlib.suppress(FileNotFoundError):
            return (self.folder / "mood").read_text().strip()
        return "well"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        self.answers[address] = [self.mood] if self.mood in MOODS else []
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mood = self.mood
        if mood == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        if mood.startswith("data "):
            return f"{mood.removeprefix('data ')} said the server"
        if mood != "vanish":
            self.take(envelope.content)
        if mood in ("drop", "vanish"):
            server.transport.abort()
        if mood == "hang":
            await asyncio.sleep(HANG_SECONDS)
            server.transport.abort()
        return "250 ok"

    def take(self, content: bytes) -> None:
        """On disk before the answer: a killed server has still taken what it took."""
        with (self.folder / "taken").open("a", encoding="utf-8") as file:
            file.write(f"{message_from_bytes(content)['Message-ID']}\n")
            file.flush()
            os.fsync(file.fileno())


class Postbox:
    """The process, as the run sees it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.environment = folder, environment
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.postbox", str(self.port), str(self.folder)],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                preexec_fn=partial(die_with_parent, signal.SIGKILL, os.getpid()),
            )

    def stop(self) -> None:
        """Nobody is there any more."""
        if self.process:
            self.process.kill()
            self.process.wait(5)

    def set_mood(self, mood: str) -> None:
        draft = self.folder / "mood.new"
        draft.write_text(mood)
        draft.rename(self.folder / "mood")

    def taken(self) -> list[str]:
        """Message-IDs in the order in which they were taken; one taken twice stands there twice."""
        file = self.folder / "taken"
        return file.read_text(encoding="utf-8").split() if file.exists() else []


if __name__ == "__main__":
    Moody(int(sys.argv[1]), Path(sys.argv[2])).controller.start()
    threading.Event().wait()
