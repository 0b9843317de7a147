"""Who is meant by a line somebody pasted: suggestions with the reason for each; a person decides."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from django.db.models import Q
from django.db.models.functions import Lower

from lms.kit.clock import today
from lms.kit.names import folded
from lms.people.models import Hotline, Person
from lms.people.queries.affiliations import in_force
from lms.people.queries.merges import survivors

ADDRESS = re.compile(r"[^\s<>,;\"']+@[^\s<>,;\"']+")
SEPARATORS = re.compile(r"[\t;,|]+")
MOST_LINES = 2000
MOST_SUGGESTIONS = 5
# What the first line of a CSV file may be called.
HEADINGS = {
    "email", "e-mail", "name", "given_name", "family_name", "given name", "family name", "person_id",
    "register id", "first name", "last name", "surname", "hotline", "organisation",
}  # fmt: skip


class Why(Enum):
    """By what a suggestion was found, the surest first."""

    REGISTER_ID = "register_id"
    EMAIL = "email"
    NAME = "name"
    FAMILY_NAME = "family_name"


@dataclass(frozen=True)
class Line:
    """One line as it was written, with its number counted from 1."""

    number: int
    text: str

    @property
    def email(self) -> str:
        found = ADDRESS.search(self.text)
        return found[0].lower() if found else ""

    @property
    def cells(self) -> list[str]:
        """What is written beside the address."""
        rest = ADDRESS.sub("", self.text)
        return [one for one in (cell.strip(" <>\"'") for cell in SEPARATORS.split(rest)) if one]

    @property
    def name(self) -> str:
        return " ".join(self.cells)


@dataclass(frozen=True)
class Suggestion:
    person: Person
    why: Why
    hotline: Hotline | None = None


@dataclass(frozen=True)
class Matched:
    """A line and who may be meant, the likeliest first."""

    line: Line
    suggestions: Sequence[Suggestion]

    @property
    def sure(self) -> Person | None:
        """Who is proposed: the one person that the best reason names; None where it names several or none."""
        best = [one.person for one in self.suggestions if one.why == self.suggestions[0].why]
        single = len(best) == 1 and self.suggestions[0].why != Why.FAMILY_NAME
        return best[0] if single else None


def lines_of(text: str) -> list[Line]:
    """The lines that say something; the headings of a CSV file are none, nor what no text column can hold."""
    lines = text.replace("\0", "").split("\n")
    rows = [(number, row.strip("\ufeff \r")) for number, row in enumerate(lines, start=1)]
    found = [Line(number, row) for number, row in rows if row]
    if found and {cell.casefold() for cell in SEPARATORS.split(found[0].text)} & HEADINGS:
        found = found[1:]
    return found


def matched(lines: Sequence[Line]) -> list[Matched]:
    """Suggestions for each line, in five queries however many lines.

    A name suggests whoever has it, in either order and without regard to case and accents, else who has the
    family name. A record that was merged suggests the one it is read as.
    """
    final = survivors()
    people = _possible(lines)
    known = _Index(people)
    read_as = Person.objects.in_bulk({final.get(person.pk, person.pk) for person in people})
    hotlines = _hotlines(read_as)
    found = []
    for line in lines:
        reasons: dict[int, Why] = {}
        for why, person in known.of(line):
            reasons.setdefault(final.get(person, person), why)
        best = sorted(reasons.items(), key=lambda pair: (_rank(pair[1]), read_as[pair[0]].name))
        made = [Suggestion(read_as[pk], why, hotlines.get(pk)) for pk, why in best[:MOST_SUGGESTIONS]]
        found.append(Matched(line, made))
    return found


class _Index:
    """Person ids by what a line may say of them: two thousand lines are not held against everybody."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.by: dict[tuple[Why, str], list[int]] = {}
        for person in people:
            for key in set(self._keys(person)):
                self.by.setdefault(key, []).append(person.pk)

    def _keys(self, person: Person) -> Iterator[tuple[Why, str]]:
        user = getattr(person, "user", None)
        given, family = folded(person.given_name), folded(person.family_name)
        yield Why.REGISTER_ID, person.register_id or ""
        yield Why.EMAIL, person.email.lower()
        yield Why.EMAIL, user.email if user else ""
        yield Why.NAME, given + family
        yield Why.NAME, family + given
        yield Why.FAMILY_NAME, family

    def of(self, line: Line) -> Iterator[tuple[Why, int]]:
        """Who may be meant, the surest reasons first."""
        asked = [
            *((Why.REGISTER_ID, cell) for cell in line.cells),
            (Why.EMAIL, line.email),
            (Why.NAME, folded(line.name)),
            *((Why.FAMILY_NAME, folded(word)) for word in line.name.split()),
        ]
        for why, text in asked:
            if text:
                yield from ((why, person) for person in self.by.get((why, text), ()))


def _rank(why: Why) -> int:
    return list(Why).index(why)


def _possible(lines: Sequence[Line]) -> list[Person]:
    """Everybody who could be meant by any of the lines."""
    emails = {line.email for line in lines if line.email}
    cells = {cell for line in lines for cell in line.cells}
    words = {word.lower() for cell in cells for word in cell.split()} | {cell.lower() for cell in cells}
    people = Person.objects.annotate(
        family=Lower("family_name"), given=Lower("given_name"), address=Lower("email")
    )
    match = Q(address__in=emails) | Q(user__email__in=emails) | Q(register_id__in=cells)
    match |= (Q(family__in=words) & ~Q(family="")) | (Q(given__in=words) & ~Q(given=""))
    return list(people.filter(match).select_related("user").order_by("pk"))


def _hotlines(people: Iterable[int]) -> dict[int, Hotline]:
    ties = in_force(today()).filter(person__in=list(people), hotline__isnull=False)
    return {tie.person_id: tie.hotline for tie in ties.select_related("hotline") if tie.hotline}
