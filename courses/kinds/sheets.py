"""What the columns of any sheet may mean, and what its cells say then: plain Python, which knows no file.

A sheet is a list that somebody else made: of who signed in, of a call, of a survey.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from xlsxwriter.utility import xl_col_to_name

from courses.kinds.calls import seconds
from courses.kinds.gatherings import split_name
from lms.kit.names import folded

HEADER_WITHIN = 30
LONGEST_LABEL = 120
ADDRESS = re.compile(r"[^\s<>,;\"']+@[^\s<>,;\"']+\.[^\s<>,;\"']+")
ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?", re.ASCII)
BY_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:,?[ T]\d{1,2}:\d{2}.*)?", re.ASCII)
NUMBER = re.compile(r"\d{1,5}(?:[.,]\d{1,4})?", re.ASCII)
HEADS = re.compile(r"0*[1-9]\d{0,5}", re.ASCII)
CLOCK = re.compile(r"(\d{1,2}):([0-5]\d):([0-5]\d)", re.ASCII)
MONTHS = 12


class Role(StrEnum):
    """What a column is; '' is a column that is not read."""

    EMAIL = "email"
    GIVEN = "given"
    FAMILY = "family"
    FULL = "full"
    AUDIENCE = "audience"
    ORGANISATION = "organisation"
    COUNTRY = "country"
    ACTIVITY = "activity"
    ATTENDED = "attended"
    MINUTES = "minutes"
    ENROLLED = "enrolled"
    COMPLETED = "completed"
    HEADCOUNT = "headcount"


# What a column may be called, letters and digits alone; several languages, as forms come in them.
CALLED: dict[Role, frozenset[str]] = {
    Role.EMAIL: frozenset({
        "email", "emailaddress", "mail", "useremail", "courriel", "correo", "adresseemail", "youremail",
        "youremailaddress",
    }),
    Role.GIVEN: frozenset({"givenname", "firstname", "prenom", "vorname", "nombre", "voornaam"}),
    Role.FAMILY: frozenset({
        "familyname", "lastname", "surname", "nachname", "apellido", "apellidos", "achternaam",
    }),
    Role.FULL: frozenset({
        "name", "fullname", "participant", "nameoriginalname", "attendee", "yourname", "nom", "naam",
    }),
    Role.AUDIENCE: frozenset({"audience", "sector", "typeoforganisation"}),
    Role.ORGANISATION: frozenset({
        "organisation", "organization", "hotline", "agency", "company", "affiliation", "organisme",
    }),
    Role.COUNTRY: frozenset({"country", "countrycode", "pays", "land", "pais"}),
    Role.ACTIVITY: frozenset({"activityid", "registerid", "eventid", "activity"}),
    Role.ATTENDED: frozenset({"attended", "present", "attendance", "signature", "signed", "waspresent"}),
    Role.MINUTES: frozenset({
        "durationminutes", "totaldurationminutes", "minutes", "duration", "inmeetingduration",
        "timeinsessionminutes",
    }),
    Role.ENROLLED: frozenset({"enrolledon", "registeredon", "dateofregistration", "registrationtime"}),
    Role.COMPLETED: frozenset({"completedon", "dateofcompletion", "completiondate", "completiontime"}),
    Role.HEADCOUNT: frozenset({"headcount", "heads", "numberofparticipants", "numberofpeople"}),
}  # fmt: skip
YES = ("yes", "y", "x", "true", "1", "present", "attended", "signed", "✓", "✔")
NO = ("no", "n", "false", "0", "absent", "not attended", "-", "–")
DATES = (Role.ENROLLED, Role.COMPLETED)


@dataclass(frozen=True)
class Plan:
    """How a sheet is read: what its columns are, by label, and what its words and numbers mean.

    ``yes`` and ``no`` are words in small letters; ``minutes`` is from how many on somebody was there;
    ``order`` says of 03/04/2024 which comes first, "day" or "month" ('' is not said); ``everybody`` whether
    all on the sheet were there, where no column says it. The last three hold where a line gives nothing.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    yes: Sequence[str] = YES
    no: Sequence[str] = NO
    minutes: int = 1
    order: str = ""
    everybody: bool = False
    audience: str = ""
    organisation: str = ""
    country: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        return cls(**kept)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def label_of(self, *roles: Role) -> str:
        """What the first column with one of these roles is called; '' where there is none."""
        return next((label for role in roles for label, said in self.columns.items() if said == role), "")

    def has(self, *roles: Role) -> bool:
        return bool(self.label_of(*roles))


@dataclass(frozen=True)
class Who:
    """Whom a line names, as it is written there; the place only tells namesakes without an address apart."""

    email: str
    given_name: str
    family_name: str
    place: str = ""

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def sign(self) -> str:
        """The same for the same address and name, whatever the case, accents and order."""
        # With a space between them: Al Bert is not Alb Ert.
        name = " ".join(sorted((folded(self.given_name), folded(self.family_name)))).strip()
        if not (self.email or name):
            return ""
        return f"{self.email}\n{name}" if self.email else f"\n{name}\n{self.place}"


@dataclass(frozen=True)
class Read:
    """The cells of one line that are something, by role; without outer spaces."""

    number: int
    cells: Mapping[Role, str]

    def said(self, role: Role) -> str:
        return self.cells.get(role, "")

    @property
    def is_head_count(self) -> bool:
        """Whether it names nobody and says how many."""
        return bool(self.said(Role.HEADCOUNT)) and not self.who.sign

    @property
    def who(self) -> Who:
        given, family = self.said(Role.GIVEN), self.said(Role.FAMILY)
        if not (given or family):
            given, family = split_name(self.said(Role.FULL))
        place = f"{folded(self.said(Role.ORGANISATION))}\n{folded(self.said(Role.COUNTRY))}"
        return Who(self.said(Role.EMAIL).lower(), given, family, place)


def labels(header: Sequence[str]) -> list[str]:
    """A name of its own for each column: as its header says, the second of a name as “name (2)”."""
    found: list[str] = []
    for place, cell in enumerate(header):
        bare = " ".join(cell.split())[:LONGEST_LABEL] or f"[{xl_col_to_name(place)}]"
        number, label = 1, bare
        while label in found:
            number += 1
            label = f"{bare} ({number})"
        found.append(label)
    return found


def header_line(lines: Sequence[tuple[int, Sequence[str]]], known: Iterable[str] = ()) -> int:
    """The number of the line that seems to head the columns: most known names in it, else most cells."""
    names = {word for words in CALLED.values() for word in words} | {folded(one) for one in known}

    def score(line: tuple[int, Sequence[str]]) -> tuple[int, int, int]:
        cells = [folded(cell) for cell in line[1] if cell.strip()]
        hits = sum(cell in names for cell in cells)
        return (hits if hits > 1 or len(cells) == 1 else 0, len(cells), -line[0])

    return max(lines[:HEADER_WITHIN], key=score)[0] if lines else 1


def suggested(found: Sequence[str], samples: Sequence[Sequence[str]]) -> dict[str, str]:
    """What each column seems to be, by its label and, for addresses, by what stands in it; each once."""
    roles: dict[str, str] = {}
    taken: set[str] = set()
    for place, label in enumerate(found):
        role = _by_label(label) or _by_contents([line[place] for line in samples if place < len(line)])
        roles[label] = role if role not in taken else ""
        taken.add(role)
    if {Role.GIVEN, Role.FAMILY} & taken:
        roles = {label: "" if role == Role.FULL else role for label, role in roles.items()}
    return roles


def _by_label(label: str) -> str:
    return next((role for role, words in CALLED.items() if folded(label) in words), "")


def _by_contents(cells: Sequence[str]) -> str:
    filled = [cell for cell in cells if cell.strip()]
    addresses = [cell for cell in filled if ADDRESS.fullmatch(cell.strip())]
    return Role.EMAIL if filled and len(addresses) * 2 > len(filled) else ""


def word(text: str) -> str:
    return " ".join(text.casefold().split())


def attended(text: str, plan: Plan) -> str | None:
    """yes, no or '' (nothing is said); None for a word that means neither yet."""
    said = word(text)
    if not said or said in plan.yes:
        return "yes" if said else ""
    return "no" if said in plan.no else None


def minutes(text: str) -> float | None:
    """A length of time: 45, 45.5, 01:02:03 or “1h 2m 3s”; None for what is none.

    Between 0 and 1 it is the share of a day that a spreadsheet has for a length of time, and no minutes.
    """
    if NUMBER.fullmatch(text):
        number = float(text.replace(",", "."))
        return number if number >= 1 or not number else None
    if clock := CLOCK.fullmatch(text):
        hours, rest, last = map(int, clock.groups())
        return hours * 60 + rest + last / 60
    return seconds(text) / 60 or None


def heads(text: str) -> int | None:
    """How many; None for what is no number of at least one."""
    return int(text) if HEADS.fullmatch(text) else None


def needs_order(text: str) -> bool:
    """Whether it is a date by numbers, of which only a person knows which is the day."""
    return bool(BY_NUMBERS.fullmatch(text))


def seems(texts: Iterable[str]) -> str:
    """The order of dates by numbers that the ones beyond 12 allow: "day", "month", or '' for not known."""
    parts = [found for text in texts if (found := BY_NUMBERS.fullmatch(text))]
    day = any(int(one[1]) > MONTHS for one in parts)
    month = any(int(one[3]) > MONTHS for one in parts)
    return "" if day == month else "day" if day else "month"


def date(text: str, order: str) -> str:
    """As 2024-04-03 where it can be read; else as it stands, for the importer to reject with its place."""
    if iso := ISO.fullmatch(text):
        return iso[1]
    found = BY_NUMBERS.fullmatch(text)
    if not found or not order:
        return text
    first, second, year = int(found[1]), int(found[3]), found[4]
    day, month = (first, second) if order == "day" else (second, first)
    return f"{year}-{month:02}-{day:02}" if month <= MONTHS else text
