"""Sheets that were brought in: what stands in them, whom they name, what is remembered of their sources."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower

from courses.kinds.calls import shown
from courses.kinds.sheets import LONGEST_LABEL, Plan, Read, Role, labels
from courses.models import (
    Choice,
    Sheet,
    SheetMatch,
    SheetPerson,
    SheetSource,
    SheetState,
    UploadState,
)
from courses.queries.matching import Line, Matched, Why, matched
from lms.kit.blobs import Blobs
from lms.kit.shelves import Shelved
from lms.people.models import Person
from lms.people.queries.merges import survivors
from lms.people.queries.persons import is_emptied

SAMPLES = 200


def files() -> Blobs:
    return Blobs(settings.REGISTERS_DIR)


@dataclass(frozen=True)
class Lines:
    """What was read of a sheet. Raises FileNotFoundError where that is gone; no query.

    The header of a sheet that was chosen and not read yet is not known: the first line stands for it.
    """

    shelf: Shelved
    header: int

    @classmethod
    def of(cls, sheet: Sheet) -> "Lines":
        return cls(Shelved(files().path(sheet.lines)), sheet.layout.get("header", 1))

    def first(self, count: int) -> list[tuple[int, list[str]]]:
        return [(number, cells) for number, cells in self.shelf[:count]]

    def labels(self) -> list[str]:
        """What the columns are called, those that only lines below the header have included."""
        head: list[str] = next((cells for number, cells in self.shelf if number == self.header), [])
        widest = max((len(cells) for cells in self.samples()), default=0)
        whole = head + [""] * (widest - len(head))
        return labels([shown(cell[: 2 * LONGEST_LABEL]) for cell in whole])

    def samples(self) -> list[list[str]]:
        """The first lines below the header."""
        return [cells for number, cells in self.shelf[: SAMPLES + self.header] if number > self.header]

    def read(self, plan: Plan) -> Iterator[Read]:
        """Every line below the header by what its columns are; memory holds a thousand."""
        found = self.labels()
        roles = [
            (found.index(label), Role(said))
            for label, said in plan.columns.items()
            if label in found and said
        ]
        for number, cells in self.shelf:
            if number > self.header:
                said = {role: cells[place].strip() for place, role in roles if place < len(cells)}
                yield Read(number, {role: text for role, text in said.items() if text})


def brought() -> QuerySet[Sheet]:
    """All of them, whatever became of each, the newest first."""
    return Sheet.objects.select_related("source", "uploaded_by__person", "upload").order_by("-pk")


def sources() -> QuerySet[SheetSource]:
    counts = {"known": _number_of(SheetMatch), "brought": _number_of(Sheet)}
    return SheetSource.objects.annotate(**counts).order_by(Lower("name"), "pk")


def _number_of(model: type[SheetMatch] | type[Sheet]) -> Coalesce:
    """Of a source, each counted by itself: joined they would be as many as one times the other."""
    rows = model._default_manager.filter(source=OuterRef("pk")).order_by().values("source")
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


def undecided(sheet: Sheet) -> QuerySet[SheetPerson]:
    return SheetPerson.objects.filter(sheet=sheet, choice="")


def taken(sheet: Sheet) -> QuerySet[SheetPerson]:
    """Everybody who is not left out, decided or not."""
    return SheetPerson.objects.filter(sheet=sheet).exclude(choice=Choice.OUT)


@dataclass(frozen=True)
class Row:
    """Somebody on a sheet and who may be meant. ``equal`` is the one person of the same address."""

    one: SheetPerson
    matched: Matched

    @property
    def equal(self) -> Person | None:
        same = [each.person for each in self.matched.suggestions if each.why == Why.EMAIL]
        return same[0] if len(same) == 1 else None


def rows_of(people: Sequence[SheetPerson]) -> list[Row]:
    """With suggestions, in five queries however many people."""
    lines = [Line(one.number, ", ".join(filter(None, (_name(one), one.email)))) for one in people]
    return [Row(one, found) for one, found in zip(people, matched(lines), strict=True)]


def _name(one: SheetPerson) -> str:
    # Commas part cells from each other there, and an address within a name is nobody's address.
    return f"{one.given_name} {one.family_name}".replace(",", " ").replace("@", " ").strip()


def remembered(source: SheetSource | None, keys: Collection[str]) -> dict[str, SheetMatch]:
    """What was decided of these keys on earlier sheets, as far as it still holds.

    Somebody whose record was emptied is nobody any more, and a new person who became known is that person.
    """
    if source is None:
        return {}
    found = {one.key: one for one in _held(source, keys)}
    new = {one.register_id for one in found.values() if one.register_id}
    known = {one.register_id: one for one in Person.objects.filter(register_id__in=new)}
    for match in found.values():
        if match.register_id in known:
            match.person, match.register_id = known[match.register_id], ""
    return {key: one for key, one in found.items() if one.person is None or not is_emptied(one.person)}


def _held(source: SheetSource, keys: Collection[str]) -> QuerySet[SheetMatch]:
    return SheetMatch.objects.filter(source=source, key__in=keys).select_related("person")


def choice_of(match: SheetMatch) -> Choice:
    if match.person is not None:
        return Choice.PERSON
    return Choice.NEW if match.register_id else Choice.OUT


def may_lay_out(sheet: Sheet) -> bool:
    """Whether something can be said of how it is read: also where it cannot be read as it was so far."""
    if sheet.state == SheetState.UNUSABLE:
        return "separator" in sheet.layout or len(sheet.found.get("sheets", [])) > 1
    return bool(sheet.lines) and sheet.state in SheetState.asking()


def may_go_back(sheet: Sheet) -> bool:
    """Whether it can be said otherwise who its people are although it is a register; no further query."""
    if sheet.state != SheetState.MADE or sheet.upload is None or sheet.forgotten_at is not None:
        return False
    return sheet.upload.state in (*UploadState.to_drop(), UploadState.DROPPED)


def may_change(sheet: Sheet) -> bool:
    """Whether columns and people can be said, or said otherwise."""
    return sheet.state in (SheetState.COLUMNS, SheetState.PEOPLE)


def people_named(texts: Collection[str]) -> dict[Person, set[str]]:
    """Persons by register id or address, in small letters, with which of the texts name each; one query.

    A record that was merged is read as the one it is read as everywhere.
    """
    people = Person.objects.annotate(ref=Lower("register_id"), address=Lower("email"))
    wanted = Q(ref__in=texts) | Q(address__in=texts) | Q(user__email__in=texts)
    final = survivors()
    read_as: dict[int, set[str]] = {}
    for person in people.filter(wanted).select_related("user"):
        login = getattr(person, "user", None)
        names = {person.ref, person.address, login.email.lower() if login else ""} & set(texts)
        read_as.setdefault(final.get(person.pk, person.pk), set()).update(names)
    known = Person.objects.in_bulk(read_as)
    return {known[pk]: names for pk, names in read_as.items()}


@dataclass(frozen=True)
class Origins:
    """Where in a sheet the lines of the register that came of it stand; no query."""

    shelf: Shelved
    begins: Mapping[str, int]
    plan: Plan

    @classmethod
    def of(cls, sheet: Sheet | None) -> "Origins | None":
        """None for a register that came of no sheet, or of one that is no longer kept."""
        if sheet is None or not sheet.origins:
            return None
        begins, at = {}, 0
        for file in MADE:
            begins[file] = at
            at += sheet.found["made"].get(file, 0)
        try:
            return cls(Shelved(files().path(sheet.origins)), begins, Plan.of(sheet.plan))
        except FileNotFoundError:
            return None

    def lines(self, file: str, line: int) -> list[int]:
        """Of the sheet, the lines that line ``line`` of a file of the register came from."""
        found: list[int] = self.shelf[self.begins[file] + line - FIRST_LINE]
        return found

    def column(self, column: str) -> str:
        """What the sheet calls a column of the register; '' where it has none."""
        return self.plan.label_of(*BECAME.get(column, ()))


# The files that are made of a sheet, in the order of their lines' origins.
MADE = ("people.csv", "participations.csv")
# The header of a file of the register is its line 1.
FIRST_LINE = 2
# The roles that columns of the register are made of.
BECAME = {
    "given_name": (Role.GIVEN, Role.FULL),
    "family_name": (Role.FAMILY, Role.FULL),
    "email": (Role.EMAIL,),
    "audience": (Role.AUDIENCE,),
    "organisation": (Role.ORGANISATION,),
    "country": (Role.COUNTRY,),
    "activity_id": (Role.ACTIVITY,),
    "attended": (Role.ATTENDED, Role.MINUTES),
    "enrolled_on": (Role.ENROLLED,),
    "completed_on": (Role.COMPLETED,),
    "headcount": (Role.HEADCOUNT,),
}
