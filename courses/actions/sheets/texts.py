"""A CSV file of any spelling: which letters, which separator, and its lines with an editor's numbers."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from courses.actions.imports.archives import unusable
from courses.actions.imports.reasons import Problem
from courses.actions.imports.source import MOST_COLUMNS, READ_LIMIT, Unusable

UTF_8, UTF_16, WESTERN = "utf-8-sig", "utf-16", "cp1252"
SEPARATORS = (",", ";", "\t")
# A line of so many separators is not even parted into cells; some stand in quoted text.
MOST_SEPARATORS = 20_000
SAMPLE = 64 * 1024
SAMPLE_LINES = 30
CHUNK = 1024 * 1024

Line = tuple[int, list[str]]


def encoding_of(path: Path, name: str) -> str:
    """How its letters are written; WESTERN where that is neither UTF-8 nor UTF-16, and only a guess.

    Raises Unusable for what is no text at all.
    """
    with path.open("rb") as file:
        head = file.read(2)
    for encoding in (UTF_16,) if head in (b"\xff\xfe", b"\xfe\xff") else (UTF_8, WESTERN):
        if is_text(path, encoding):
            return encoding
    raise unusable(name, "not_a_sheet")


def is_text(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as stream:
            while chunk := stream.read(CHUNK):
                if "\0" in chunk:
                    return False
    except UnicodeError:
        return False
    return True


def separator_of(path: Path, encoding: str) -> str:
    """The one that parts most of the first lines into equally many cells, and into most of them."""
    with path.open(encoding=encoding, newline="") as stream:
        sample = stream.read(SAMPLE).splitlines()[:SAMPLE_LINES]
    return max(SEPARATORS, key=lambda one: steadiness(sample, one))


def steadiness(sample: list[str], separator: str) -> tuple[int, int]:
    """How many lines have as many cells as most have, and how many cells that is; nothing for one cell."""
    try:
        widths = Counter(len(row) for row in csv.reader(sample, delimiter=separator) if row)
    except csv.Error:
        return 0, 0
    del widths[1]
    width, lines = max(widths.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
    return lines, width


def rows(path: Path, *, name: str, encoding: str, separator: str, errors: str = "strict") -> Iterator[Line]:
    """The lines that say something. Raises Unusable with the line for what is not CSV."""
    csv.field_size_limit(READ_LIMIT)
    with path.open(encoding=encoding, errors=errors, newline="") as stream:
        reader = csv.reader(bounded(stream, name, separator), delimiter=separator, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                code = "open_quote" if reader.line_num > line else "unreadable"
                raise Unusable([Problem(name, line, "", "", code)]) from None
            while cells and not cells[-1].strip():
                cells.pop()
            if len(cells) > MOST_COLUMNS:
                raise too_wide(name, line)
            if cells:
                yield line, cells


def bounded(stream: TextIO, name: str, separator: str) -> Iterator[str]:
    for number, line in enumerate(stream, start=1):
        if line.count(separator) > MOST_SEPARATORS:
            raise too_wide(name, number)
        yield line


def too_wide(name: str, line: int) -> Unusable:
    return Unusable([Problem(name, line, "", "", "sheet_too_wide", {"limit": MOST_COLUMNS})])
