"""Lines of a register that stand in no file yet, written as one, for the importer to read like any other."""

import csv
from collections.abc import Iterable, Mapping
from typing import TextIO

from courses.actions.imports.cells import columns

COLUMNS = {file: tuple(of_file) for file, of_file in columns([], frozenset()).items()}
# The header is line 1.
FIRST_LINE = 2


def write_lines(out: TextIO, file: str, lines: Iterable[Mapping[str, str]]) -> None:
    """Under the header of ``file``; cells that a line does not name are blank, and others are left out."""
    # With both signs at the end of a line, a cell that has either of them in it is quoted.
    writer = csv.DictWriter(out, COLUMNS[file], restval="", extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(lines)
