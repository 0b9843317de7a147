"""The process that starts an embedded server, waits until nobody uses it, and stops it.

`python -m lms.ops.embedded.guardian pg DATA_DIR`. It lives in its own session. Should it be killed, the
kernel stops the server for it; should the server crash, it ends, and the next user starts both anew.
"""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

from lms.ops.embedded.postgres import Postgres
from lms.ops.embedded.service import Launch, Service, ServiceError, open_private
from lms.ops.embedded.valkey import Valkey

SERVICES: dict[str, type[Service]] = {"pg": Postgres, "valkey": Valkey}
STOP_SECONDS = 20.0


def main(name: str, data_dir: Path) -> int:
    """Guard one server for its whole life; the exit status is the server's, 1 with a sentence if none."""
    os.chdir("/")
    os.umask(0o077)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    service = SERVICES[name](data_dir)
    try:
        lock = _only_server(service)
        launch = service.launch()
        server = _start(launch, lock)
    except (ServiceError, RuntimeError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    signal.signal(signal.SIGTERM, lambda *_: server.send_signal(launch.stop_signal))
    threading.Thread(target=_stop_when_unused, args=(service, server, launch), daemon=True).start()
    return server.wait()


def _only_server(service: Service) -> IO[str]:
    """Wait for an earlier server to be gone: it and all its children hold this lock through its file."""
    lock = open_private(service.lock_path("server"))
    deadline = time.monotonic() + STOP_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise ServiceError(
                    f"An earlier {service.name} server of this DATA_DIR does not end."
                ) from None
            time.sleep(0.05)
        else:
            return lock


def _start(launch: Launch, lock: IO[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - programs of the locked wheels with our own arguments
        launch.command,
        cwd="/",
        env={**os.environ, **launch.environment},
        stdin=subprocess.DEVNULL,
        preexec_fn=launch.before_exec,
        pass_fds=(lock.fileno(),),
    )


def _stop_when_unused(service: Service, server: subprocess.Popen[bytes], launch: Launch) -> None:
    """Keep the exclusive lock to the end: whoever comes meanwhile waits, then starts a fresh server."""
    users = open_private(service.lock_path("lock"))
    fcntl.flock(users, fcntl.LOCK_EX)
    server.send_signal(launch.stop_signal)
    time.sleep(STOP_SECONDS)
    server.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
