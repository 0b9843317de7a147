"""The published statements that come with the program (courses/statements), each a definition as JSON."""

import json
from functools import cache
from pathlib import Path

from courses.queries.counts.reconciling import Definition

FOLDER = Path(__file__).parents[2] / "statements"


@cache
def statements() -> tuple[Definition, ...]:
    """All of them, in the order of their file names."""
    return tuple(
        Definition.parse(json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(FOLDER.glob("*.json"))
    )


def statements_of(year: int | None) -> list[Definition]:
    return [definition for definition in statements() if definition.year == year]
