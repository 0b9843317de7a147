"""A form as it stands on the page: every field with its name, its value and what is wrong with it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from courses.kinds.fields import HIDDEN, LINE, NUMBER, PICK, STEP, TICK, TRUTH, WHOLE, Field, Part, Rows
from courses.kinds.questions import QuestionKind
from courses.kinds.writing.posted import MOST, flat, is_unset, parts_of
from courses.kinds.writing.shapes import Shape, mistakes
from courses.kinds.writing.sources import LONGEST, too_long
from courses.kinds.writing.toml import written
from lms.kit.text import Text

# More rows than this are folded, so that a long case can be seen as a whole.
UNFOLDED = 4
# As much of a row is shown when it is folded, in characters.
ABOUT = 70


@dataclass(frozen=True)
class ShownField:
    """``widget`` is the field's own, but an area where a line would lose a line end."""

    field: Field
    name: str
    value: str
    widget: str
    wrong: Sequence[str] = ()
    choices: Sequence[tuple[str, Text]] = ()
    focused: bool = False
    is_rows: bool = False
    place: str = ""

    @property
    def height(self) -> int:
        """Lines of an area."""
        return min(max(self.value.count("\n") + len(self.value) // 60 + 2, 3), 16)

    @property
    def is_number(self) -> bool:
        return self.field.holds in (NUMBER, WHOLE)

    @property
    def told_by(self) -> str:
        """Ids of what says more about the field."""
        ids = [f"{self.name}-help"] if self.field.help else []
        return " ".join([*ids, *([f"{self.name}-wrong"] if self.wrong else [])])


@dataclass(frozen=True)
class ShownRow:
    """``kept`` is what the row holds besides its fields, as JSON; ``about`` its first words."""

    name: str
    title: Text
    parts: "Sequence[ShownField | ShownRows]"
    about: str = ""
    number: int = 0
    kept: str = ""
    folded: bool = False
    wrong: Sequence[str] = ()
    first: bool = False
    last: bool = False
    focus: str = ""


@dataclass(frozen=True)
class ShownRows:
    of: Rows
    name: str
    rows: Sequence[ShownRow]
    around: str = ""
    is_focused: bool = False
    is_rows: bool = True

    @property
    def kinds(self) -> list[tuple[str, Text]]:
        return [(kind, QuestionKind(kind).label) for kind in self.of.kinds]

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= MOST


@dataclass(frozen=True)
class Shown:
    """A whole form. ``wrong`` is what is wrong with no field of it."""

    prefix: str
    parts: Sequence[ShownField | ShownRows]
    kept: str
    wrong: Sequence[str] = ()


@dataclass(frozen=True)
class Telling:
    """What every part of one form is shown with."""

    wrong: Mapping[str, Sequence[str]] = field(default_factory=dict)
    focus: str = ""
    steps: Sequence[tuple[str, Text]] = ()


def wrong_in(data: Mapping[str, Any], of: Shape, prefix: str) -> dict[str, list[str]]:
    """Sentences on what cannot be saved, by the name of the field or table they belong to."""
    found: dict[str, list[str]] = {}
    for path, sentence in mistakes(data, of):
        found.setdefault(flat(path, prefix), []).append(sentence)
    if not found and len(written(data)) > LONGEST:
        found[prefix] = [too_long()]
    return found


def form(
    data: Mapping[str, Any],
    parts: Sequence[Part],
    prefix: str,
    *,
    wrong: Mapping[str, Sequence[str]] | None = None,
    focus: str = "",
) -> Shown:
    """The form of some data. ``focus`` names the field or button where the writing goes on."""
    telling = Telling(wrong or {}, focus, steps_of(data))
    shown = list(parts_shown(data, parts, prefix, telling))
    names = set(names_in(shown))
    rest = [sentence for name, told in telling.wrong.items() if name not in names for sentence in told]
    return Shown(prefix, shown, kept_of(data, parts), rest)


def names_in(parts: Sequence[ShownField | ShownRows]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, ShownRows):
            for row in part.rows:
                yield row.name
                yield from names_in(row.parts)
        else:
            yield part.name


def parts_shown(
    data: Mapping[str, Any], parts: Sequence[Part], prefix: str, telling: Telling
) -> Iterator[ShownField | ShownRows]:
    first = next((part.name for part in parts if isinstance(part, Field) and part.widget != HIDDEN), "")
    for part in parts:
        name = f"{prefix}-{part.name}"
        if isinstance(part, Rows):
            yield rows_shown(data.get(part.name) or [], part, name, telling)
        elif not part.seldom or data.get(part.name):
            begins = telling.focus == prefix and part.name == first
            yield field_shown(data.get(part.name, ""), part, name, telling, begins=begins)


def field_shown(value: Any, part: Field, name: str, telling: Telling, *, begins: bool) -> ShownField:
    text = as_text(value)
    focused = begins or telling.focus == name
    choices = with_lost(telling.steps, text) if part.widget == STEP else with_lost(part.choices, text)
    return ShownField(part, name, text, widget_of(part, text), telling.wrong.get(name, ()), choices, focused)


def as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def widget_of(part: Field, text: str) -> str:
    return "area" if part.widget == LINE and "\n" in text else part.widget


def with_lost(choices: Sequence[tuple[str, Text]], text: str) -> Sequence[tuple[str, Text]]:
    """The choices, and what is chosen although it is none of them any more."""
    known = {value for value, _label in choices}
    if text in known:
        return choices
    return [(text, _("%(name)s: is not there") % {"name": text} if text else ""), *choices]


def rows_shown(listed: Sequence[Any], of: Rows, name: str, telling: Telling, around: str = "") -> ShownRows:
    fold = len(listed) > UNFOLDED
    rows = [row_shown(row, of, f"{name}-{at}", telling, fold=fold) for at, row in enumerate(listed)]
    placed = [
        replace(row, number=at + 1, first=at == 0, last=at == len(rows) - 1) for at, row in enumerate(rows)
    ]
    return ShownRows(of, name, placed, around, telling.focus == f"add:{name}")


def row_shown(row: Any, of: Rows, name: str, telling: Telling, *, fold: bool) -> ShownRow:
    way, _colon, place = telling.focus.rpartition(":")
    focus = way if place == name else ""
    if of.are_texts:
        told = field_shown(row, Field("", of.label), name, telling, begins=False)
        numbered = replace(told, place=str(int(name.rpartition("-")[2]) + 1))
        return ShownRow(name, title=of.label, parts=[numbered], focus=focus)
    parts = parts_of(of, row.get("kind"))
    words = about(row, parts, QuestionKind(row["kind"]).label if of.kinds else "")
    here = any(told == name or told.startswith(f"{name}-") for told in (*telling.wrong, place))
    return ShownRow(
        name,
        title=of.label,
        about=words,
        parts=list(parts_shown(row, parts, name, telling)),
        kept=kept_of(row, parts),
        folded=fold and not here and bool(words),
        wrong=telling.wrong.get(name, ()),
        focus=focus,
    )


def about(row: Mapping[str, Any], parts: Sequence[Part], kind: Text) -> str:
    """The first words of a row, to know it by when it is folded."""
    texts = (as_text(row.get(part.name, "")) for part in parts if is_line(part))
    words = " · ".join(str(text) for text in (kind, *texts) if text)
    return words if len(words) <= ABOUT else f"{words[: ABOUT - 1]}…"


def is_line(part: Part) -> bool:
    return isinstance(part, Field) and part.needed and part.widget not in (HIDDEN, TICK, TRUTH, PICK)


def steps_of(data: Mapping[str, Any]) -> list[tuple[str, Text]]:
    """The steps of a case that a choice can lead to."""
    steps = data.get("step")
    if not isinstance(steps, list):
        return []
    named = [(as_text(step.get("key", "")), about_step(step)) for step in steps if isinstance(step, dict)]
    return [("", _("nowhere yet")), *(one for one in named if one[0])]


def about_step(step: Mapping[str, Any]) -> str:
    words = " ".join(as_text(step.get("text", "")).split())
    return f"{step.get('key', '')}: {words if len(words) < 50 else words[:48] + '…'}"


def kept_of(data: Mapping[str, Any], parts: Sequence[Part]) -> str:
    """What no field on the page holds, as JSON, and what is written but empty; '' where there is nothing."""
    names = {part.name for part in parts}
    kept = {name: value for name, value in data.items() if name not in names or is_unset(value)}
    return json.dumps(kept, ensure_ascii=False) if kept else ""
