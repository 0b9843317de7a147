"""The counts and breakdowns of a book, by the rules of the contract: see naive.py."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping

from tests.courses.naive import Activity, Book, Part, regions

REGIONS = regions()
Counts = dict[tuple[str, str | None], int]
"""(code, value of the dimension or None) to every number that is not zero."""


class Recount:
    """Counts of a book for whole days in the reporting zone, both ends included."""

    def __init__(
        self, book: Book, first: dt.date, last: dt.date, by: str = "", where: Mapping[str, str] | None = None
    ) -> None:
        self.book, self.first, self.last, self.by = book, first, last, by
        self.where = dict(where or {})

    def counts(self) -> Counts:
        numbers = {**self._held(), **self._hotlines(), **self._taken_part()}
        return {key: number for key, number in numbers.items() if number}

    def _held(self) -> Counts:
        """Held activities; hotline and country are the host's and the activity's, audience does not apply."""
        numbers: Counts = defaultdict(int)
        for activity in self.book.activities.values():
            for value in self._groups(event(activity), activity) if self._is_held(activity) else ():
                numbers[f"{activity.kind}.held.events", value] += 1
        return numbers

    def _hotlines(self) -> Counts:
        """Distinct hotlines that hosted an exchange or visited one; audience does not apply to them either."""
        if "audience" in (self.by, *self.where):
            return {}
        found: dict[tuple[str, str | None], set[str]] = defaultdict(set)
        for hotline, where, activity, part in self._visits():
            for value in self._groups(where, activity, part):
                found["exchange.held.hotlines", value].add(hotline)
        return {key: len(hotlines) for key, hotlines in found.items()}

    def _visits(self) -> Iterator[tuple[str, dict[str, str], Activity, Part | None]]:
        for part in self._parts():
            activity = self.book.activities[part.activity]
            if activity.kind == "exchange" and part.stage == "attended" and part.audience == "hotline":
                yield part.organisation, place(part), activity, part
        for activity in self.book.activities.values():
            if activity.kind == "exchange" and activity.host and self._is_held(activity):
                yield activity.host, event(activity), activity, None

    def _taken_part(self) -> Counts:
        """Participations, people and the unidentified, each person once per activity."""
        persons: dict[tuple[str, str, str | None], set[tuple[str, str]]] = defaultdict(set)
        heads: dict[tuple[str, str, str | None], int] = defaultdict(int)
        for part in self._parts():
            activity = self.book.activities[part.activity]
            for value in self._groups(place(part), activity, part):
                group = (activity.kind, part.stage, value)
                if part.person:
                    persons[group].add((part.activity, self.book.survivor(part.person)))
                else:
                    heads[group] += part.number
        return dict(self._units(persons, heads))

    def _units(self, persons: dict, heads: dict) -> Iterator[tuple[tuple[str, str | None], int]]:
        for kind, stage, value in {*persons, *heads}:
            rooms, unnamed = persons.get((kind, stage, value), set()), heads.get((kind, stage, value), 0)
            yield (f"{kind}.{stage}.participations", value), len(rooms) + unnamed
            yield (f"{kind}.{stage}.people", value), len({person for _, person in rooms})
            yield (f"{kind}.{stage}.unidentified", value), unnamed

    def behind(self, kind: str, stage: str) -> set[Part]:
        """The facts that a count of taking part is made of; two equal head counts do not exist."""
        parts = (part for part in self._parts() if part.stage == stage)
        found = ((part, self.book.activities[part.activity]) for part in parts)
        return {part for part, at in found if at.kind == kind and list(self._groups(place(part), at, part))}

    def _parts(self) -> Iterator[Part]:
        """What counts in the span. Of two records of one person in one room only the earlier fact does; of
        two on one day the survivor's own."""
        rooms: dict[tuple[str, str, str], list[Part]] = defaultdict(list)
        for part in (part for parts in self.book.parts.values() for part in parts):
            if part.person:
                rooms[part.activity, part.stage, self.book.survivor(part.person)].append(part)
            elif self._counts(part):
                yield part
        for (_, _, survivor), parts in rooms.items():
            first = min(parts, key=lambda part: (part.day or dt.date.min, part.person != survivor))
            if self._counts(first):
                yield first

    def _counts(self, part: Part) -> bool:
        activity = self.book.activities[part.activity]
        if part.stage == "attended":
            return self._is_held(activity)
        if part.stage == "enrolled" and activity.status == "cancelled":
            return False
        return self._within(part.day)

    def _is_held(self, activity: Activity) -> bool:
        return activity.status == "held" and self._within(activity.day)

    def _within(self, day: dt.date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    def _groups(
        self, who: dict[str, str], activity: Activity, part: Part | None = None
    ) -> Iterator[str | None]:
        """Under which values of the dimension this counts: none at all where a filter leaves it out."""
        values = dimensions(who, activity, part) | paying(self.book.payers(activity.id, part))
        if all((wanted or None) in values.get(name, ()) for name, wanted in self.where.items()):
            yield from values.get(self.by, ()) if self.by else (None,)


def event(activity: Activity) -> dict[str, str]:
    return {"hotline": activity.host, "country": activity.country}


def place(part: Part) -> dict[str, str]:
    hotline = part.organisation if part.audience == "hotline" else ""
    return {"audience": part.audience, "hotline": hotline, "country": part.country}


def paying(names: frozenset[str]) -> dict[str, tuple[str | None, ...]]:
    """The grants of what paid, where "G · WP" is a work package of G; and the work packages."""
    grants = sorted({name.partition(" · ")[0] for name in names})
    packages = sorted(name for name in names if " · " in name)
    return {"grant": tuple(grants) or (None,), "work_package": tuple(packages) or (None,)}


def dimensions(
    who: dict[str, str], activity: Activity, part: Part | None
) -> dict[str, tuple[str | None, ...]]:
    """Each dimension's values; None where there is none. What does not apply is not there."""
    day = part.day if part and part.day else activity.day
    found: dict[str, tuple[str | None, ...]] = {name: (value or None,) for name, value in who.items()}
    found["region"] = (REGIONS[who["country"]] if who["country"] else None,)
    found["funder"] = (activity.funder or None,)
    found["mode"] = (activity.mode or None,)
    found["topic"] = tuple(dict.fromkeys(activity.topics)) or (None,)
    found["month"] = (f"{day:%Y-%m}" if day else None,)
    return found
