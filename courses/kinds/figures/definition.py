"""What a frozen figure says it counts: a question, or the lines of a published statement."""

from dataclasses import dataclass, field
from typing import Any, Self

from courses.enums import CountStage, Dimension, Unit
from courses.kinds.figures.reading import Record, Unusable

QUESTION, STATEMENT = "question", "statement"
Pairs = tuple[tuple[str, str], ...]
# The line of what stands behind a whole statement; its own lines, and the one of a question, begin at 1.
WHOLE = 0


@dataclass(frozen=True)
class Asked:
    """One line of a definition: which facts it takes, and under which values of a dimension they come.

    An empty kind is every kind, an empty unit every unit of every stage; ``where`` pairs dimensions with
    values, and an empty value asks for none.
    """

    where: Pairs = ()
    by: str = ""
    kind: str = ""
    stage: str = ""
    unit: str = ""

    @property
    def about_audience(self) -> bool:
        """Audience does not apply to events: a number under that heading would not be what it says."""
        return Dimension.AUDIENCE in (self.by, *(dimension for dimension, _value in self.where))

    def takes(self, kind: str, stage: str) -> bool:
        return self.kind in ("", kind) and self.stage in ("", stage)

    def has(self, unit: str) -> bool:
        return self.unit in ("", unit)


@dataclass(frozen=True)
class StatedLine:
    """A line as it was published; it counts ``asked``, whose kind, stage and unit are one count."""

    label: str
    published: int
    asked: Asked


@dataclass(frozen=True)
class Definition:
    """``first`` and ``last`` are days as 2023-05-31 of the reporting zone ``timezone``, both included.

    Of a statement ``lines`` are its lines and ``asked`` the same as questions; ``published`` is its headline.
    ``leaves_out_unseen`` counts without courses that somebody keeps to themselves.
    """

    first: str
    last: str
    timezone: str
    asked: tuple[Asked, ...]
    leaves_out_unseen: bool = False
    title: str = ""
    source: str = ""
    published: int | None = None
    lines: tuple[StatedLine, ...] = field(default_factory=tuple)

    @property
    def is_statement(self) -> bool:
        return bool(self.lines)

    def as_json(self) -> dict[str, Any]:
        span = {"from": self.first, "to": self.last, "timezone": self.timezone}
        if self.is_statement:
            lines = [line_as_json(line) for line in self.lines]
            said = {"title": self.title, "source": self.source, "published": self.published, "lines": lines}
            return {"of": STATEMENT, **span, **said}
        (asked,) = self.asked
        return {
            "of": QUESTION,
            **span,
            "where": pairs_as_json(asked.where),
            "by": asked.by or None,
            "count": code(asked) or None,
            "leaves_out_unseen": self.leaves_out_unseen,
        }

    @classmethod
    def parse(cls, data: Any) -> Self:
        """From decoded JSON. Raises Unusable."""
        record = Record(data, "the definition")
        of = record.text("of")
        if of not in (QUESTION, STATEMENT):
            raise Unusable("The definition is neither of a question nor of a statement.")
        first, last = record.day("from"), record.day("to")
        if last < first:
            raise Unusable("The span of the definition ends before it begins.")
        said = _question(record) if of == QUESTION else _statement(record)
        return cls(first=first, last=last, timezone=record.text("timezone"), **said)


def _question(record: Record) -> dict[str, Any]:
    record.only("of", "from", "to", "timezone", "where", "by", "count", "leaves_out_unseen")
    by = record.text_or_none("by") or ""
    if by and by not in Dimension.values:
        raise Unusable(f"“{by[:40]}” is no dimension of a count.")
    asked = Asked(_pairs(record), by, *_code(record.text_or_none("count") or "", record.place))
    return {"asked": (asked,), "leaves_out_unseen": record.truth("leaves_out_unseen")}


def _statement(record: Record) -> dict[str, Any]:
    record.only("of", "from", "to", "timezone", "title", "source", "published", "lines")
    lines = tuple(_line(line) for line in record.records("lines", "line"))
    if not lines:
        raise Unusable("The statement has no line.")
    return {
        "title": record.text("title"),
        "source": record.text("source"),
        "published": record.number("published"),
        "lines": lines,
        "asked": tuple(line.asked for line in lines),
    }


def _line(record: Record) -> StatedLine:
    record.only("label", "count", "where", "published")
    kind, stage, unit = _code(record.text("count"), record.place)
    if not unit:
        raise Unusable(f"“count” of {record.place} is empty.")
    asked = Asked(_pairs(record), "", kind, stage, unit)
    return StatedLine(record.text("label"), record.number("published"), asked)


def _pairs(record: Record) -> Pairs:
    found = []
    for pair in record.records("where", f"a filter of {record.place},"):
        dimension = pair.only("dimension", "value").text("dimension")
        if dimension not in Dimension.values or dimension == Dimension.MONTH:
            raise Unusable(f"“{dimension[:40]}” is no dimension to filter by.")
        found.append((dimension, pair.text("value")))
    return tuple(found)


def _code(text: str, place: str) -> tuple[str, str, str]:
    if not text:
        return "", "", ""
    parts = text.split(".")
    if len(parts) != 3 or parts[1] not in CountStage.values or parts[2] not in Unit.values:
        raise Unusable(f"“{text[:60]}” of {place} is not a count.")
    return parts[0], parts[1], parts[2]


def code(asked: Asked) -> str:
    return f"{asked.kind}.{asked.stage}.{asked.unit}" if asked.unit else ""


def line_as_json(line: StatedLine) -> dict[str, Any]:
    where = pairs_as_json(line.asked.where)
    return {"label": line.label, "count": code(line.asked), "where": where, "published": line.published}


def pairs_as_json(where: Pairs) -> list[dict[str, str]]:
    return [{"dimension": dimension, "value": value} for dimension, value in where]
