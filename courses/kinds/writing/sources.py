"""Blocks, questions and glossaries as the text in an author's field."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courses.kinds.blocks import BlockKind
from courses.kinds.writing import shapes, toml

# How much one field may hold, in characters.
LONGEST = 60_000
AT_LINE = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)")
# Lists that a correction writes in the plural are written in the singular in files.
SINGULAR = {"options": "option", "pairs": "pair", "rubrics": "rubric", "item": "items"}


@dataclass(frozen=True)
class Mistake:
    """Why a text cannot be read, and on which line, from 1, where that is known."""

    reason: str
    line: int | None = None

    @property
    def sentence(self) -> str:
        if self.line is None:
            return self.reason
        return _("Line %(line)s: %(reason)s") % {"line": self.line, "reason": self.reason}


class Unreadable(Exception):  # read aloud: raise Unreadable(mistakes)
    """What somebody wrote is not what its kind is made of; every mistake at once."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__(" ".join(mistake.sentence for mistake in mistakes))
        self.mistakes = mistakes


def read_block(kind: str, source: str) -> dict[str, Any]:
    """The data of a block. Raises Unreadable."""
    source = tidy(source)
    if kind == BlockKind.TEXT:
        return {"markdown": source}
    return read(source, shapes.BLOCKS[kind])


def read_question(source: str) -> dict[str, Any]:
    """A question of the bank with its key, kind and points. Raises Unreadable."""
    return read(tidy(source), shapes.BANK_QUESTION)


def read_glossary(source: str) -> list[dict[str, str]]:
    """Terms with their meanings. Raises Unreadable."""
    terms: list[dict[str, str]] = read(tidy(source), shapes.GLOSSARY).get("glossary", [])
    return terms


def tidy(source: str) -> str:
    """One kind of line end, and no control characters. Raises Unreadable where it is too long."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    if len(source) > LONGEST:
        raise Unreadable([Mistake(too_long())])
    return "".join(filter(shapes.may_be_kept, source))


def too_long() -> str:
    return _("This is longer than %(most)s characters: make it two.") % {"most": LONGEST}


def read(source: str, of: shapes.Shape) -> dict[str, Any]:
    try:
        data = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Unreadable([not_toml(str(error), source)]) from error
    found = list(shapes.mistakes(data, of))
    if found:
        at = toml.lines_of(source)
        raise Unreadable([Mistake(reason, line_of(path, at)) for path, reason in found])
    return data


def not_toml(message: str, source: str) -> Mistake:
    """The parser's words, with the line that it names; the end of the text is its last line."""
    place = AT_LINE.search(message)
    last = source.count("\n") + 1
    line = int(place[1]) if place and place[1] else last
    said = AT_LINE.sub("", message)
    return Mistake(
        _("this cannot be read (%(said)s). Is a quote or a bracket missing?") % {"said": said}, line
    )


def line_of(path: toml.Path, at: Mapping[toml.Path, int]) -> int | None:
    """The line of the path, or of the nearest thing around it."""
    while path and path not in at:
        path = path[:-1]
    return at.get(path)


def block_source(kind: str, data: Mapping[str, Any]) -> str:
    """A block as it stands in an author's field."""
    return str(data.get("markdown", "")) if kind == BlockKind.TEXT else toml.written(as_written(data))


def question_source(key: str, kind: str, points: int, data: Mapping[str, Any]) -> str:
    """A question as it stands in an author's field."""
    return toml.written({"key": key, "kind": kind, "points": points, **as_written(data)})


def as_written(data: Mapping[str, Any]) -> dict[str, Any]:
    """Data under the names that files use; a correction's list stands in for the one before it."""
    kept = {name: value for name, value in data.items() if name not in SINGULAR}
    kept |= {SINGULAR[name]: value for name, value in data.items() if name in SINGULAR and value}
    if isinstance(kept.get("answer"), str):
        kept["answer"] = float(kept["answer"])
    return kept
