"""How a frozen figure, its numbers and their differences read on a page."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from courses.enums import CountStage, Dimension, Unit
from courses.kinds.figures import Definition, Key
from courses.kinds.figures.definition import WHOLE
from courses.queries.snapshots.definitions import question_of, span_of
from courses.web import words
from courses.web.counts.tables import column, kind_names, value_labels


def signed(number: int) -> str:
    """A difference: with its sign, and a true minus."""
    return f"+{number:,}" if number > 0 else f"−{abs(number):,}" if number else "0"


class Signed:
    """The same for a cell of numbers: the table would read a text "+1" as the number 1."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


def period(definition: Definition) -> str:
    span = span_of(definition)
    return str(span.year or f"{words.day(span.first)} – {words.day(span.last)}")


def numbers(pairs: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{label} {number:,}".strip() for label, number in pairs)


def difference(then: list[tuple[str, int]], now: list[tuple[str, int]]) -> Signed | None:
    """By how much the leading numbers differ together; None where a figure has none that add up."""
    if not then:
        return None
    return Signed(signed(sum(n for _label, n in now) - sum(n for _label, n in then)))


class Labels:
    """What to call each number of a definition; the names of kinds and values are asked for once."""

    def __init__(self, definition: Definition, keys: Iterable[Key]) -> None:
        self.definition = definition
        self.kinds = kind_names()
        by = definition.asked[0].by
        values = {key.value or None for key in keys}
        self.values = value_labels(by, values) if by else {}

    def of(self, key: Key) -> str:
        if key.line == WHOLE:
            people = key.code.endswith(Unit.PEOPLE)
            return _("All lines: people") if people else _("All lines: head counts without names")
        kind, stage, unit = key.code.split(".")
        name = f"{self.kinds.get(kind, kind)}, {column(CountStage(stage), Unit(unit)).lower()}"
        if self.definition.is_statement:
            return f"{self.definition.lines[key.line - 1].label}: {name}"
        return f"{self.values.get(key.value or None, key.value)}: {name}" if self.values else name

    def effects(self, effects: dict[Key, int]) -> str:
        return "; ".join(f"{self.of(key)} {signed(by)}" for key, by in sorted(effects.items()))


def about(definition: Definition) -> list[tuple[str, str]]:
    """The definition in words: its span, its filters and what it is broken down by."""
    pairs = [(_("Span"), f"{period(definition)} ({definition.timezone})")]
    if definition.is_statement:
        pairs.append((_("Statement"), definition.title))
        pairs += [(_("Source"), definition.source)] if definition.source else []
        return pairs
    (asked,) = definition.asked
    for dimension, value in question_of(definition, asked).where:
        label = value_labels(dimension, {value or None})[value or None]
        pairs.append((Dimension(dimension).label.capitalize(), str(label)))
    if asked.unit:
        name = column(CountStage(asked.stage), Unit(asked.unit))
        pairs.append((_("Count"), f"{kind_names().get(asked.kind, asked.kind)}, {name.lower()}"))
    if asked.by:
        pairs.append((_("Broken down by"), str(Dimension(asked.by).label)))
    return pairs
