"""Participations that a program sends line by line: an import of a register that has these lines alone."""

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from courses.actions.imports import Outcome, Problem, import_register
from courses.actions.imports.writing import COLUMNS, FIRST_LINE, write_lines
from lms.people.models import ApiToken, User

FILE = "participations.csv"
LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Sent:
    """What came of it. Problems name the lines by their place among those sent, counted from 1."""

    outcome: Outcome

    @property
    def changed(self) -> bool:
        return self.outcome.import_id is not None


def bring_participations(*, lines: Sequence[Mapping[str, str]], by: User, token: ApiToken | None) -> Sent:
    """Bring the ledger to what the lines say, all of them or none; equal ones change nothing.

    By the import of registers, with the cells of a participations.csv, so that it cannot differ from it: the
    same checks, reversals and entries, and an import in the history, of which ``token`` tells where it came
    from.
    """
    with tempfile.TemporaryDirectory(prefix="register-") as made:
        folder = Path(made)
        numbers = write(folder / FILE, lines)
        outcome = import_register(
            folder=folder, name=f"API: {token.name}" if token else "API", by=by, token=token
        )
    outcome.rejections = [renumbered(problem, numbers) for problem in outcome.rejections]
    outcome.warnings = [renumbered(problem, numbers) for problem in outcome.warnings]
    return Sent(outcome)


def write(path: Path, lines: Sequence[Mapping[str, str]]) -> dict[int, int]:
    """The file, and each line of it to the place of what was sent: a cell may have line breaks of its own."""
    numbers, number = {}, FIRST_LINE
    with path.open("w", encoding="utf-8", newline="") as file:
        write_lines(file, FILE, lines)
    for place, line in enumerate(lines, start=1):
        numbers[number] = place
        number += 1 + sum(len(LINE_BREAK.findall(line.get(column, ""))) for column in COLUMNS[FILE])
    return numbers


def renumbered(problem: Problem, numbers: Mapping[int, int]) -> Problem:
    """The problem by places; so are the other lines that its reason names."""
    params = dict(problem.params)
    if "line" in params:
        params["line"] = numbers.get(params["line"], params["line"])
    line = None if problem.line is None else numbers.get(problem.line, problem.line)
    return replace(problem, line=line, params=params)
