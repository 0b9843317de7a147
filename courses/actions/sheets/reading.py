"""A file as lines of cells: of a CSV in any of its spellings, or of one sheet of a workbook."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from courses.actions.imports.archives import ZIP_STARTS, open_archive, unusable
from courses.actions.imports.reasons import Problem
from courses.actions.imports.sheets import MOST_LINES, write_sheet
from courses.actions.imports.source import Unusable
from courses.actions.imports.unpacking import OLD_WORKBOOK, WITH_MACROS
from courses.actions.imports.workbooks import Book, is_workbook
from courses.actions.sheets import texts
from courses.kinds.calls import shown
from courses.kinds.sheets import HEADER_WITHIN, LONGEST_LABEL, Plan, Role, header_line, labels
from courses.models import Sheet, SheetState
from lms.kit.shelves import Shelf

Layout = dict[str, Any]


@dataclass
class Opened:
    """A file that can be read line by line: how it is read, and what a person has to say of that first.

    ``problems`` are those of one sheet of a workbook, whose others may be read all the same.
    """

    layout: Layout
    lines: Iterator[texts.Line]
    sheets: list[str] = field(default_factory=list)
    hidden: int = 0
    asked: list[str] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        return {
            "sheets": self.sheets,
            "hidden": self.hidden,
            "warnings": [[one.code, one.params] for one in self.warnings],
        }


def read(sheet: Sheet, path: Path, shelf: Shelf) -> SheetState:
    """Put the lines onto the shelf and say in the row how it was read. Raises Unusable.

    What was said of this sheet holds, then what is remembered of its source, then what the file looks like.
    What can be said otherwise is in the row also where it cannot be read so.
    """
    sheet.found, sheet.lines = {}, ""
    remembered = sheet.source.layout if sheet.source else {}
    said = {**{name: value for name, value in remembered.items() if name != "header"}, **sheet.layout}
    known = sheet.source.plan.get("columns", {}) if sheet.source else {}
    with opened(path, sheet.name, said) as file:
        sheet.layout, sheet.found = file.layout, file.told()
        if file.problems:
            raise Unusable(file.problems)
        first: list[texts.Line] = []
        for line in file.lines:
            if len(shelf) >= MOST_LINES:
                raise unusable(sheet.name, "too_many_lines", limit=MOST_LINES)
            shelf.add(line)
            if len(first) < HEADER_WITHIN:
                first.append(line)
    if not first:
        raise unusable(sheet.name, "empty_sheet")
    sheet.layout = {**file.layout, "header": said.get("header") or header_line(first, known)}
    sheet.found = {**sheet.found, "lines": len(shelf), "asked": file.asked}
    if file.asked:
        return SheetState.LAYOUT
    return SheetState.TO_COLLECT if take_known_plan(sheet, dict(first)) else SheetState.COLUMNS


def take_known_plan(sheet: Sheet, first: dict[int, list[str]]) -> bool:
    """The plan of the source, where this sheet has just its columns and one of them says the activity."""
    plan = Plan.of(sheet.source.plan) if sheet.source else Plan()
    here = set(labels([shown(cell[: 2 * LONGEST_LABEL]) for cell in first.get(sheet.layout["header"], [])]))
    needed = {label for label, role in plan.columns.items() if role}
    known = bool(needed) and plan.has(Role.ACTIVITY) and needed <= here <= set(plan.columns)
    if known and not sheet.plan:
        columns = {label: role for label, role in plan.columns.items() if label in here}
        sheet.plan = {**plan.as_json(), "columns": columns}
        return True
    return False


@contextmanager
def opened(path: Path, name: str, said: Layout) -> Iterator[Opened]:
    with path.open("rb") as file:
        head = file.read(len(OLD_WORKBOOK))
    if head == OLD_WORKBOOK:
        raise unusable(name, "old_workbook")
    if name.casefold().endswith(WITH_MACROS):
        raise unusable(name, "macros")
    if head.startswith(ZIP_STARTS):
        with opened_workbook(path, name, said) as book:
            yield book
    else:
        yield opened_text(path, name, said)


def opened_text(path: Path, name: str, said: Layout) -> Opened:
    """UTF-8 and UTF-16 say so themselves; anything else is asked, and shown as it would be read."""
    told = texts.encoding_of(path, name)
    encoding = said.get("encoding", "") if told == texts.WESTERN else told
    separator = said.get("separator") or texts.separator_of(path, told)
    lines = texts.rows(path, name=name, encoding=told, separator=separator)
    layout = {"encoding": encoding, "separator": separator}
    return Opened(layout, lines, asked=[] if encoding == told else ["encoding"])


@contextmanager
def opened_workbook(path: Path, name: str, said: Layout) -> Iterator[Opened]:
    """Its only sheet, the one that was said, or else the first, which is asked then."""
    most = settings.REGISTER_MOST_BYTES
    with open_archive(path, name=name, most=most) as archive, tempfile.TemporaryDirectory() as folder:
        if not is_workbook(archive):
            raise unusable(name, "not_a_sheet")
        book = Book(archive)
        places = book.shown_sheets()
        if not places:
            raise unusable(name, "hidden_sheet" if book.outline.sheets else "not_a_sheet")
        sheets = list(places)
        chosen = said.get("sheet")
        asked = [] if chosen in places or len(sheets) == 1 else ["sheet"]
        if chosen not in places:
            chosen = sheets[0]
        target = Path(folder) / "sheet.csv"
        try:
            written = write_sheet(book, name, places[chosen], target)
            warnings, problems = written.warnings(), written.problems
        except Unusable as error:
            warnings, problems = [], error.problems
        lines = texts.rows(target, name=name, encoding="utf-8", separator=",", errors="replace")
        hidden = len(book.outline.sheets) - len(sheets)
        yield Opened({"sheet": chosen}, lines, sheets, hidden, asked, warnings, problems)
