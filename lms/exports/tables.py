"""A table on its way out: named columns, rows as they come, and writers that hold one row at a time."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import xlsxwriter

# A spreadsheet reads a cell that begins like this as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
WIDEST = 60


@dataclass(frozen=True)
class Column:
    """A heading and how wide it is on paper, in characters."""

    heading: str
    width: int = 16


@dataclass(frozen=True)
class Table:
    """``rows`` may be a generator; cells are texts, numbers or None (an empty cell)."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]

    @property
    def headings(self) -> list[str]:
        return [column.heading for column in self.columns]


def plain(cell: Any) -> Any:
    """The cell with a text that could be read as a formula made harmless; numbers stay numbers."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell


def csv_lines(table: Table) -> Iterator[str]:
    """The table as lines of CSV (UTF-8 text, CRLF), for a streamed answer or a file."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in _with_headings(table):
        writer.writerow([plain(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _with_headings(table: Table) -> Iterator[Sequence[Any]]:
    yield table.headings
    yield from table.rows


def write_xlsx(tables: Iterable[Table], target: IO[bytes] | Path) -> None:
    """Each table on a sheet of its own, in constant memory; no text becomes a formula or a link."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    out = str(target) if isinstance(target, Path) else target
    with xlsxwriter.Workbook(out, options) as book:
        heading = book.add_format({"bold": True, "bottom": 1})
        for table in tables:
            _write_sheet(book.add_worksheet(table.name[:31]), table, heading)


def _write_sheet(sheet: Any, table: Table, heading: Any) -> None:
    for position, column in enumerate(table.columns):
        sheet.set_column(position, position, min(column.width, WIDEST))
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, [plain(text) for text in table.headings], heading)
    for number, row in enumerate(table.rows, start=1):
        for position, cell in enumerate(row):
            _write_cell(sheet, number, position, plain(cell))


def _write_cell(sheet: Any, row: int, position: int, cell: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, position, cell)
    elif cell is not None:
        sheet.write(row, position, cell)
