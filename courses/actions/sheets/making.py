"""A sheet whose columns and people are said, as the register's own files: an upload like any other."""

import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from courses.actions.imports.sheets import NEXT_LINE
from courses.actions.imports.writing import write_lines
from courses.actions.sheets import ids
from courses.actions.sheets.keys import key_of
from courses.actions.sheets.places import Place, Places
from courses.actions.uploads.bringing import bring_register
from courses.kinds import sheets as kinds
from courses.kinds.sheets import Plan, Read, Role
from courses.models import Choice, Sheet, SheetPerson, SheetState
from courses.queries import sheets as queries
from lms.kit.shelves import Shelf

# So many lines of the sheet are named where one line of the register came of several.
MOST_ORIGINS = 20


@dataclass
class Part:
    """What the lines of one person at one activity say together."""

    lines: list[int] = field(default_factory=list)
    minutes: float | None = None
    attended: set[str] = field(default_factory=set)
    # By what else a line says, in their order: lines that differ stay lines of their own, to be rejected.
    said: dict[tuple[Place, str, str, str], list[int]] = field(default_factory=dict)

    def add(self, line: Read, place: Place, plan: Plan) -> None:
        self.lines.append(line.number)
        minutes = kinds.minutes(line.said(Role.MINUTES))
        if minutes is not None:
            self.minutes = (self.minutes or 0) + minutes
        self.attended.add(kinds.attended(line.said(Role.ATTENDED), plan) or "")
        enrolled, completed = (kinds.date(line.said(role), plan.order) for role in kinds.DATES)
        # One is what a person counts as; any other number is the importer's to reject.
        heads = line.said(Role.HEADCOUNT)
        more = "" if kinds.heads(heads) == 1 else heads
        self.said.setdefault((place, enrolled, completed, more), []).append(line.number)

    def was_there(self, plan: Plan) -> str:
        if plan.has(Role.MINUTES):
            # A blank cell says nothing, not that somebody was away.
            if self.minutes is None:
                return ""
            return "yes" if self.minutes >= plan.minutes else "no"
        if plan.has(Role.ATTENDED):
            return next((said for said in ("yes", "no") if said in self.attended), "")
        return "yes" if plan.everybody else ""


@dataclass
class Counted:
    """Lines without names that say the same of one place: their numbers are added up. Where one of them is no
    number all of them are rejected, with that one as the reason: half a sum would be a wrong number.
    """

    lines: list[int] = field(default_factory=list)
    heads: int = 0
    odd: str = ""

    def add(self, line: Read) -> None:
        self.lines.append(line.number)
        said = line.said(Role.HEADCOUNT)
        self.heads += kinds.heads(said) or 0
        self.odd = self.odd or ("" if kinds.heads(said) else said)


class Register:
    """The lines of people.csv and participations.csv, each with the lines of the sheet that it came from."""

    def __init__(self, sheet: Sheet, decisions: dict[str, SheetPerson]) -> None:
        self.sheet, self.plan, self.decisions = sheet, Plan.of(sheet.plan), decisions
        self.places = Places(self.plan)
        self.ids = ids.register_ids(decisions.values())
        self.activity = ids.of_activity(sheet.activity) if sheet.activity else ""
        self.people: dict[str, tuple[dict[str, str], list[int]]] = {}
        self.parts: dict[tuple[str, str], Part] = {}
        # By activity, place, and what was said of attendance and days.
        self.counts: dict[tuple[str, Place, str, str, str], Counted] = {}

    def add(self, line: Read) -> bool:
        """False where nobody has decided who it is."""
        who = line.who
        if line.is_head_count:
            self.count(line)
        if not who.sign:
            return True
        one = self.decisions.get(key_of(self.sheet, who))
        if one is None or not one.choice:
            return False
        if one.choice == Choice.OUT:
            return True
        place, person = self.places.of(line), self.ids[one.key]
        if one.choice == Choice.NEW:
            self.people.setdefault(person, (self.person(person, line, place), [line.number]))
        activity = self.activity or line.said(Role.ACTIVITY)
        self.parts.setdefault((activity, person), Part()).add(line, place, self.plan)
        return True

    def count(self, line: Read) -> None:
        enrolled, completed = (kinds.date(line.said(role), self.plan.order) for role in kinds.DATES)
        if line.said(Role.HEADCOUNT).strip() == "0":
            return
        if self.plan.has(Role.ATTENDED):
            there = kinds.attended(line.said(Role.ATTENDED), self.plan) or ""
        elif self.plan.has(Role.MINUTES):
            there = self.by_minutes(line)
        else:
            there = "yes" if self.plan.everybody else ""
        activity = self.activity or line.said(Role.ACTIVITY)
        key = (activity, self.places.of(line), there, enrolled, completed)
        self.counts.setdefault(key, Counted()).add(line)

    def by_minutes(self, line: Read) -> str:
        length = kinds.minutes(line.said(Role.MINUTES))
        return "" if length is None else "yes" if length >= self.plan.minutes else "no"

    def person(self, person: str, line: Read, place: Place) -> dict[str, str]:
        who = line.who
        return {
            "person_id": person,
            "given_name": who.given_name,
            "family_name": who.family_name,
            "email": who.email,
            **place._asdict(),
        }

    def participations(self) -> Iterator[tuple[dict[str, str], list[int]]]:
        for (activity, person), part in self.parts.items():
            for (place, enrolled, completed, more), lines in part.said.items():
                said = {
                    "activity_id": activity,
                    "person_id": person,
                    **place._asdict(),
                    "headcount": more,
                    "enrolled_on": enrolled,
                    "attended": part.was_there(self.plan),
                    "completed_on": completed,
                }
                yield said, part.lines if len(part.said) == 1 else lines
        for (activity, place, there, enrolled, completed), counted in self.counts.items():
            said = {
                "activity_id": activity,
                **place._asdict(),
                "headcount": counted.odd or str(counted.heads),
                "enrolled_on": enrolled,
                "attended": there,
                "completed_on": completed,
            }
            yield said, counted.lines

    def files(self) -> dict[str, list[tuple[dict[str, str], list[int]]]]:
        made = zip(queries.MADE, (list(self.people.values()), list(self.participations())), strict=True)
        return {name: lines for name, lines in made if lines}


def make(sheet: Sheet, origins: BinaryIO) -> SheetState:
    """Bring the register in; ``origins`` gets, for each line of it, the lines it came from.

    Gives the sheet back where somebody of it is not decided, or where nobody of it is left.
    """
    decisions = {one.key: one for one in SheetPerson.objects.filter(sheet=sheet).select_related("person")}
    register = Register(sheet, decisions)
    if not all(register.add(line) for line in queries.Lines.of(sheet).read(register.plan)):
        return SheetState.TO_COLLECT
    files = register.files()
    if not files:
        sheet.found = {**sheet.found, "empty": True}
        return SheetState.PEOPLE
    shelf = Shelf(origins)
    for lines in files.values():
        for _said, numbers in lines:
            shelf.add(numbers[:MOST_ORIGINS])
    shelf.close()
    sheet.found = {**sheet.found, "made": {name: len(lines) for name, lines in files.items()}, "empty": False}
    with tempfile.TemporaryFile() as packed:
        pack(packed, {name: [said for said, _numbers in lines] for name, lines in files.items()})
        packed.seek(0)
        sheet.upload = bring_register(name=sheet.name, content=packed, by=sheet.handled_by)
    ids.remember(sheet, decisions.values())
    return SheetState.MADE


def pack(out: BinaryIO, files: dict[str, Sequence[dict[str, str]]]) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in files.items():
            with archive.open(name, "w") as member, io.TextIOWrapper(member, "utf-8", newline="") as text:
                write_lines(text, name, map(in_one_line, lines))


def in_one_line(said: Mapping[str, str]) -> dict[str, str]:
    """Line breaks as a workbook's are read: one within a cell would move the lines below it."""
    return {column: cell.translate(NEXT_LINE) for column, cell in said.items()}
