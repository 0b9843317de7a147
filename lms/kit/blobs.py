"""Files by the digest of what is in them: the same content is one file, and no file is ever changed.

Nobody's name for a file gets near the disk. A file that stands under its digest is whole, whatever was
killed while it was written.
"""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

DIGEST = re.compile(r"[0-9a-f]{64}")
INCOMING = "incoming"
CHUNK = 65_536


class Readable(Protocol):
    """What bytes come from, a part at a time: a file, or an upload."""

    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True)
class Blobs:
    """The files in a folder, which is made when the first of them comes. Raises OSError as disks do."""

    folder: Path

    def path(self, digest: str) -> Path:
        if not DIGEST.fullmatch(digest):
            raise ValueError("not a SHA-256 in hexadecimal")
        return self.folder / digest[:2] / digest

    def holds(self, digest: str, size: int) -> bool:
        """Whether the file is there with that many bytes."""
        try:
            return self.path(digest).stat().st_size == size
        except FileNotFoundError:
            return False

    @contextmanager
    def incoming(self) -> Iterator[BinaryIO]:
        """A new file to write to; it is gone afterwards unless ``keep`` took it."""
        place = self.folder / INCOMING
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place, delete=False) as file:
            try:
                yield file  # type: ignore[misc]  # what it wraps is a binary file
            finally:
                Path(file.name).unlink(missing_ok=True)

    def keep(self, file: BinaryIO, digest: str) -> None:
        """Put what ``incoming`` gave under its ``digest_of``, safe against a power cut."""
        file.flush()
        os.fsync(file.fileno())
        target = self.path(digest)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.replace(file.name, target)
        sync_folder(target.parent)

    def digests(self) -> Iterator[str]:
        """Of all files kept, in no order."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            if DIGEST.fullmatch(path.name):
                yield path.name

    def forget_old(self, *, seconds: float, is_needed: Callable[[str], bool]) -> int:
        """Remove files kept, or begun, longer ago than that and not needed; how many it were."""
        before = time.time() - seconds
        begun = [path for path in self.folder.glob(f"{INCOMING}/*") if is_older(path, before)]
        old = [path for path in map(self.path, self.digests()) if is_older(path, before)]
        gone = begun + [path for path in old if not is_needed(path.name)]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)


def is_older(path: Path, moment: float) -> bool:
    try:
        return path.stat().st_mtime < moment
    except FileNotFoundError:
        return False


def digest_of(file: BinaryIO) -> str:
    """The SHA-256 of all that is in it."""
    found = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        found.update(chunk)
    return found.hexdigest()


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def copy(source: Readable, target: BinaryIO, *, most: int) -> bool:
    """Copy chunk by chunk; False, and nothing more is read, as soon as it is more than ``most`` bytes."""
    left = most
    while chunk := source.read(CHUNK):
        left -= len(chunk)
        if left < 0:
            return False
        target.write(chunk)
    return True
