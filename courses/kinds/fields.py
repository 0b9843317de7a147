"""How a kind says what it is made of. One description gives its form, what its text may hold, and how a
new one begins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy

from lms.kit.text import Text

TEXT, TEXTS, YES_OR_NO, NUMBER, WHOLE = "text", "texts", "yes or no", "number", "whole"
LINE, AREA, TICK, TRUTH, PICK, STEP, KEY, HIDDEN = (
    "line", "area", "tick", "truth", "pick", "step", "key", "hidden",
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One value. ``holds`` is what its text is, ``widget`` how it stands in the form.

    ``needed`` keys are always written, empty or not. A ``seldom`` field is shown only where it is set.
    ``begins`` stands in the text of a new one. A KEY names its table, and a STEP is the key of one.
    """

    name: str
    label: Text = ""
    widget: str = LINE
    holds: str = TEXT
    needed: bool = False
    seldom: bool = False
    help: Text = ""
    begins: Any = ""
    choices: Sequence[tuple[str, Text]] = ()


@dataclass(frozen=True)
class Rows:
    """Several of the same: tables with ``fields``, or texts where there are none.

    Where there are ``kinds``, each row has the fields of its kind. ``least`` rows stand in a new form, and
    rows that are ``ordered`` can be moved.
    """

    name: str
    label: Text
    add: Text
    fields: "Sequence[Part]" = ()
    least: int = 2
    ordered: bool = True
    kinds: "Mapping[str, Sequence[Part]]" = field(default_factory=dict)

    @property
    def are_texts(self) -> bool:
        return not self.fields and not self.kinds


Part = Field | Rows


def blank(parts: Sequence[Part]) -> dict[str, Any]:
    """The data of a new form: what is needed, and rows to fill in."""
    data: dict[str, Any] = {part.name: "" for part in parts if isinstance(part, Field) and part.needed}
    for part in parts:
        if isinstance(part, Rows) and part.least:
            data[part.name] = [blank_row(part) for _number in range(part.least)]
    return data


def blank_row(rows: Rows, kind: str = "") -> Any:
    """One more row, empty."""
    if rows.are_texts:
        return ""
    return blank(rows.kinds[kind]) | {"kind": kind} if rows.kinds else blank(rows.fields)


def begun(parts: Sequence[Part]) -> dict[str, Any]:
    """The data of a new text: every key that is not seldom, so that an author sees what there is."""
    data: dict[str, Any] = {}
    for part in parts:
        if isinstance(part, Rows):
            row: Any = "" if part.are_texts else begun(part.fields)
            data[part.name] = [row] * max(part.least, 1)
        elif not part.seldom:
            data[part.name] = part.begins
    return data


FEEDBACK = gettext_lazy("Feedback to whoever chose it")
