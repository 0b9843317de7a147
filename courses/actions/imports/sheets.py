"""The sheets of a workbook, a row at a time: what each cell says, and what it may not be."""

import csv
import re
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from courses.actions.imports.archives import Archive, Budget, unusable
from courses.actions.imports.number_cells import TooManyDigits, text_of
from courses.actions.imports.parts import LONGEST_TEXT, Attributes, Part, read_part
from courses.actions.imports.reasons import Problem
from courses.actions.imports.source import MOST_COLUMNS, Unusable
from courses.actions.imports.workbooks import Book, unescaped

MOST_LINES = 100_000
# A sheet full of formulas is told by its first ones.
MOST_TOLD = 20
PLACE = re.compile(r"[A-Z]{1,3}([1-9]\d{0,6})", re.ASCII)
# A line break within a cell would move the numbers of the lines below it; the reader rejects this one, too.
NEXT_LINE = str.maketrans({"\n": "\x85", "\r": "\x85"})


def unpack_workbook(archive: Archive, folder: Path) -> list[Problem]:
    """Write the sheets of a register as its CSV files; what else there is, as warnings. Raises Unusable."""
    book = Book(archive)
    places, warnings = book.sheets()
    written = [write_sheet(book, file, place, folder / file) for file, place in places.items()]
    if problems := [problem for sheet in written for problem in sheet.problems]:
        raise Unusable(problems)
    return warnings + [warning for sheet in written for warning in sheet.warnings()]


def write_sheet(book: Book, file: str, place: str, target: Path) -> "Sheet":
    """One sheet as a CSV file in which each line has its row's number; what is wrong with its cells."""
    with target.open("w", encoding="utf-8", errors="surrogatepass", newline="") as out:
        sheet = Sheet(book, file, Lines(out, book.archive.budget))
        with suppress(Enough):
            read_part(book.archive, place, sheet)
    return sheet


def is_set(attributes: Attributes, name: str) -> bool:
    return attributes.get(name, "0") in ("1", "true")


class Enough(Exception):
    """So much is wrong that the rest need not be read."""


class Lines:
    """A CSV file being written. Its size counts as unpacked: one shared text may stand in every cell."""

    def __init__(self, out: TextIO, budget: Budget) -> None:
        self.writer, self.budget = csv.writer(out), budget
        self.written = 0

    def write(self, number: int, cells: list[str]) -> None:
        """Line ``number``, after as many blank ones as the sheet has above it."""
        while self.written + 1 < number:
            self.writer.writerow([])
            self.written += 1
        # No character takes more than four bytes.
        self.budget.spend(sum(len(cell) * (1 if cell.isascii() else 4) for cell in cells) + 3 * len(cells))
        self.writer.writerow(cells)
        self.written = number


class Sheet(Part):
    def __init__(self, book: Book, file: str, lines: Lines) -> None:
        self.book, self.file, self.lines = book, file, lines
        self.problems: list[Problem] = []
        self.row = self.column = self.width = 0
        self.cells: dict[int, str] = {}
        self.kind = self.style = ""
        self.pieces: list[str] = []
        self.length = 0
        self.in_cell = self.reading = self.beside = self.has_formula = self.is_hidden = False
        self.hidden_rows = 0
        self.hiding: list[tuple[int, int]] = []
        self.filled: set[int] = set()

    def warnings(self) -> list[Problem]:
        """How many rows and columns with something in them were read that nobody saw on screen."""
        columns = sum(any(first <= one <= last for first, last in self.hiding) for one in self.filled)
        counts = {"hidden_rows": self.hidden_rows, "hidden_columns": columns}
        return [Problem(self.file, None, "", "", code, {"count": n}) for code, n in counts.items() if n]

    # --- elements

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "row":
            self.begin_row(int(attributes.get("r", self.row + 1)))
            self.is_hidden = is_set(attributes, "hidden")
        elif tag == "col" and is_set(attributes, "hidden"):
            self.hiding.append((int(attributes["min"]), int(attributes["max"])))
        elif tag == "c":
            self.begin_cell(attributes)
        elif self.in_cell:
            self.has_formula = self.has_formula or tag == "f"
            self.beside = self.beside or tag == "rPh"
            self.reading = tag in ("v", "t") and not self.beside

    def end(self, tag: str) -> None:
        if tag == "row":
            self.end_row()
        elif tag == "c":
            self.end_cell()
        elif tag == "rPh":
            self.beside = False
        self.reading = False

    def text(self, data: str) -> None:
        if self.reading and self.length < LONGEST_TEXT:
            self.pieces.append(data)
            self.length += len(data)

    # --- rows

    def begin_row(self, number: int) -> None:
        if number <= self.row:
            raise ValueError("rows are in no order")
        self.row, self.column, self.cells = number, 0, {}

    def end_row(self) -> None:
        if not any(map(str.strip, self.cells.values())):
            return
        if self.row > MOST_LINES + 1:
            raise unusable(self.file, "too_many_lines", limit=MOST_LINES)
        last = max(self.cells)
        if not self.width:
            self.width = last
        cells = [self.cells.get(column, "") for column in range(1, max(last, self.width) + 1)]
        self.lines.write(self.row, cells)
        self.hidden_rows += self.is_hidden
        self.filled.update(self.cells)

    # --- cells

    def begin_cell(self, attributes: Attributes) -> None:
        if place := attributes.get("r"):
            found = PLACE.fullmatch(place)
            if not found or int(found[1]) != self.row:
                raise ValueError("a cell stands in no row")
            column = xl_cell_to_rowcol(place)[1] + 1
        else:
            column = self.column + 1
        if column <= self.column:
            raise ValueError("cells are in no order")
        self.column = column
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
        self.pieces, self.length = [], 0
        self.in_cell, self.has_formula = True, False

    def end_cell(self) -> None:
        self.in_cell = False
        said = "".join(self.pieces)
        if self.has_formula:
            self.reject("formula", said)
        elif self.kind == "e":
            self.reject("cell_error", said)
        elif said:
            self.keep(self.value(said))

    def keep(self, value: str) -> None:
        if not value.strip():
            return
        if self.column > MOST_COLUMNS:
            raise unusable(self.file, "too_many_columns", limit=MOST_COLUMNS)
        self.cells[self.column] = value.translate(NEXT_LINE)

    def value(self, said: str) -> str:
        if self.kind == "s":
            # Never from the end of the list: a number below zero is none.
            return self.book.texts.found[int(said) if said.isdecimal() else len(self.book.texts.found)]
        if self.kind in ("inlineStr", "str"):
            return unescaped(said)
        if self.kind == "b":
            return "TRUE" if said == "1" else "FALSE"
        if self.kind == "d":
            return said
        shown = self.book.format_of(self.style)
        try:
            return text_of(said, shown, since_1904=self.book.outline.since_1904)
        except TooManyDigits:
            self.reject("too_many_digits", said)
            return ""

    def reject(self, code: str, said: str) -> None:
        place = xl_rowcol_to_cell(self.row - 1, self.column - 1)
        self.problems.append(Problem(self.file, self.row, "", said, code, {"cell": place}))
        if len(self.problems) >= MOST_TOLD:
            raise Enough
