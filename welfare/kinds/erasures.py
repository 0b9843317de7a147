"""The erasure list: a file of numbered lines outside the database, which no restored backup takes back.

A line is a number and a mark, an HMAC that only WELFARE_KEYS can tell a login by. It says neither what was
erased nor when. Nothing is ever taken out: the numbers say up to where a database has come.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True)
class Line:
    number: int
    mark: str


def lines(path: Path) -> list[Line]:
    """All whole lines, in order; a last one that a crash cut off is none. Raises OSError."""
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return []
    whole = text[: text.rfind("\n") + 1].splitlines()
    return [Line(int(number), mark) for number, _space, mark in (line.partition(" ") for line in whole)]


def last_number(path: Path) -> int:
    """0 where there is no list yet."""
    return max((line.number for line in lines(path)), default=0)


def add(path: Path, mark: str, *, after: int) -> int:
    """Write a line that is on the disk when this returns; its number, above ``after`` and all before.

    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _held(path) as held:
        number = max(after, last_number(path)) + 1
        torn = held.seek(0, os.SEEK_END) and not path.read_bytes().endswith(b"\n")
        held.write(b"\n" * torn + f"{number} {mark}\n".encode("ascii"))
        held.flush()
        os.fsync(held.fileno())
    return number


@contextmanager
def _held(path: Path) -> Iterator[BinaryIO]:
    """Open for adding, by one process at a time; readable by its owner alone."""
    opened = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    with os.fdopen(opened, "ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield held
