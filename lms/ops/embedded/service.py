"""What a process needs to use an embedded server: hold its lock, and have it started."""

import fcntl
import hashlib
import os
import stat
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

START_SECONDS = 60.0
# Linux keeps 108 bytes for the path of a socket, the last of them a zero.
SOCKET_PATH_BYTES = 107
ROOT = Path(__file__).resolve().parents[3]

# One lock per service and process: an flock belongs to the open file, and forked children share it.
_held: dict[Path, IO[str]] = {}


class ServiceError(Exception):
    """An embedded server could not be started; the text is one sentence for whoever started it."""


@dataclass(frozen=True)
class Launch:
    """How a guardian starts its server, and the signal that stops it in good order."""

    command: list[str]
    before_exec: Callable[[], None]
    stop_signal: int
    environment: dict[str, str] = field(default_factory=dict)


class Service(ABC):
    """One embedded server of one DATA_DIR. Processes that use it hold a shared lock; the last one ends it."""

    name: str
    socket_name: str

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.home = data_dir / self.name
        self.log = data_dir / f"{self.name}.log"
        self._address = data_dir / f"{self.name}.address"

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server takes connections now."""

    @abstractmethod
    def launch(self) -> Launch:
        """Make everything ready for the server to start; called by the guardian only."""

    def hold(self) -> None:
        """Take the shared lock, once per process; the kernel drops it however the process ends.

        Waits while the last guardian is still stopping the server.
        """
        path = self.lock_path("lock")
        if path in _held:
            return
        handle = open_private(path)
        fcntl.flock(handle, fcntl.LOCK_SH)
        _held[path] = handle

    def release(self) -> None:
        """Give the lock back before the process ends, where that is known to be safe."""
        handle = _held.pop(self.lock_path("lock"), None)
        if handle:
            handle.close()

    def ensure(self) -> None:
        """Hold the lock and return once the server answers; start it if need be.

        Raises ServiceError with a sentence when it does not start.
        """
        self.hold()
        if self.answers():
            return
        with self._starting():
            if not self.answers():
                self._start()

    def socket_dir(self) -> Path:
        """The folder of the server's socket: where the guardian put it, else where it would put it now."""
        try:
            return Path(self._address.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return self.proposed_socket_dir()

    def proposed_socket_dir(self) -> Path:
        """Beside the data, or in TMPDIR under a hash of DATA_DIR where that path is too long for a socket."""
        near = self.home.resolve() / "socket"
        if len(os.fsencode(near / self.socket_name)) <= SOCKET_PATH_BYTES:
            return near
        digest = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"hotline-learning-{digest}-{self.name}"

    def announce(self, socket_dir: Path) -> None:
        """Tell later processes, whose TMPDIR may differ, where the socket is."""
        draft = self._address.with_suffix(".new")
        draft.write_text(str(socket_dir), encoding="utf-8")
        draft.replace(self._address)

    def lock_path(self, kind: str) -> Path:
        """`lock` is held by users, `start` by whoever starts it, `server` by the server and its guardian."""
        return self.data_dir / (f"{self.name}.lock" if kind == "lock" else f"{self.name}.{kind}.lock")

    @contextmanager
    def _starting(self) -> Iterator[None]:
        with open_private(self.lock_path("start")) as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _start(self) -> None:
        guardian = self._spawn()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.answers():
                return
            if guardian.poll() is not None:
                raise ServiceError(self._complaint())
            time.sleep(0.02)
        raise ServiceError(f"The embedded {self.name} server did not answer in time; see {self.log}.")

    def _spawn(self) -> subprocess.Popen[bytes]:
        # Its own session: Ctrl-C and a closed terminal reach the users of the server, never its guardian.
        with open(self.log, "ab", opener=_private) as log:
            return subprocess.Popen(  # noqa: S603 - our own module with our own arguments
                [sys.executable, "-m", "lms.ops.embedded.guardian", self.name, str(self.data_dir)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _complaint(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return f"The embedded {self.name} server did not start: {lines[-1] if lines else 'no reason given'}"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def open_private(path: Path) -> IO[str]:
    """Open a file of DATA_DIR for its owner only, making both; ServiceError where that is not allowed."""
    try:
        # Others may pass but not look: a server under another account must reach its own folder in it.
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+", encoding="utf-8")
    except PermissionError as error:
        raise ServiceError(
            f"{path} belongs to another user: start as that user, or set DATA_DIR to a folder of your own."
        ) from error


def make_private_folder(path: Path, owner: tuple[int, int]) -> None:
    """A folder only `owner` may enter; refuses one that somebody else put there before us."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner[0], os.geteuid()):
        raise ServiceError(f"{path} belongs to somebody else: remove it, or set TMPDIR to another folder.")
    path.chmod(0o700)
    if found.st_uid != owner[0]:
        os.chown(path, *owner)
