"""The rejected lines of a register as CSV files of the same names, to mend and import again."""

import csv
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from courses.actions.imports.reasons import Problem
from courses.actions.imports.source import NOTES, open_text


def write_rejected_lines(source: Path, target: Path, rejections: Iterable[Problem]) -> list[Path]:
    """Write each file's rejected lines with their number and reasons; returns the files written.

    The two added columns are ignored when the mended file is imported.
    """
    reasons: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for problem in rejections:
        if problem.line is not None:
            where = f"{problem.column}: " if problem.column else ""
            reasons[problem.file][problem.line].append(where + problem.reason)
    target.mkdir(parents=True, exist_ok=True)
    for name, lines in reasons.items():
        copy_lines(source / name, target / name, lines)
    return [target / name for name in reasons]


def copy_lines(source: Path, target: Path, reasons: dict[int, list[str]]) -> None:
    with open_text(source) as lines, target.open("w", encoding="utf-8", newline="") as out:
        reader, writer = csv.reader(lines), csv.writer(out)
        writer.writerow([*next(reader), *NOTES])
        while True:
            number = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                continue
            if number in reasons:
                readable = [cell.encode("utf-8", "replace").decode() for cell in cells]
                writer.writerow([*readable, number, " ".join(reasons[number])])
