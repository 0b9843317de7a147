"""The real web server in processes of its own, which a test may kill and start again."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

from django.conf import settings
from django.db import connection

START = 90
COMMAND = [
    *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--no-ws", "--blocking-threads", "4"),
    *("--log-level", "warning", "--respawn-failed-workers"),
]


class Server:
    """On one port for its whole life, so that a page finds it again."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return once it answers."""
        self.process = subprocess.Popen(
            [sys.executable, *COMMAND, "--port", str(self.port), "tests.journeys.whole.served:application"],
            cwd=settings.BASE_DIR,
            env={**os.environ, "JOURNEY_DATABASE": connection.settings_dict["NAME"]},
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + START
        while not self.answers():
            assert time.monotonic() < deadline, "the server did not start"
            assert self.process.poll() is None, "the server ended as it started"
            time.sleep(0.1)

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            # Our own address, made above.
            return urllib.request.urlopen(f"{self.url}/healthz", timeout=5).status == 200  # noqa: S310
        return False

    def kill(self) -> None:
        """The server and its workers at once, in the middle of whatever they do."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
            self.process = None
