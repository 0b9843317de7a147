"""Training registers of any size, invented from a seed: the same seed and size give the same bytes.

About two participation lines and four facts a person. Half of all take the one course that everybody knows,
so that something is as large as the register itself.
"""

import csv
import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lms.people.enums import Audience
from lms.people.hotline_list import SHIPPED, read

YEARS = (2022, 2023, 2024)
GIVEN = ("Ana", "Bram", "Chidi", "Dana", "Emil", "Fatou", "Goran", "Hana", "Iván", "Jūratė", "Kofi", "Lina")
FAMILY = ("Andersen", "Banda", "Costa", "Dvořák", "Eze", "Fischer", "García", "Horváth", "Ivanova", "Jensen")
AGENCIES = ("National Police", "Ministry of Justice", "Telecom", "University", "Data Protection Authority")
FUNDERS = ("own funds", "CERV", "ISF", "")
TOPICS = ("staff welfare", "content tracing", "classification", "legal", "artificial intelligence")
# Kind, how many of a hundred activities, whether it is self-paced.
KINDS = (("basic", 15), ("advanced", 10), ("online", 5), ("law_enforcement", 15), ("webinar", 30),
         ("htm", 5), ("exchange", 15), ("summit", 5))  # fmt: skip
HEADER = {
    "people": "person_id given_name family_name email audience organisation country from until",
    "activities": "activity_id kind title starts_at ends_at timezone mode place country host funder topics"
    " status",
    "participations": "activity_id person_id audience organisation country headcount enrolled_on attended"
    " completed_on",
}
EVERYBODYS = "B-everybody"


@dataclass(frozen=True)
class Affiliated:
    audience: str
    organisation: str
    country: str


@dataclass(frozen=True)
class Planned:
    name: str
    kind: str
    starts: dt.datetime | None


def write_register(folder: Path, *, persons: int, seed: int) -> int:
    """Write the three files into `folder`; returns how many lines they have without their headers."""
    chance = random.Random(f"{seed}/{persons}")  # noqa: S311 - invented data, not a secret
    hotlines = [Affiliated(Audience.HOTLINE, row.name, row.iso2) for row in read(SHIPPED).rows]
    planned: list[Planned] = []
    folder.mkdir(parents=True)
    return (
        write(folder, "people", people(chance, persons, hotlines))
        + write(folder, "activities", activities(chance, persons, hotlines, planned))
        + write(folder, "participations", participations(chance, persons, planned))
    )


def write(folder: Path, name: str, rows: Iterator[Sequence[object]]) -> int:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER[name].split())
        count = 0
        for row in rows:
            writer.writerow(row)
            count += 1
        return count


def people(chance: random.Random, persons: int, hotlines: list[Affiliated]) -> Iterator[Sequence[object]]:
    """One line each, and for one in twenty a second one: they changed places in the middle of 2023."""
    for number in range(persons):
        name = [f"B{number:07}", chance.choice(GIVEN), chance.choice(FAMILY), f"b{number:07}@bench.example"]
        moved = chance.random() < 0.05
        last = dt.date(2023, 6, 30) if moved else ""
        yield [*name, *place(chance, hotlines), "2020-01-01", last]
        if moved:
            yield [*name, *place(chance, hotlines), "2023-07-01", ""]


def place(chance: random.Random, hotlines: list[Affiliated]) -> Sequence[str]:
    at = chance.choice(hotlines)
    if chance.random() < 0.6:
        return at.audience, at.organisation, at.country
    return chance.choice(("law_enforcement", "government", "industry")), chance.choice(AGENCIES), at.country


def activities(
    chance: random.Random, persons: int, hotlines: list[Affiliated], planned: list[Planned]
) -> Iterator[Sequence[object]]:
    """One for every twenty persons and forty more; `planned` is filled on the way."""
    planned.append(Planned(EVERYBODYS, "online", None))
    yield [EVERYBODYS, "online", "For everybody", "", "", "", "online", "", "", "", "CERV", "legal", "held"]
    kinds, weights = zip(*KINDS, strict=True)
    for number in range(40 + persons // 20):
        kind = chance.choices(kinds, weights)[0]
        starts = moment(chance)
        yield activity(chance, f"B-{number:06}", kind, starts, chance.choice(hotlines), planned)


def moment(chance: random.Random) -> dt.datetime:
    day = dt.date(chance.choice(YEARS), 1, 1) + dt.timedelta(days=chance.randrange(365))
    return dt.datetime.combine(day, dt.time(chance.randrange(8, 18)))


def activity(
    chance: random.Random,
    name: str,
    kind: str,
    starts: dt.datetime,
    host: Affiliated,
    planned: list[Planned],
) -> Sequence[object]:
    self_paced = kind == "online"
    cancelled = not self_paced and chance.random() < 0.03
    if not cancelled:
        planned.append(Planned(name, kind, None if self_paced else starts))
    ends = starts + dt.timedelta(hours=6)
    return [
        name, kind, f"{kind} {name}",
        *(("", "", "") if self_paced else (starts.isoformat(), ends.isoformat(), "Europe/Amsterdam")),
        chance.choice(("in_person", "online", "hybrid")), "", host.country,
        host.organisation if kind == "exchange" else "", chance.choice(FUNDERS),
        ";".join(chance.sample(TOPICS, chance.randrange(3))), "cancelled" if cancelled else "held",
    ]  # fmt: skip


def participations(chance: random.Random, persons: int, planned: list[Planned]) -> Iterator[Sequence[object]]:
    everybodys, others = planned[0], planned[1:]
    for number in range(persons):
        taken = [everybodys] if chance.random() < 0.5 else []
        taken += chance.sample(others, chance.choice((1, 1, 2)))
        for one in taken:
            yield participation(chance, f"B{number:07}", one)
    for number in range(persons // 100):
        one = others[number % len(others)]
        head_count = ["", "government", f"Office {number}", "NL", chance.randrange(1, 40), ""]
        if one.starts is not None:
            yield [one.name, *head_count, "yes", ""]


def participation(chance: random.Random, person: str, one: Planned) -> Sequence[object]:
    """Enrolled and completed where self-paced, attended by most of those enrolled elsewhere."""
    held = one.starts or moment(chance)
    enrolled = held.date() - dt.timedelta(days=chance.randrange(1, 60))
    attended = "" if one.starts is None else chance.choice(("yes", "yes", "yes", "yes", "no"))
    completed = held.date() if attended != "no" and chance.random() < 0.6 else ""
    return [one.name, person, "", "", "", 1, enrolled, attended, completed]
