"""What a form sent, as data; and the buttons that add, move and take away its rows.

The names of fields are paths: ``q-option-0-text`` is the text of the first option of the form ``q``. A
table's rows come in the order in which the form sends their numbers. ``…-kept`` holds as JSON what the form
has no field for, so that nothing an author wrote as text is lost by saving it as a form.
"""

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from courses.kinds.fields import KEY, STEP, TEXT, TRUTH, WHOLE, YES_OR_NO, Field, Part, Rows, blank_row
from courses.kinds.writing.order import STEPS, shifted
from courses.kinds.writing.shapes import may_be_kept
from courses.kinds.writing.toml import Path

# As many rows as can be added to one list of a form; what came in as text may have more, and keeps them.
MOST = 100


class Posted(Protocol):
    """What a browser sent, as Django has it."""

    def get(self, name: str, /) -> str | None: ...
    def getlist(self, name: str, /) -> list[str]: ...


def read(posted: Posted, parts: Sequence[Part], prefix: str) -> dict[str, Any]:
    """The data of the form with this prefix; a number that is none stays the text that was typed.

    An optional field that is empty is left out, unless it was written and empty before.
    """
    data = table(posted, parts, prefix)
    renamed = dict(renamings(posted, parts, prefix))
    return follow(data, parts, renamed) if renamed else data


def table(posted: Posted, parts: Sequence[Part], prefix: str) -> dict[str, Any]:
    data = kept(posted.get(f"{prefix}-kept"), parts)
    for part in parts:
        name = f"{prefix}-{part.name}"
        value = rows(posted, part, name) if isinstance(part, Rows) else single(posted, part, name)
        if not is_empty(value) or (isinstance(part, Field) and part.needed):
            data[part.name] = value
    return data


def kept(sent: str | None, parts: Sequence[Part]) -> dict[str, Any]:
    """What has no field, and what was empty; a field's own value always comes from the field."""
    try:
        data = json.loads(sent or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(data, dict):
        return {}
    names = {part.name for part in parts}
    return {name: value for name, value in data.items() if name not in names or is_unset(value)}


def is_empty(value: Any) -> bool:
    return value in ("", [])


def is_unset(value: Any) -> bool:
    """Whether an author wrote a key and set nothing by it; 0 is a number like any other."""
    return value is False or is_empty(value)


def rows(posted: Posted, of: Rows, name: str) -> list[Any]:
    numbers = [one for one in dict.fromkeys(posted.getlist(name)) if one.isdecimal() and one.isascii()]
    places = [f"{name}-{number}" for number in numbers]
    if of.are_texts:
        return [text(posted.get(place)) for place in places]
    known = [(place, parts_of(of, posted.get(f"{place}-kind"))) for place in places]
    return [table(posted, parts, place) for place, parts in known if parts]


def parts_of(of: Rows, kind: Any) -> Sequence[Part]:
    """The fields of one row; none where its kind is not known."""
    return of.kinds.get(str(kind), ()) if of.kinds else of.fields


def single(posted: Posted, field: Field, name: str) -> Any:
    sent = text(posted.get(name))
    if field.widget == TRUTH:
        return {"true": True, "false": False}.get(sent, "")
    if field.holds == YES_OR_NO:
        # What is not ticked is left out, unless it was written as false.
        return True if sent else ""
    return sent if field.holds == TEXT else number(sent, whole=field.holds == WHOLE)


def text(sent: str | None) -> str:
    lines = (sent or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(filter(may_be_kept, lines))


def number(sent: str, *, whole: bool) -> Any:
    """The number that was typed, with a decimal point or comma, or the text where it is none."""
    plain = sent.strip().replace("\N{MINUS SIGN}", "-")
    for kind in () if "_" in plain else (int,) if whole else (int, float):
        try:
            return kind(plain.replace(",", ".", 1))
        except ValueError:
            continue
    return sent.strip()


def renamings(posted: Posted, parts: Sequence[Part], prefix: str) -> Iterator[tuple[str, str]]:
    """Old and new keys of tables that an author gave another name."""
    for part in parts:
        keyed = part.fields if isinstance(part, Rows) else ()
        for field in keyed:
            if isinstance(field, Field) and field.widget == KEY:
                for number_ in posted.getlist(f"{prefix}-{part.name}"):
                    name = f"{prefix}-{part.name}-{number_}-{field.name}"
                    old, new = text(posted.get(f"{name}-was")), text(posted.get(name))
                    if old and new and old != new:
                        yield old, new


def follow(data: Any, parts: Sequence[Part], renamed: Mapping[str, str]) -> dict[str, Any]:
    """The data with whatever leads to a table leading to its new name."""
    changed = dict(data)
    for part in parts:
        if isinstance(part, Rows):
            if part.fields and part.name in data:
                changed[part.name] = [follow(row, part.fields, renamed) for row in data[part.name]]
        elif part.widget == STEP and data.get(part.name) in renamed:
            changed[part.name] = renamed[data[part.name]]
    return changed


@dataclass(frozen=True)
class Press:
    """A button of the form: what to do, where, and for a new row of which kind."""

    way: str
    place: str
    kind: str = ""


def press(sent: str) -> Press:
    way, _colon, rest = sent.partition(":")
    place, _colon, kind = rest.partition(":")
    return Press(way, place, kind)


def changed(data: Mapping[str, Any], parts: Sequence[Part], done: Press) -> tuple[dict[str, Any], str]:
    """The data after a press, and the name of the field or button where the writing goes on.

    A press that fits nothing changes nothing.
    """
    new = copy.deepcopy(dict(data))
    _prefix, _dash, rest = done.place.partition("-")
    try:
        found = walk(new, parts, rest.split("-"))
    except (LookupError, ValueError):
        return new, ""
    of, listed, at = found
    if done.way == "add" and at is None and len(listed) < MOST and (not of.kinds or done.kind in of.kinds):
        listed.append(with_key(of, blank_row(of, done.kind), listed))
        return new, f"{done.place}-{len(listed) - 1}"
    if at is None:
        return new, ""
    name = done.place.rpartition("-")[0]
    if done.way == "remove":
        del listed[at]
        return new, f"add:{name}"
    by = STEPS.get(done.way, 0)
    listed[:] = shifted(listed, at, by)
    return new, f"{done.way}:{name}-{min(max(at + by, 0), len(listed) - 1)}"


def walk(data: dict[str, Any], parts: Sequence[Part], path: list[str]) -> tuple[Rows, list[Any], int | None]:
    """The rows that a path leads to, their list in the data, and the place in it where it names one.

    Raises LookupError or ValueError where the path leads nowhere.
    """
    name, *more = path
    of = next((part for part in parts if isinstance(part, Rows) and part.name == name), None)
    if of is None:
        raise LookupError(name)
    listed = data.setdefault(name, [])
    if not more:
        return of, listed, None
    at = int(more[0])
    row = listed[at]
    if len(more) == 1:
        return of, listed, at
    return walk(row, parts_of(of, row.get("kind")), more[1:])


def with_key(of: Rows, row: Any, others: list[Any]) -> Any:
    """The new row under a name that no other has, where rows have names."""
    field = next((one for one in of.fields if isinstance(one, Field) and one.widget == KEY), None)
    if field is None:
        return row
    taken = {other.get(field.name) for other in others}
    names = (f"{of.name}-{number_}" for number_ in range(len(others) + 1, 2 * len(others) + 3))
    return row | {field.name: next(name for name in names if name not in taken)}


def flat(path: Path, prefix: str) -> str:
    """The name of the field or table that a path leads to."""
    return "-".join([prefix, *map(str, path)])
