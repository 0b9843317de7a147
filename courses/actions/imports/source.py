"""A register on disk: which of its files are there, their header and their lines."""

import csv
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from courses.actions.imports.cells import CELL_LIMIT
from courses.actions.imports.reasons import Problem, shortened

FILES = ("people.csv", "activities.csv", "participations.csv")
# Beyond this a cell is not even read: an unclosed quote must not swallow a file into memory.
READ_LIMIT = 4 * 1024 * 1024
# Of one file; a header that goes on without end is none of a register.
MOST_COLUMNS = 200
# Written into the file of rejected lines for whoever mends them; ignored on the way back in.
NOTES = ("rejected_line", "rejected_because")
# C0 and C1 controls, and what surrogateescape makes of bytes that are not UTF-8.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
NOT_UTF8 = re.compile(r"[\ud800-\udfff]")
SUSPECT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# What of the reader's complaints is about one line; after any other nobody knows where the next line begins.
WITHIN_A_LINE = ("',' expected", "new-line character")


class Unusable(Exception):
    """The input as a whole cannot be read; ``problems`` say where and what to do."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{p.file}: {p.reason}" for p in problems))
        self.problems = problems


@dataclass(frozen=True)
class RegisterFile:
    """One CSV file of a register. ``positions`` maps the known columns to their place in a row."""

    name: str
    path: Path
    header: tuple[str, ...]
    positions: dict[str, int]

    @property
    def to_mend(self) -> bool:
        """Whether it is a file of rejected lines, which we wrote and somebody mended."""
        return set(NOTES) <= set(self.header)

    def rows(self) -> Iterator[tuple[int, list[str] | None, int]]:
        """(line number as an editor shows it, cells or None if unreadable, bytes read so far).

        Lines without any text are passed over. Raises Unusable where a quote is never closed: what follows
        it would be lost, and nobody could say how many lines those were.
        """
        with readable(self.path), open_text(self.path) as stream:
            reader = csv.reader(stream, strict=True)
            next(reader)
            while True:
                line = reader.line_num + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    if reader.line_num > line or not str(error).startswith(WITHIN_A_LINE):
                        raise Unusable([Problem(self.name, line, "", "", "open_quote")]) from None
                    yield line, None, stream.buffer.tell()
                    continue
                if "".join(cells).strip():
                    yield line, cells, stream.buffer.tell()

    @property
    def size(self) -> int:
        """In bytes."""
        return self.path.stat().st_size


@dataclass(frozen=True)
class Register:
    """The files of one register that are present, in the order they build on each other."""

    name: str
    files: tuple[RegisterFile, ...]

    def file(self, name: str) -> RegisterFile | None:
        return next((file for file in self.files if file.name == name), None)

    def digest(self) -> str:
        """SHA-256 over the files in order, as hexadecimal digits."""
        total = hashlib.sha256()
        for file in self.files:
            with readable(file.path), file.path.open("rb") as stream:
                total.update(hashlib.file_digest(stream, "sha256").digest())
        return total.hexdigest()


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Says a failure of the disk or of permissions as Unusable, with the system's own words."""
    try:
        yield
    except OSError as error:
        problem = Problem(shortened(path.name), None, "", "", "closed", {"why": error.strerror or str(error)})
        raise Unusable([problem]) from None


def open_text(path: Path) -> TextIO:
    """Bytes that are not UTF-8 come through as surrogates, to be reported cell by cell."""
    csv.field_size_limit(READ_LIMIT)
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def open_register(
    folder: Path, columns: dict[str, list[str]], *, name: str = ""
) -> tuple[Register, list[Problem]]:
    """Open a folder of CSV files; ``columns`` names what each file must have, ``name`` the register.

    Returns the register and warnings about columns that are not part of one. Raises Unusable with every
    reason at once.
    """
    files, wrong, warnings = [], [], []
    for path in files_in(folder):
        with readable(path):
            file, problems = open_file(path, columns[path.name])
            files.append(file)
            wrong += [problem for problem in problems if problem.code != "unknown_column"]
            warnings += [problem for problem in problems if problem.code == "unknown_column"]
    if not files:
        wrong.append(Problem(name_of(folder), None, "", "", "missing_file"))
    if wrong:
        raise Unusable(wrong)
    return Register(name or name_of(folder), tuple(files)), warnings


def name_of(folder: Path) -> str:
    """The folder's own name, as far as it is text."""
    return shortened(os.path.basename(os.path.realpath(folder)))


def files_in(folder: Path) -> list[Path]:
    """The files of a register that are there; Unusable says what the path is where it is no folder."""
    with readable(folder):
        if not folder.is_dir():
            code = "not_a_folder" if folder.exists() else "no_folder"
            raise Unusable([Problem(name_of(folder), None, "", "", code)])
        return [folder / name for name in FILES if (folder / name).is_file()]


def open_file(path: Path, columns: list[str]) -> tuple[RegisterFile, list[Problem]]:
    with open_text(path) as stream:
        try:
            header = tuple(cell.strip() for cell in next(csv.reader(stream, strict=True), []))
        except csv.Error:
            return RegisterFile(path.name, path, (), {}), [Problem(path.name, 1, "", "", "unreadable")]
    positions = {column: header.index(column) for column in columns if column in header}
    file = RegisterFile(path.name, path, header, positions)
    return file, [
        Problem(path.name, 1, column, column, code, {"column": column, "limit": MOST_COLUMNS})
        for column, code in header_problems(header, columns)
    ]


def header_problems(header: tuple[str, ...], columns: list[str]) -> Iterator[tuple[str, str]]:
    if not any(header):
        yield "", "empty_file"
        return
    if SUSPECT.search("".join(header)):
        yield "", "not_text"
        return
    if len(header) > MOST_COLUMNS:
        yield "", "too_many_columns"
        return
    if len(header) == 1 and all(column in header[0].split(";") for column in columns):
        yield "", "semicolons"
        return
    for column in columns:
        if column not in header:
            yield column, "missing_column"
    for column in dict.fromkeys(header):
        if column in columns and header.count(column) > 1:
            yield column, "repeated_column"
        if column and column not in columns and column not in NOTES:
            yield column, "unknown_column"


def cell_problem(cell: str) -> tuple[str, dict[str, int]] | None:
    """What no cell of any column may be: endless, unprintable or in another encoding."""
    if len(cell) > CELL_LIMIT:
        return "too_long", {"length": len(cell), "limit": CELL_LIMIT}
    if NOT_UTF8.search(cell):
        return "encoding", {}
    if CONTROL.search(cell):
        return "control", {}
    return None
