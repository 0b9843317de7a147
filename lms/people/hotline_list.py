"""The list of hotlines as a UTF-8 CSV file: one hotline a line, in any order of columns."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from lms.people.enums import Confidence

COLUMNS = ("name", "organisation", "country", "iso2", "region", "joined_year", "confidence", "source")
SHIPPED = Path(__file__).parent / "data" / "hotlines.csv"


class Reader(Protocol):
    """A csv.reader, whose own type has no public name."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...


class UnusableListError(ValueError):
    """The file cannot be read as a list of hotlines at all; the message says where and why."""


@dataclass(frozen=True)
class HotlineRow:
    """One line as it was written, without outer spaces; ``line`` is the number an editor shows."""

    line: int = field(compare=False)
    name: str = ""
    organisation: str = ""
    country: str = ""
    iso2: str = ""
    region: str = ""
    joined_year: str = ""
    confidence: str = Confidence.UNVERIFIED.value
    source: str = ""
    surplus: int = field(default=0, compare=False)


@dataclass(frozen=True)
class HotlineList:
    rows: list[HotlineRow]
    unknown_columns: list[str]


def read(path: Path) -> HotlineList:
    """Read a file; raises UnusableListError when it is missing, not UTF-8 or lacks a column."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _require_columns(path, header)
        rows = list(_rows(reader, header))
    except csv.Error as error:
        raise UnusableListError(f"{path.name}, line {reader.line_num}: {error}.") from error
    return HotlineList(rows, [column for column in header if column not in COLUMNS])


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnusableListError(f"{path}: {error.strerror}.") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnusableListError(
            _("%(file)s, line %(line)s: not UTF-8 text.") % {"file": path.name, "line": line}
        ) from error


def _require_columns(path: Path, header: list[str]) -> None:
    missing = [column for column in COLUMNS if column not in header]
    twice = sorted({column for column in COLUMNS if header.count(column) > 1})
    words = {"file": path.name, "columns": ", ".join(missing or twice)}
    if missing:
        raise UnusableListError(_("%(file)s, line 1: missing column %(columns)s.") % words)
    if twice:
        raise UnusableListError(_("%(file)s, line 1: column %(columns)s occurs twice.") % words)


def _rows(reader: Reader, header: list[str]) -> Iterator[HotlineRow]:
    first_line = reader.line_num + 1
    for cells in reader:
        if cells:
            known = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name in COLUMNS}
            yield HotlineRow(first_line, **known, surplus=len(cells) - len(header))
        first_line = reader.line_num + 1
