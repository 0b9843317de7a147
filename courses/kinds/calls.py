"""The attendance lists that Zoom and Teams write, read as what they are: files from outside.

Both say in English when somebody joined and left, once for each time. Nothing of a list is kept here or
anywhere: what it says is shown, and a trainer decides.
"""

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

LARGEST = 2 * 1024 * 1024
MOST_LINES = 5_000
LONGEST_CELL = 1_000
# What a column may be called, by what it means here.
COLUMNS = {
    "name": ("name (original name)", "name (original name)*", "full name", "name", "participant"),
    "email": ("user email", "email", "email address", "e-mail"),
    "joined": ("join time", "first join", "first join time", "first join time (utc)"),
    "left": ("leave time", "last leave", "last leave time", "last leave time (utc)"),
    "length": (
        "duration (minutes)", "total duration (minutes)", "in-meeting duration",
        "attendance duration", "duration",
    ),
    "waiting": ("in waiting room",),
}  # fmt: skip
TIMES = (
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%y %I:%M:%S %p", "%m/%d/%Y, %I:%M:%S %p", "%m/%d/%y, %I:%M:%S %p",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y, %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S", "%b %d, %Y %H:%M:%S", "%b %d, %Y %I:%M:%S %p",
)  # fmt: skip
LENGTH = re.compile(r"(?:(\d{1,3})\s*h)?\s*(?:(\d{1,4})\s*m(?:in)?)?\s*(?:(\d{1,5})\s*s)?", re.IGNORECASE)


class Unreadable(Exception):
    """Why a list cannot be read, by one of the names below; pages say it in words."""

    TOO_LARGE, NO_TEXT, NO_COLUMNS = "too_large", "no_text", "no_columns"
    TOO_LONG, NOBODY = "too_long", "nobody"


@dataclass
class Came:
    """One person of a list: the name and address it gives, and when they were there, by its own clock.

    ``seconds`` are of all times together, what overlaps once; ``first`` and ``last`` are local and without a
    zone, None where the list's times are not read.
    """

    name: str
    email: str
    spans: list[tuple[dt.datetime, dt.datetime]] = field(default_factory=list)
    counted: int = 0

    @property
    def seconds(self) -> int:
        if not self.spans:
            return self.counted
        total, until = dt.timedelta(), min(self.spans)[0]
        for start, end in sorted(self.spans):
            total += max(dt.timedelta(), end - max(start, until))
            until = max(until, end)
        return int(total.total_seconds())

    @property
    def minutes(self) -> int:
        """Whole minutes, as a person would say it."""
        return round(self.seconds / 60)

    @property
    def first(self) -> dt.datetime | None:
        return min((start for start, _end in self.spans), default=None)

    @property
    def last(self) -> dt.datetime | None:
        return max((end for _start, end in self.spans), default=None)


def read(content: bytes) -> list[Came]:
    """Everybody on a list, in its order. Raises Unreadable."""
    if len(content) > LARGEST:
        raise Unreadable(Unreadable.TOO_LARGE)
    people: dict[str, Came] = {}
    for row in rows_of(decoded(content)):
        name, email = row.get("name", ""), row.get("email", "").casefold()
        if not (name or email) or row.get("waiting", "").casefold() == "yes":
            continue
        one = people.setdefault(email or name.casefold(), Came(name, email))
        start, end = moment(row.get("joined", "")), moment(row.get("left", ""))
        if start and end and start <= end <= start + dt.timedelta(days=1):
            one.spans.append((start, end))
        one.counted += seconds(row.get("length", ""))
    if not people:
        raise Unreadable(Unreadable.NOBODY)
    return list(people.values())


def decoded(content: bytes) -> str:
    """UTF-8, or UTF-16 as Teams writes it."""
    sixteen = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = content.decode("utf-16" if sixteen else "utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(Unreadable.NO_TEXT) from None
    if "\0" in text:
        raise Unreadable(Unreadable.NO_TEXT)
    return text


def rows_of(text: str) -> Iterator[dict[str, str]]:
    """The lines below the line of headings, up to the first empty one: what stands around is a summary."""
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise Unreadable(Unreadable.TOO_LONG)
    ahead = iter(lines)
    for line in ahead:
        separator = max("\t,;", key=line.count)
        columns = headings(cells(line, separator))
        if columns:
            break
    else:
        raise Unreadable(Unreadable.NO_COLUMNS)
    for line in ahead:
        found = cells(line, separator)
        if not any(found):
            return
        yield {name: found[place] for name, place in columns.items() if place < len(found)}


def cells(line: str, separator: str) -> list[str]:
    """One line, each cell without what cannot be seen."""
    try:
        found = next(csv.reader(io.StringIO(line), delimiter=separator), [])
    except csv.Error:
        raise Unreadable(Unreadable.NO_TEXT) from None
    return [shown(cell[:LONGEST_CELL]) for cell in found]


def shown(cell: str) -> str:
    """Letters as they are; control and formatting characters, which could hide or turn what is read, gone."""
    return " ".join("".join(" " if unicodedata.category(c)[0] == "C" else c for c in cell).split())


def headings(row: Sequence[str]) -> dict[str, int]:
    """Where each column stands; nothing unless a name and a time or length are among them."""
    known = [cell.casefold() for cell in row]
    found = {
        meaning: known.index(name)
        for meaning, names in COLUMNS.items()
        for name in reversed(names)
        if name in known
    }
    return found if "name" in found and ({"joined", "length"} & found.keys()) else {}


def moment(text: str) -> dt.datetime | None:
    """A time as the list writes it, by its own clock; None for one that is not read."""
    for pattern in TIMES:
        try:
            return dt.datetime.strptime(text, pattern)  # noqa: DTZ007 — the list does not say its zone
        except ValueError:
            continue
    return None


def seconds(text: str) -> int:
    """A length in minutes ("45"), or in words ("1h 2m 3s"); 0 for one that is not read."""
    if text.isdecimal() and len(text) <= 5:
        return int(text) * 60
    found = LENGTH.fullmatch(text.strip())
    if not found or not text.strip():
        return 0
    hours, minutes, rest = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + rest
