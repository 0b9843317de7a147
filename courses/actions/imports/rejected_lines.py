"""The rejected lines of a register as CSV files of the same names, to mend and import again."""

import csv
import os
import shutil
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from courses.actions.imports.mending import escaped, unescaped
from courses.actions.imports.reasons import Problem
from courses.actions.imports.source import FILES, NOTES, open_text

Reasons = dict[int, list[str]]


class NoPlace(Exception):
    """Rejected lines cannot be written to a folder; the message is a sentence."""


def make_place(source: Path, target: Path) -> None:
    """Make the folder before anything is imported. Raises NoPlace where writing there could fail or would
    destroy what is there: the register itself, or files that are no rejected lines.
    """
    if os.path.realpath(target) == os.path.realpath(source):
        raise NoPlace(f"{target} is the register itself; name another folder for the rejected lines.")
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            if (target / name).exists() and not set(NOTES) <= set(header_of(target / name)):
                raise NoPlace(f"{target / name} is no file of rejected lines; name another folder.")
        tempfile.TemporaryFile(dir=target).close()
    except OSError as error:
        raise NoPlace(f"Rejected lines cannot be written to {target}: {error.strerror}.") from None


def header_of(path: Path) -> list[str]:
    with open_text(path) as stream:
        return next(csv.reader(stream), [])


def write_rejected_lines(source: Path, target: Path, rejections: Iterable[Problem]) -> list[Path]:
    """Write each file's rejected lines with their number and reasons; returns the files written.

    The folder then holds these and no rejected lines of before. The two added columns are ignored when the
    mended file is imported. Raises OSError.
    """
    reasons: dict[str, Reasons] = defaultdict(lambda: defaultdict(list))
    for problem in rejections:
        if problem.line is not None:
            where = f"{problem.column}: " if problem.column else ""
            reasons[problem.file][problem.line].append(where + problem.reason)
    for name in FILES:
        if name in reasons:
            replace(target / name, lines_to_mend(source / name, reasons[name]))
        else:
            (target / name).unlink(missing_ok=True)
    return [target / name for name in reasons]


def zip_rejected_lines(source: Path, rejections: Iterable[Problem], out: BinaryIO) -> None:
    """The same files as one zip, whose bytes depend on nothing but what is in it. Raises OSError."""
    with tempfile.TemporaryDirectory(prefix="mend-") as made, zipfile.ZipFile(out, "w") as archive:
        for path in write_rejected_lines(source, Path(made), rejections):
            member = zipfile.ZipInfo(path.name)
            member.compress_type = zipfile.ZIP_DEFLATED
            with path.open("rb") as lines, archive.open(member, "w") as packed:
                shutil.copyfileobj(lines, packed)


def replace(path: Path, rows: Iterable[list[str]]) -> None:
    """Write beside and rename: whoever reads the file finds the old one or the new one, and a full disk
    leaves the old one.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def lines_to_mend(source: Path, reasons: Reasons) -> Iterator[list[str]]:
    header = [cell.strip() for cell in header_of(source)]
    kept = [place for place, column in enumerate(header) if column not in NOTES]
    again = len(kept) < len(header)
    yield [*(escaped(header[place]) for place in kept), *NOTES]
    for number, cells in numbered(source):
        if number in reasons:
            # A line may have too few cells, or too many: none of them is lost.
            whole = cells + [""] * (len(header) - len(cells))
            places = [*kept, *range(len(header), len(whole))]
            written = [escaped(unescaped(whole[place]) if again else whole[place]) for place in places]
            yield [*written, str(number), " ".join(reasons[number])]


def numbered(source: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines after the header by number; one that is no CSV comes as a single cell."""
    raw = ""

    def remember(line: str) -> str:
        nonlocal raw
        raw = line
        return line

    with open_text(source) as stream:
        reader = csv.reader(map(remember, stream), strict=True)
        next(reader)
        while True:
            number = reader.line_num + 1
            try:
                yield number, next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield number, [raw.rstrip("\r\n")]
