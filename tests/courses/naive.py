"""The training counts once more, in plain Python and as slowly as the rules read.

Written from the words of the contract alone, without Django and without SQL, so that the counts have
something to be held against. A register is a dict of three lists of dicts, as `csv.DictReader` gives them.
"""

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

REPORTING = ZoneInfo("Europe/Amsterdam")
FILES = ("people", "activities", "participations")
COUNTRIES = Path(__file__).parents[2] / "lms/people/data/countries.csv"
FILLED = ("audience", "organisation", "country")

Register = dict[str, list[dict[str, str]]]
"""`people`, `activities` and `participations`; a file that is missing is an empty list."""


def read(folder: Path) -> Register:
    """The register in a folder, every cell without outer spaces."""
    return {name: _lines(folder / f"{name}.csv") for name in FILES}


def _lines(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [{column: cell.strip() for column, cell in line.items()} for line in csv.DictReader(file)]


def regions() -> dict[str, str]:
    """Country to region, from the table that the project ships."""
    with COUNTRIES.open(encoding="utf-8", newline="") as file:
        return {line["code"]: line["region"] for line in csv.DictReader(file)}


@dataclass(frozen=True)
class Part:
    """One stage of one line: who or how many, and as what. The day is None where the activity says it."""

    activity: str
    stage: str
    person: str | None
    number: int
    day: dt.date | None
    audience: str
    organisation: str
    country: str


@dataclass(frozen=True)
class Activity:
    """What counts of an activity, by its id. The days are the start's, in the reporting zone and at the place itself;
    both are None when it is self-paced."""

    id: str
    kind: str
    status: str
    day: dt.date | None
    local_day: dt.date | None
    mode: str
    country: str
    host: str
    funder: str
    topics: tuple[str, ...]

    @classmethod
    def of(cls, line: dict[str, str]) -> "Activity":
        start = line["starts_at"]
        return cls(
            id=line["activity_id"],
            kind=line["kind"],
            status=line["status"],
            day=reporting_day(start, line["timezone"]) if start else None,
            local_day=dt.date.fromisoformat(start[:10]) if start else None,
            mode=line["mode"],
            country=line["country"],
            host=line["host"],
            funder=line["funder"],
            topics=tuple(topic.strip() for topic in line["topics"].split(";") if topic.strip()),
        )


def reporting_day(starts_at: str, zone: str) -> dt.date:
    local = dt.datetime.fromisoformat(starts_at)
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(REPORTING).date()


class Book:
    """What is known after the registers taken so far. Every register must be free of rejected lines."""

    def __init__(self) -> None:
        self.people: dict[str, list[dict[str, str]]] = {}
        self.activities: dict[str, Activity] = {}
        self.parts: dict[tuple[str, ...], list[Part]] = {}
        self.merged: dict[str, str] = {}
        # What paid, as counts write it: of an activity, and of one participation by its key.
        self.paid: dict[str, frozenset[str]] = {}
        self.own: dict[tuple[str, ...], frozenset[str]] = {}

    def take(self, register: Register) -> "Book":
        """Import a register: its people, activities and participations replace what was known of them."""
        self._take_people(register["people"])
        self.activities |= {line["activity_id"]: Activity.of(line) for line in register["activities"]}
        for line in register["participations"]:
            self.parts[_key(line)] = list(self._parts_of(line))
        return self

    def _take_people(self, lines: list[dict[str, str]]) -> None:
        gathered: dict[str, list[dict[str, str]]] = defaultdict(list)
        for line in lines:
            if line not in gathered[line["person_id"]]:
                gathered[line["person_id"]].append(line)
        self.people |= gathered

    def _parts_of(self, line: dict[str, str]) -> Iterator[Part]:
        if line["enrolled_on"]:
            yield self._part(line, "enrolled", dt.date.fromisoformat(line["enrolled_on"]))
        if line["attended"] == "yes":
            yield self._part(line, "attended", None, self.activities[line["activity_id"]].local_day)
        if line["completed_on"]:
            yield self._part(line, "completed", dt.date.fromisoformat(line["completed_on"]))

    def _part(
        self, line: dict[str, str], stage: str, day: dt.date | None, filled_on: dt.date | None = None
    ) -> Part:
        who = self._filled(line, filled_on or day)
        number = int(line["headcount"] or 1)
        return Part(line["activity_id"], stage, line["person_id"] or None, number, day, **who)

    def _filled(self, line: dict[str, str], day: dt.date | None) -> dict[str, str]:
        """The three cells, blanks filled from the one affiliation of that day that contradicts nothing given,
        or else from the one of that day; an organisation only together with its audience."""
        given = {cell: line[cell] for cell in FILLED}
        held = [one for one in self.people.get(line["person_id"], []) if _covers(one, day)]
        agreeing = [one for one in held if all(given[c] in ("", one[c]) for c in FILLED)]
        candidates = {tuple(one[cell] for cell in FILLED) for one in agreeing or held}
        if len(candidates) > 1 and not all(given.values()):
            raise ValueError(f"two candidates for {line}")
        known = dict(zip(FILLED, min(candidates), strict=True)) if candidates else given
        filled = {cell: given[cell] or known[cell] for cell in FILLED}
        if filled["audience"] != known["audience"]:
            filled["organisation"] = given["organisation"]
        return filled

    def payers(self, activity: str, part: Part | None) -> frozenset[str]:
        """Of a participation its own, else its activity's; of the activity itself these and all of those."""
        of_activity = self.paid.get(activity, frozenset())
        if part is None:
            return of_activity.union(*(said for key, said in self.own.items() if key[0] == activity))
        return self.own.get(_key_of(part), frozenset()) or of_activity

    def survivor(self, person: str) -> str:
        while person in self.merged:
            person = self.merged[person]
        return person


def _key(line: dict[str, str]) -> tuple[str, ...]:
    if line["person_id"]:
        return (line["activity_id"], line["person_id"])
    return (line["activity_id"], *(line[cell] for cell in FILLED))


def _key_of(part: Part) -> tuple[str, ...]:
    if part.person:
        return (part.activity, part.person)
    return (part.activity, part.audience, part.organisation, part.country)


def _covers(affiliation: dict[str, str], day: dt.date | None) -> bool:
    first, last = affiliation["from"] or "0001-01-01", affiliation["until"] or "9999-12-31"
    return day is not None and first <= day.isoformat() <= last
