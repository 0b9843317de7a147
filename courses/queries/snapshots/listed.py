"""Frozen figures as a list wants them: their leading numbers then and now, in one query for all of them."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Prefetch, QuerySet

from courses.enums import CountStage, Dimension, Unit
from courses.kinds.figures import Definition, Key
from courses.kinds.figures.definition import WHOLE
from courses.models import Snapshot, SnapshotPlace
from courses.queries.counts import Question
from courses.queries.counts.counting import counting_sql
from courses.queries.counts.sql import parameters, with_known
from courses.queries.snapshots.behind import read_counts
from courses.queries.snapshots.definitions import question_of

# What a question of all counts is known by, since these add up over kinds and breakdowns.
LEADING = (
    (CountStage.HELD, Unit.EVENTS),
    (CountStage.ATTENDED, Unit.PARTICIPATIONS),
    (CountStage.COMPLETED, Unit.PARTICIPATIONS),
)
PARAMETER = re.compile(r"%\((first|last|leaves_out_unseen|where_\d+)\)s")
NUMBERS = "SELECT {number} AS question, counted.* FROM ({select}) counted"
HEAVY = ("entries", "facts")


def snapshots() -> QuerySet[Snapshot]:
    """Without the facts, which weigh megabytes; with who froze it and where it was published."""
    places = Prefetch("places", SnapshotPlace.objects.select_related("recorded_by__person"))
    return Snapshot.objects.defer(*HEAVY).select_related("recorded_by__person").prefetch_related(places)


def definition_of(snapshot: Snapshot) -> Definition:
    return Definition.parse(snapshot.definition)


def numbers_now(definitions: Sequence[Definition]) -> list[dict[Key, int]]:
    """The counts of each definition as known now; a statement's lines without what is behind all of them.

    One query, whatever is asked.
    """
    questions = list(dict.fromkeys(q for d in definitions for q in _questions(d)))
    found: dict[Question, dict[tuple[str, str], int]] = {question: {} for question in questions}
    for number, kind, stage, value, unit, count in _counted(questions):
        if count:
            found[questions[number]][f"{kind}.{stage}.{unit}", value or ""] = int(count)
    return [_of_lines(definition, found) for definition in definitions]


def _questions(definition: Definition) -> list[Question]:
    return [question_of(definition, asked) for asked in definition.asked]


def _counted(questions: Sequence[Question]) -> Iterable[tuple[Any, ...]]:
    if not questions:
        return []
    selects, values = [], dict(parameters(questions[0]))
    for number, question in enumerate(questions):
        selects.append(NUMBERS.format(number=number, select=_renamed(counting_sql(question, False), number)))
        values |= {f"{name}_of_{number}": value for name, value in parameters(question).items()}
    with connection.cursor() as cursor:
        cursor.execute(with_known("\nUNION ALL\n".join(selects)), values)
        return list(cursor.fetchall())


def _renamed(sql: str, number: int) -> str:
    """Each question has a span and filters of its own; the moment is one for all."""
    return PARAMETER.sub(rf"%(\1_of_{number})s", sql)


def _of_lines(definition: Definition, found: dict[Question, dict[tuple[str, str], int]]) -> dict[Key, int]:
    numbers: dict[Key, int] = {}
    for line, (asked, question) in enumerate(zip(definition.asked, _questions(definition), strict=True), 1):
        of_stage = f"{asked.kind}.{asked.stage}."
        one = f"{of_stage}{asked.unit}"
        for (code, value), number in found[question].items():
            every = definition.is_statement and code.startswith(of_stage) and asked.stage != CountStage.HELD
            if not asked.unit or code == one or every:
                numbers[Key(line, code, value)] = number
    return numbers


def of_lines(snapshot: Snapshot) -> dict[Key, int]:
    """What was frozen, as far as ``numbers_now`` tells it."""
    return {key: number for key, number in read_counts(snapshot.counts).items() if key.line != WHOLE}


def leading(definition: Definition, numbers: dict[Key, int]) -> list[tuple[str, int]]:
    """(label, number) of what a figure is known by: its one count, a statement's lines, or what adds up."""
    if definition.is_statement:
        return [
            (line.label, _sum(numbers, n, line.asked.kind, line.asked.stage, line.asked.unit))
            for n, line in enumerate(definition.lines, start=1)
        ]
    (asked,) = definition.asked
    if asked.unit and not asked.by:
        return [("", _sum(numbers, 1, asked.kind, asked.stage, asked.unit))]
    if asked.unit or asked.by in Dimension.several():
        # People, hotlines, topics and grants do not add up over a breakdown.
        return []
    return [(str(stage.label), _sum(numbers, 1, "", stage, unit)) for stage, unit in LEADING]


def _sum(numbers: dict[Key, int], line: int, kind: str, stage: str, unit: str) -> int:
    found = ((key, number, key.code.split(".")) for key, number in numbers.items() if key.line == line)
    return sum(n for _key, n, code in found if kind in ("", code[0]) and code[1:] == [stage, unit])
