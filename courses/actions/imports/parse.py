"""From the lines of a file to typed rows, with everything that is wrong on the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from courses.actions.imports.cells import CELL_LIMIT, BadCell, Parse
from courses.actions.imports.lines import COMPLETE, Line
from courses.actions.imports.mending import REPLACED, unescaped
from courses.actions.imports.reasons import Problem
from courses.actions.imports.source import SUSPECT, RegisterFile, cell_problem


@dataclass(frozen=True)
class ParsedLine:
    """One line: its values by column (those that could be read) and what is wrong with it."""

    number: int
    values: Line
    problems: list[Problem]
    read: int


def parse_file(file: RegisterFile, columns: dict[str, Parse]) -> Iterator[ParsedLine]:
    """Every line of the file that is not blank; memory holds one at a time."""
    parsers = [(column, file.positions[column], parse) for column, parse in columns.items()]
    complete = COMPLETE[file.name]
    for number, cells, read in file.rows():
        if cells is None or len(cells) != len(file.header):
            yield ParsedLine(number, {}, [shape_problem(file, number, cells)], read)
            continue
        if file.to_mend:
            cells = [unescaped(cell) for cell in cells]
        values, problems = parse_cells(file, number, cells, parsers)
        problems += [
            Problem(file.name, number, column, cells[file.positions[column]].strip(), code, params)
            for column, code, params in complete(values)
        ]
        yield ParsedLine(number, values, problems, read)


def parse_cells(
    file: RegisterFile, number: int, cells: list[str], parsers: list[tuple[str, int, Parse]]
) -> tuple[Line, list[Problem]]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    # One search over the whole line keeps the common, clean line cheap.
    suspect = SUSPECT.search("".join(cells)) or max(map(len, cells)) > CELL_LIMIT
    for column, position, parse in parsers:
        cell = cells[position]
        found = cell_problem(cell) if suspect else None
        if file.to_mend and REPLACED in cell:
            found = "unmended", {}
        if found:
            problems.append(Problem(file.name, number, column, cell, *found))
            continue
        try:
            values[column] = parse(cell.strip())
        except BadCell as bad:
            problems.append(Problem(file.name, number, column, cell.strip(), bad.code, bad.params))
    return values, problems


def shape_problem(file: RegisterFile, number: int, cells: list[str] | None) -> Problem:
    if cells is None:
        return Problem(file.name, number, "", "", "unreadable")
    sizes = {"found": len(cells), "expected": len(file.header)}
    return Problem(file.name, number, "", "", "cells", sizes)
