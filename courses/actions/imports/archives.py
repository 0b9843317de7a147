"""A zip as it may come from anybody: looked over before a byte of it is unpacked, and read with a bound.

Nothing that an archive says of itself is believed: neither sizes, which are counted while reading, nor names,
which never become paths.
"""

import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from courses.actions.imports.reasons import Problem
from courses.actions.imports.source import Unusable

MOST_MEMBERS = 200
# What lists them, which is read whole before anything can be asked of it.
MOST_DIRECTORY_BYTES = 256 * 1024
END, END_64 = b"PK\x05\x06", b"PK\x06\x07"
END_BYTES, LOCATOR_BYTES, MOST_COMMENT = 22, 20, 65_535
ENCRYPTED = 0x1 | 0x40 | 0x2000
ZIP_STARTS = (b"PK\x03\x04", END, b"PK\x07\x08")
ARCHIVES = (
    *(".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".jar"),
    *(".xlsx", ".xlsm", ".xlsb", ".ods"),
)
# What zipfile raises over bytes that are no whole archive: sums that are wrong, a stream that ends too soon,
# features that it does not know, names that are no text, sizes and places that no file has.
DAMAGED = (BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeError, OverflowError)
CHUNK = 65_536
MEGABYTE = 1024 * 1024


def unusable(file: str, code: str, value: str = "", **params: object) -> Unusable:
    return Unusable([Problem(file, None, "", value, code, params)])


@contextmanager
def told_damaged(name: str) -> Iterator[None]:
    """Around what is asked of zipfile, and nothing else: a fault of ours must not pass for the file's."""
    try:
        yield
    except DAMAGED:
        raise unusable(name, "broken_archive") from None


class Budget:
    """How many bytes may still be unpacked, of everything together."""

    def __init__(self, name: str, most: int) -> None:
        self.name, self.most, self.left = name, most, most

    def spend(self, size: int) -> None:
        """Raises Unusable as soon as it is more than the whole register may have."""
        self.left -= size
        if self.left < 0:
            raise unusable(self.name, "unpacked_too_large", limit=max(1, self.most // MEGABYTE))


class Counted:
    """A member that is read while its bytes are counted."""

    def __init__(self, stream: IO[bytes], name: str, budget: Budget | None) -> None:
        self.stream, self.name, self.budget = stream, name, budget

    def read(self, size: int = CHUNK) -> bytes:
        with told_damaged(self.name):
            chunk = self.stream.read(size)
        if self.budget is not None:
            self.budget.spend(len(chunk))
        return chunk

    def chunks(self) -> Iterator[bytes]:
        while chunk := self.read():
            yield chunk


@dataclass(frozen=True)
class Archive:
    """An archive without anything odd in it. ``name`` is what messages call it."""

    zip: ZipFile
    name: str
    budget: Budget
    counted: set[str] = field(default_factory=set)

    @property
    def members(self) -> list[ZipInfo]:
        return [info for info in self.zip.infolist() if not info.is_dir()]

    @contextmanager
    def reading(self, member: str) -> Iterator[Counted]:
        """What is read a second time counts once. Raises KeyError for a member that is not there."""
        first = member not in self.counted
        self.counted.add(member)
        with told_damaged(self.name):
            stream = self.zip.open(member)
        with stream:
            yield Counted(stream, self.name, self.budget if first else None)

    def begins(self, member: ZipInfo, starts: tuple[bytes, ...]) -> bool:
        with told_damaged(self.name), self.zip.open(member) as stream:
            return stream.read(8).startswith(starts)


@contextmanager
def open_archive(path: Path, *, name: str, most: int) -> Iterator[Archive]:
    """The archive, once all that can be told without unpacking is in order; ``most`` is in bytes.

    Raises Unusable with a sentence, also where reading it later finds it damaged.
    """
    require_small_directory(path, name)
    with told_damaged(name):
        opened = ZipFile(path)
    with opened:
        archive = Archive(opened, name, Budget(name, most))
        require_harmless(archive)
        yield archive


def require_small_directory(path: Path, name: str) -> None:
    """The list of members is read into memory at once, however long it says it is."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        tail = min(size, END_BYTES + LOCATOR_BYTES + MOST_COMMENT)
        file.seek(size - tail)
        found = file.read(tail)
    at = found.rfind(END)
    if at < 0 or len(found) < at + END_BYTES:
        raise unusable(name, "broken_archive")
    if END_64 in found[:at]:
        raise unusable(name, "large_archive")
    count = int.from_bytes(found[at + 10 : at + 12], "little")
    listed = int.from_bytes(found[at + 12 : at + 16], "little")
    if count > MOST_MEMBERS or listed > MOST_DIRECTORY_BYTES:
        raise unusable(name, "too_many_members", limit=MOST_MEMBERS)


def require_harmless(archive: Archive) -> None:
    if len(archive.zip.infolist()) > MOST_MEMBERS:
        raise unusable(archive.name, "too_many_members", limit=MOST_MEMBERS)
    problems = [
        Problem(archive.name, None, "", info.filename, code)
        for info in archive.zip.infolist()
        if (code := wrong_with(info))
    ]
    if problems:
        raise Unusable(problems)
    names = [info.filename.casefold() for info in archive.zip.infolist()]
    for info in archive.zip.infolist():
        if names.count(info.filename.casefold()) > 1:
            raise unusable(archive.name, "twice_in_archive", info.filename)


def wrong_with(info: ZipInfo) -> str:
    """A code of reasons.REASONS, or nothing."""
    if info.flag_bits & ENCRYPTED:
        return "encrypted"
    if leads_out(info.orig_filename) or leads_out(info.filename) or is_special(info):
        return "odd_member"
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return "odd_packing"
    if not info.is_dir() and info.filename.casefold().endswith(ARCHIVES):
        return "nested_archive"
    return ""


def leads_out(name: str) -> bool:
    """Whether a name, taken for a path on any system, would leave the folder that it is unpacked in."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return name.startswith(("/", "\\")) or ".." in parts or "\0" in name or name[1:2] == ":"


def is_special(info: ZipInfo) -> bool:
    """A link, a device or a pipe, as archives made on Unix can hold them."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    return kind not in (0, stat.S_IFREG, stat.S_IFDIR)
