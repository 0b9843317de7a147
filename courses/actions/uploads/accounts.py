"""What would come of a register, kept as a file: rejections, warnings and changes, in this order.

The same register held against the same network gives the same bytes, so that their digest tells whether
what somebody looked at still holds.
"""

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from django.conf import settings

from courses.actions.imports import Outcome, Problem
from courses.actions.imports.following import FOLLOWS
from courses.actions.imports.listing import Change
from courses.actions.imports.reasons import shortened
from courses.actions.imports.source import FILES
from lms.kit.blobs import Blobs
from lms.kit.shelves import Shelf

Numbers = dict[str, Any]


def files() -> Blobs:
    return Blobs(settings.REGISTERS_DIR)


def write_account(out: BinaryIO, outcome: Outcome, changes: Iterable[Change]) -> Numbers:
    """Write it, and say how many there are of each: what a page needs to find its part."""
    shelf = Shelf(out)
    for problem in (*outcome.rejections, *outcome.warnings):
        shelf.add(as_record(problem))
    listed = dict.fromkeys(FILES, 0)
    for change in changes:
        shelf.add(change.as_json())
        listed[change.file] += 1
    for change in outcome.follows:
        shelf.add(change.as_json())
    shelf.close()
    return {
        "tallies": {name: vars(tally) for name, tally in outcome.tallies.items()},
        "rejections": len(outcome.rejections),
        "warnings": len(outcome.warnings),
        "changes": {**listed, FOLLOWS: len(outcome.follows)},
    }


def write_problems(out: BinaryIO, problems: Iterable[Problem]) -> Numbers:
    """The account of what cannot be read at all."""
    return write_account(out, Outcome(rejections=list(problems)), ())


def as_record(problem: Problem) -> dict[str, Any]:
    """As code and parameters, which become a sentence in the language of whoever reads it."""
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "value": shortened(problem.value),
        "code": problem.code,
        "params": {key: str(value) for key, value in problem.params.items()},
    }


def problem_of(record: dict[str, Any]) -> Problem:
    return Problem(**record)


def sections(numbers: Numbers) -> Iterator[tuple[str, int, int]]:
    """(section, first record, record after its last): "rejections", "warnings", and a file's changes."""
    at = 0
    # The database keeps numbers by name in an order of its own.
    changes = numbers.get("changes", {})
    counts = [(name, numbers.get(name, 0)) for name in ("rejections", "warnings")]
    counts += [(name, changes.get(name, 0)) for name in (*FILES, FOLLOWS)]
    for name, count in counts:
        yield name, at, at + count
        at += count
