"""What each kind of block and question is made of, so that what an author writes can be read at all.

A draft may be unfinished: what is missing for publication is the question of ``missing`` of the kinds.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.kinds import blocks
from courses.kinds.fields import AREA, TEXT, TEXTS, WHOLE, YES_OR_NO, Field, Part, Rows
from courses.kinds.questions import QuestionKind
from courses.kinds.questions import kind_of as kind_of_question
from courses.kinds.writing.toml import Path


@dataclass(frozen=True)
class Shape:
    """Keys with what they hold, which of them are needed, and the tables within.

    Where there are ``kinds``, the key ``kind`` says which of them it is.
    """

    holds: Mapping[str, str] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()
    tables: Mapping[str, "Shape"] = field(default_factory=dict)
    kinds: Mapping[str, "Shape"] = field(default_factory=dict)


def shape_of(parts: Sequence[Part]) -> Shape:
    """What data with these fields may be."""
    fields = [part for part in parts if isinstance(part, Field)]
    rows = [part for part in parts if isinstance(part, Rows)]
    holds = {part.name: part.holds for part in fields} | {one.name: TEXTS for one in rows if one.are_texts}
    tables = {one.name: shape_of_row(one) for one in rows if not one.are_texts}
    return Shape(holds, frozenset(part.name for part in fields if part.needed), tables)


def shape_of_row(rows: Rows) -> Shape:
    if rows.kinds:
        return Shape(kinds={name: shape_of(parts) for name, parts in rows.kinds.items()})
    return shape_of(rows.fields)


BANK_QUESTION = Shape(kinds={kind: shape_of(kind_of_question(kind).parts) for kind in QuestionKind.values})
# Blocks with a file have no form: their text names the file that is uploaded beside it.
WITH_FILES: dict[str, Sequence[Part]] = {
    "image": [
        Field("file", needed=True),
        Field("alt"),
        Field("decorative", holds=YES_OR_NO),
        Field("caption"),
    ],
    "video": [Field("file", needed=True), Field("title"), Field("captions"), Field("transcript")],
    "file": [Field("file", needed=True), Field("title"), Field("description")],
}
BLOCKS = {kind: shape_of(one.fields) for kind, one in blocks.KINDS.items() if one.fields} | {
    kind: shape_of(parts) for kind, parts in WITH_FILES.items()
}
TERMS = Rows(
    "glossary",
    gettext_lazy("Term"),
    gettext_lazy("Add a term"),
    [
        Field("term", gettext_lazy("Term"), needed=True),
        Field("meaning", gettext_lazy("What it means"), AREA, needed=True),
    ],
    least=1,
    ordered=False,
)
GLOSSARY = shape_of([TERMS])


def mistakes(data: Any, of: Shape, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Where the data is not of this shape, and why."""
    if of.kinds:
        kind = data.get("kind")
        if kind not in of.kinds:
            yield (*path, "kind"), _("“kind” must be one of: %(kinds)s.") % {"kinds": ", ".join(of.kinds)}
            return
        of = of.kinds[kind]
    for name in sorted(of.needs - set(data)):
        yield path, _("“%(name)s” is missing.") % {"name": name}
    for name, value in data.items():
        if name in of.tables:
            yield from table_mistakes(name, value, of.tables[name], path)
        elif name not in of.holds:
            yield (*path, name), _("“%(name)s” is not known here.") % {"name": name}
        elif reason := wrong(value, of.holds[name]):
            yield (*path, name), f"“{name}” {reason}"


def table_mistakes(name: str, value: Any, of: Shape, path: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        yield (*path, name), _("Write “%(name)s” as [[%(name)s]], once for each.") % {"name": name}
        return
    for number, row in enumerate(value):
        yield from mistakes(row, of, (*path, name, number))


def wrong(value: Any, holds: str) -> str:
    """Why a value is not what its key holds; empty where it is."""
    if holds == TEXT:
        return "" if is_text(value) else _("must be a text in quotes.")
    if holds == TEXTS:
        fits = isinstance(value, list) and all(is_text(one) for one in value)
        return "" if fits else _("must be a list of texts in quotes.")
    if holds == YES_OR_NO:
        return "" if isinstance(value, bool) else _("must be true or false.")
    if holds == WHOLE:
        return "" if type(value) is int and 0 < value <= 1000 else _("must be a whole number from 1 to 1000.")
    return "" if is_number(value) else _("must be a number.")


def is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value) and abs(value) < 10**15


def is_text(value: Any) -> bool:
    """A text without control characters, which the database would not keep."""
    return isinstance(value, str) and all(map(may_be_kept, value))


def may_be_kept(sign: str) -> bool:
    """Whether a character is none of the control characters, but for tab and line end."""
    return sign in "\n\t" or (ord(sign) >= 32 and not 127 <= ord(sign) < 160)
