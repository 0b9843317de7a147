"""What somebody types or pastes of people who took part, as plain data: nothing here asks the database."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

# What officers are trained in, one a line, as it stands in the ledger; more can be added freely.
TOPICS = tuple((Path(__file__).parent / "topics.txt").read_text(encoding="utf-8").splitlines())
SEPARATORS = ("\t", ";", ",")
# As long as the database has room for: a name or an organisation, an address, a code.
LONGEST_NAME, LONGEST_EMAIL, LONGEST_CODE = 200, 254, 40
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NAMES_OF_NAME = {
    "name", "name (original name)", "full name", "participant", "attendee", "user name",
    "user name (original name)",
}  # fmt: skip
NAMES_OF_FIRST = {"first name", "given name"}
NAMES_OF_LAST = {"last name", "family name", "surname"}
NAMES_OF_EMAIL = {"email", "e-mail", "user email", "email address", "participant id (upn)"}
# What says of somebody on the list that they were not in the call, and how.
NOT_THERE = {"attended": "no", "in waiting room": "yes"}


@dataclass(frozen=True)
class Typed:
    """One person as somebody typed them: by name, or by the code that their agency keeps."""

    given_name: str = ""
    family_name: str = ""
    email: str = ""
    organisation: str = ""
    country: str = ""
    code: str = ""

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True)
class PastedLine:
    """A line of a pasted list, counted from 1; ``wrong`` says in a word what it lacks, '' where nothing."""

    number: int
    typed: Typed
    wrong: str = ""


def pasted(text: str) -> list[PastedLine]:
    """Lines of: name, e-mail, agency, country; or of: code, agency, country.

    Cells are parted by tabs, semicolons or commas, whichever the text has first in that order. A line whose
    second cell holds no @ and that has no fourth cell is one of a code.
    """
    separator = next((sign for sign in SEPARATORS if sign in text), ",")
    rows = enumerate(_rows(text, separator), start=1)
    return [_line(number, row) for number, row in rows if any(row)]


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    """The cells of each line, without spaces around them. A quote that is never closed ends with its line."""
    for line in text.removeprefix("\ufeff").splitlines():
        try:
            cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
        except csv.Error:
            cells = [line]
        yield [cell.strip() for cell in cells]


def _line(number: int, cells: list[str]) -> PastedLine:
    cells = [*cells, "", "", "", ""]
    if "@" in cells[1] or cells[3] or not cells[1]:
        given, family = split_name(cells[0])
        typed = Typed(given, family, cells[1].lower(), cells[2], cells[3].upper())
        wrong = "" if not cells[1] or EMAIL.fullmatch(cells[1]) else "email"
        wrong = wrong or ("" if typed.name else "name")
    else:
        typed = Typed(organisation=cells[1], country=cells[2].upper(), code=as_code(cells[0]))
        wrong = "" if typed.code else "code"
    return PastedLine(number, typed, wrong or ("long" if _is_long(typed) else ""))


def _is_long(typed: Typed) -> bool:
    names = (typed.given_name, typed.family_name, typed.organisation)
    return (
        max(map(len, names)) > LONGEST_NAME
        or len(typed.email) > LONGEST_EMAIL
        or len(typed.code) > LONGEST_CODE
    )


def as_code(typed: str) -> str:
    """A code as it is kept: in capitals, without spaces around it."""
    return typed.strip().upper()


def split_name(name: str) -> tuple[str, str]:
    """Given and family name: "Family, Given" or "Given Family", whose last word is the family name."""
    if "," in name:
        family, _comma, given = name.partition(",")
        return given.strip(), family.strip()
    given, _space, family = name.strip().rpartition(" ")
    return given.strip(), family


@dataclass(frozen=True)
class Caller:
    """Somebody on the list of a call."""

    name: str
    email: str = ""


def callers(text: str) -> list[Caller] | None:
    """Who was in a call, by the list that its provider gives as CSV: each once. None for no such list.

    Lines before the one that heads the columns are passed over, as providers put a summary there. A list may
    have several parts, each with columns and a title of its own. Who registered and did not come, or never
    got out of the waiting room, is not among them.
    """
    separator = next((sign for sign in SEPARATORS if sign in text), ",")
    rows = [row for row in _rows(text, separator) if any(row)]
    heads = [_columns([cell.casefold() for cell in row]) for row in rows]
    if not any(heads):
        return None
    return list(dict.fromkeys(_of_parts(rows, heads)))


def _of_parts(rows: Sequence[Sequence[str]], heads: Sequence[dict[str, int] | None]) -> Iterator[Caller]:
    columns: dict[str, int] | None = None
    for row, head, following in zip(rows, heads, [*heads[1:], None], strict=True):
        is_title = following is not None and sum(map(bool, row)) == 1
        if head is not None:
            columns = head
        elif columns is not None and not is_title and (caller := _caller(row, columns)) is not None:
            yield caller


def _columns(heads: Sequence[str]) -> dict[str, int] | None:
    found = {}
    names = {
        "name": NAMES_OF_NAME,
        "first": NAMES_OF_FIRST,
        "last": NAMES_OF_LAST,
        "email": NAMES_OF_EMAIL,
        **{key: {key} for key in NOT_THERE},
    }
    for key, known in names.items():
        place = next((number for number, head in enumerate(heads) if head in known), None)
        if place is not None:
            found[key] = place
    return found if "name" in found or "last" in found else None


def _caller(row: Sequence[str], columns: dict[str, int]) -> Caller | None:
    """Somebody who was there; None for a line that names nobody, or says that they were not."""

    def cell(key: str) -> str:
        place = columns.get(key)
        return row[place] if place is not None and place < len(row) else ""

    name = cell("name") or f"{cell('first')} {cell('last')}".strip()
    if not name or any(cell(key).casefold() == said for key, said in NOT_THERE.items()):
        return None
    email = cell("email").lower()
    return Caller(" ".join(name.split())[:LONGEST_NAME], email if len(email) <= LONGEST_EMAIL else "")
