"""What an import did, or would do: the one account that command, page and test read."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from courses.actions.imports.difference import SUMMARY
from courses.actions.imports.listing import Change
from courses.actions.imports.reasons import Problem
from courses.actions.imports.source import FILES
from courses.actions.imports.staging import TABLES, Staged

CHANGES = {
    "people.csv": "SELECT change, count(*) FROM desired_person GROUP BY change",
    "activities.csv": "SELECT change, count(*) FROM desired_activity GROUP BY change",
    "participations.csv": SUMMARY,
}


@dataclass
class Tally:
    """``lines``, ``repeated`` and ``rejected`` count lines; the others count records."""

    lines: int = 0
    repeated: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0


@dataclass
class Outcome:
    tallies: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in FILES})
    rejections: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    follows: list[Change] = field(default_factory=list)
    applied: bool = False
    import_id: int | None = None

    @property
    def changes(self) -> int:
        return sum(tally.created + tally.changed for tally in self.tallies.values())

    def as_json(self) -> dict[str, Any]:
        """The shape other programs rely on: people, activities, participations, rejections, ..."""
        return {
            **{name.removesuffix(".csv"): vars(tally) for name, tally in self.tallies.items()},
            "rejections": [problem.as_json() for problem in self.rejections],
            "warnings": [problem.as_json() for problem in self.warnings],
            "applied": self.applied,
        }


def read_outcome(staged: Staged, warnings: list[Problem]) -> Outcome:
    """Add up the staging tables of the running transaction."""
    outcome = Outcome(warnings=list(warnings))
    with connection.cursor() as cursor:
        for name, tally in outcome.tallies.items():
            tally.lines = staged.lines.get(name, 0)
            cursor.execute(
                "SELECT count(*) FILTER (WHERE repeated), count(*) FILTER (WHERE broken AND NOT repeated)"
                f" FROM {TABLES[name]}"
            )
            tally.repeated, tally.rejected = cursor.fetchone()
            cursor.execute(CHANGES[name])
            for change, count in cursor.fetchall():
                setattr(tally, change, count)
        read_problems(cursor, outcome)
    return outcome


def read_problems(cursor: Any, outcome: Outcome) -> None:
    cursor.execute(
        "SELECT file, line, column_name, value, code, params, warning FROM staged_problem"
        # In one order whenever it is asked: two accounts of the same are held against each other.
        " ORDER BY array_position(%s, file), line NULLS LAST, column_name, code, value, params::text",
        [list(FILES)],
    )
    for file, line, column, value, code, params, warning in cursor.fetchall():
        problem = Problem(file, line, column, value, code, json.loads(params))
        (outcome.warnings if warning else outcome.rejections).append(problem)
