"""Counting facts one by one, in and out again: the counts of the ledger once more, without a database.

The page counts by SQL. A frozen figure is counted both ways before it is kept, and what became of it since is
told by taking facts out of such a tally and putting others in, one recorded change after another.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from courses.enums import CountStage, Stage, Unit
from courses.kinds.figures.definition import WHOLE, Asked, Definition
from courses.kinds.figures.facts import Activity, Facts, Part, dimensions
from lms.people.enums import Audience

ALL_PEOPLE, ALL_UNIDENTIFIED = "all.people", "all.unidentified"


@dataclass(frozen=True, order=True)
class Key:
    """Which number: the definition's line (from 1; 0 is a statement's whole), the count and the breakdown's
    value, '' being none.
    """

    line: int
    code: str
    value: str = ""


@dataclass(frozen=True, order=True)
class Group:
    """What numbers of one line, kind, stage and value of the breakdown are made of."""

    line: int
    kind: str
    stage: str
    value: str

    def key(self, unit: str) -> Key:
        return Key(self.line, f"{self.kind}.{self.stage}.{unit}", self.value)


@dataclass
class Behind:
    """The ids behind a group, and how often each person or hotline stands there."""

    entries: set[int] = field(default_factory=set)
    activities: set[int] = field(default_factory=set)
    different: Counter[int | str] = field(default_factory=Counter)


class Tally:
    """``numbers`` holds every count that is not zero; ``changes`` what moved since it was last taken."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.numbers: dict[Key, int] = {}
        self.changes: Counter[Key] = Counter()
        self.touched = False
        self.behind: dict[Group, Behind] = defaultdict(Behind)
        self.persons: Counter[int] = Counter()
        self.heads: dict[int, Counter[int]] = defaultdict(Counter)

    @classmethod
    def of(cls, definition: Definition, facts: Facts) -> "Tally":
        tally = cls(definition)
        for activity in facts.activities.values():
            tally.event(activity)
        for part in facts.parts.values():
            tally.part(part, facts.activities[part.activity])
        return tally

    def event(self, at: Activity, sign: int = 1) -> None:
        """Put an activity in, or take it out by -1; one that was not held in the span changes nothing."""
        if not at.is_held(self.definition.first, self.definition.last):
            return
        for line, asked in self._lines(at.kind, CountStage.HELD):
            if asked.about_audience:
                continue
            for value in values(asked, at, at):
                group = Group(line, at.kind, CountStage.HELD, value)
                if asked.has(Unit.EVENTS):
                    self._put(self.behind[group].activities, at.id, sign)
                    self._move(group.key(Unit.EVENTS), sign)
                if asked.has(Unit.HOTLINES) and at.between_hotlines and at.host:
                    self._put(self.behind[group].activities, at.id, sign)
                    self._differ(group, Unit.HOTLINES, at.host, sign)

    def part(self, part: Part, at: Activity, sign: int = 1) -> None:
        """Put an entry in, or take it out by -1; one that does not count in the span changes nothing."""
        if not part.counts(at, self.definition.first, self.definition.last):
            return
        for line, asked in self._lines(at.kind, part.stage):
            found = list(values(asked, part, at))
            for value in found:
                self._take_part(Group(line, at.kind, part.stage, value), asked, part, sign)
            if found and self.definition.is_statement:
                self._take_part_in_all(part, sign)
        if part.stage == Stage.ATTENDED and part.audience == Audience.HOTLINE and at.between_hotlines:
            self._visit(part, at, sign)

    def _take_part(self, group: Group, asked: Asked, part: Part, sign: int) -> None:
        """A line of a statement always says its people and head counts; a question what it asks for."""
        every = self.definition.is_statement
        units = {Unit.PARTICIPATIONS: part.headcount}
        if part.person is None:
            units[Unit.UNIDENTIFIED] = part.headcount
        wanted = {unit: number for unit, number in units.items() if every or asked.has(unit)}
        people = part.person is not None and (every or asked.has(Unit.PEOPLE))
        if wanted or people:
            self._put(self.behind[group].entries, part.id, sign)
        for unit, number in wanted.items():
            self._move(group.key(unit), sign * number)
        if people and part.person is not None:
            self._differ(group, Unit.PEOPLE, part.person, sign)

    def _take_part_in_all(self, part: Part, sign: int) -> None:
        """Behind all lines together each person is one, and of a head count its largest number."""
        if part.person is not None:
            before = self.persons[part.person]
            self.persons[part.person] += sign
            self._move(Key(WHOLE, ALL_PEOPLE), (before + sign > 0) - (before > 0))
            return
        heads = self.heads[part.participation]
        largest = max(+heads, default=0)
        heads[part.headcount] += sign
        self._move(Key(WHOLE, ALL_UNIDENTIFIED), max(+heads, default=0) - largest)

    def _visit(self, part: Part, at: Activity, sign: int) -> None:
        for line, asked in self._lines(at.kind, CountStage.HELD):
            if asked.about_audience or not asked.has(Unit.HOTLINES):
                continue
            for value in values(asked, part, at):
                group = Group(line, at.kind, CountStage.HELD, value)
                self._put(self.behind[group].entries, part.id, sign)
                self._differ(group, Unit.HOTLINES, part.hotline or "", sign)

    def _lines(self, kind: str, stage: str) -> Iterator[tuple[int, Asked]]:
        for line, asked in enumerate(self.definition.asked, start=1):
            if asked.takes(kind, stage):
                yield line, asked

    def _differ(self, group: Group, unit: str, who: int | str, sign: int) -> None:
        different = self.behind[group].different
        before = different[who]
        different[who] += sign
        self._move(group.key(unit), (before + sign > 0) - (before > 0))

    def _put(self, ids: set[int], one: int, sign: int) -> None:
        self.touched = True
        (ids.add if sign > 0 else ids.discard)(one)

    def _move(self, key: Key, by: int) -> None:
        if not by:
            return
        self.numbers[key] = self.numbers.get(key, 0) + by
        if not self.numbers[key]:
            del self.numbers[key]
        self.changes[key] += by

    def take_changes(self) -> tuple[dict[Key, int], bool]:
        """By how much each number moved since this was last asked, and whether any fact came or went."""
        moved, touched = {key: by for key, by in self.changes.items() if by}, self.touched
        self.changes, self.touched = Counter(), False
        return moved, touched


def values(asked: Asked, place: Part | Activity, at: Activity) -> Iterator[str]:
    """Under which values of the breakdown a fact comes: none at all where a filter leaves it out."""
    found = dict(dimensions(place, at))
    if all((value or None) in found.get(dimension, ()) for dimension, value in asked.where):
        yield from (value or "" for value in found.get(asked.by, ())) if asked.by else ("",)


def standing_behind(tally: Tally, facts: Facts) -> Facts:
    """Without what stands behind no number of the tally of these facts."""
    behind = tally.behind.values()
    entries = {pk for one in behind for pk in one.entries}
    parts = [part for part in facts.parts.values() if part.id in entries]
    needed = {part.activity for part in parts} | {pk for one in behind for pk in one.activities}
    return Facts.of((one for one in facts.activities.values() if one.id in needed), parts)
