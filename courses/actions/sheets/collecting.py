"""Whom a sheet names, each person once; and the words of it that nobody has explained yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from courses.actions.sheets.keys import keys_of
from courses.kinds import sheets as kinds
from courses.kinds.calls import shown
from courses.kinds.sheets import DATES, Plan, Read, Role, Who
from courses.models import Sheet, SheetPerson, SheetState
from courses.queries import sheets as queries

BATCH = 1_000
MOST_TOLD = 10
LONGEST_WORD = 60


@dataclass
class Unexplained:
    """Values that the plan has no meaning for, a few of each kind: what a person is asked about."""

    words: list[str] = field(default_factory=list)
    minutes: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)

    def note(self, line: Read, plan: Plan) -> None:
        if kinds.attended(line.said(Role.ATTENDED), plan) is None:
            told(self.words, kinds.word(line.said(Role.ATTENDED)))
        length = line.said(Role.MINUTES)
        if length and kinds.minutes(length) is None:
            told(self.minutes, length)
        for role in DATES:
            if not plan.order and kinds.needs_order(line.said(role)):
                told(self.dates, line.said(role))

    def as_json(self) -> dict[str, list[str]]:
        return {name: values for name, values in vars(self).items() if values}


def told(values: list[str], value: str) -> None:
    text = shown(value)[:LONGEST_WORD]
    if text not in values and len(values) < MOST_TOLD:
        values.append(text)


@dataclass
class Somebody:
    who: Who
    line: int
    about: str
    lines: int = 1


def collect(sheet: Sheet) -> SheetState:
    """Write down whom it names, with what was decided before; or say what has to be explained first."""
    plan = Plan.of(sheet.plan)
    unexplained, people, nameless, counts = Unexplained(), dict[str, Somebody](), 0, 0
    for line in queries.Lines.of(sheet).read(plan):
        unexplained.note(line, plan)
        sign = line.who.sign
        if line.is_head_count:
            counts += 1
        elif not sign:
            nameless += 1
        elif sign in people:
            people[sign].lines += 1
        else:
            people[sign] = Somebody(line.who, line.number, about(line))
    asked = unexplained.as_json() or ({} if people or counts else {"nobody": [""]})
    numbers = {"nameless": nameless, "people": len(people), "counts": counts}
    sheet.found = {**sheet.found, "unexplained": asked, **numbers}
    if asked:
        return SheetState.COLUMNS
    write(sheet, list(people.values()))
    return SheetState.PEOPLE


def about(line: Read) -> str:
    return shown(", ".join(filter(None, map(line.said, (Role.AUDIENCE, Role.ORGANISATION, Role.COUNTRY)))))[
        :400
    ]


def write(sheet: Sheet, people: Sequence[Somebody]) -> None:
    """All rows anew: what was decided on this sheet goes along, then what is remembered of its source."""
    before = {one.key: one for one in SheetPerson.objects.filter(sheet=sheet)}
    SheetPerson.objects.filter(sheet=sheet).delete()
    for first in range(0, len(people), BATCH):
        part = people[first : first + BATCH]
        keys = [keys_of(sheet, one.who) for one in part]
        known = queries.remembered(sheet.source, {key for each in keys for key in each})
        rows = []
        for number, (one, own) in enumerate(zip(part, keys, strict=True), start=first + 1):
            earlier = next((known[key] for key in own if key in known), None)
            here = next((before[key] for key in own if key in before), None)
            decision = decided(here) or remembered(earlier)
            rows.append(row(sheet, number, own[0], one, decision))
        SheetPerson.objects.bulk_create(rows)


def decided(earlier: SheetPerson | None) -> dict[str, Any]:
    if earlier is None or not earlier.choice:
        return {}
    kept = ("choice", "person_id", "register_id", "remembered", "version")
    return {name: getattr(earlier, name) for name in kept}


def remembered(match: Any) -> dict[str, Any]:
    if match is None:
        return {}
    return {
        "choice": queries.choice_of(match),
        "person": match.person,
        "register_id": match.register_id,
        "remembered": True,
    }


def row(sheet: Sheet, number: int, key: str, one: Somebody, decision: dict[str, Any]) -> SheetPerson:
    return SheetPerson(
        sheet=sheet,
        number=number,
        key=key,
        email=shown(one.who.email)[:254],
        given_name=shown(one.who.given_name)[:200],
        family_name=shown(one.who.family_name)[:200],
        about=one.about,
        line=one.line,
        lines=one.lines,
        **decision,
    )
