"""What each kind of block and question is made of, so that what an author writes can be read at all.

A draft may be unfinished: what is missing for publication is the question of ``missing`` of the kinds.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from courses.kinds.questions import QuestionKind
from courses.kinds.writing.toml import Path

TEXT, TEXTS, YES_OR_NO, NUMBER, WHOLE = "text", "texts", "yes or no", "number", "whole"


@dataclass(frozen=True)
class Shape:
    """Keys with what they hold, which of them are needed, and the tables within.

    Where there are ``kinds``, the key ``kind`` says which of them it is.
    """

    holds: Mapping[str, str] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()
    tables: Mapping[str, "Shape"] = field(default_factory=dict)
    kinds: Mapping[str, "Shape"] = field(default_factory=dict)


def shape(needs: str = "", *, tables: Mapping[str, Shape] | None = None, **holds: str) -> Shape:
    """``needs`` are texts that must be there."""
    needed = frozenset(needs.split())
    return Shape(dict.fromkeys(needed, TEXT) | holds, needed, tables or {})


def question(**more: Any) -> Shape:
    return shape("kind prompt", key=TEXT, explanation=TEXT, points=WHOLE, waived=YES_OR_NO, **more)


OPTION = shape("text", key=TEXT, correct=YES_OR_NO, feedback=TEXT)
QUESTIONS: dict[str, Shape] = {
    QuestionKind.SINGLE: question(tables={"option": OPTION}),
    QuestionKind.MULTIPLE: question(tables={"option": OPTION}),
    QuestionKind.TRUEFALSE: question(correct=YES_OR_NO, feedback_true=TEXT, feedback_false=TEXT),
    QuestionKind.MATCHING: question(tables={"pair": shape("left right")}),
    QuestionKind.ORDERING: question(items=TEXTS),
    QuestionKind.NUMERIC: question(answer=NUMBER, tolerance=NUMBER, unit=TEXT),
    QuestionKind.SHORT: question(accepted=TEXTS),
}
ESSAY: dict[str, Shape] = {
    QuestionKind.ESSAY: question(tables={"rubric": Shape({"criterion": TEXT, "points": WHOLE})})
}
CHOICE = shape("label next", feedback=TEXT)
STEP = shape("key text", outcome=TEXT, tables={"choice": CHOICE})
BANK_QUESTION = Shape(kinds=QUESTIONS | ESSAY)
BLOCKS = {
    "scenario": shape("title start", intro=TEXT, tables={"step": STEP}),
    "check": Shape(tables={"question": Shape(kinds=QUESTIONS)}),
    "reflection": shape("prompt"),
    "image": shape("file", alt=TEXT, decorative=YES_OR_NO, caption=TEXT),
    "video": shape("file", title=TEXT, captions=TEXT, transcript=TEXT),
    "file": shape("file", title=TEXT, description=TEXT),
}
GLOSSARY = Shape(tables={"glossary": shape("term meaning")})


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
