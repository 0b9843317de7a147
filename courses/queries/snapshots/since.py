"""What became of a figure since a moment: the recorded changes one after another, each with its effect.

A number of different people does not come apart into its facts: whether an entry adds somebody depends on
what else stands. So the changes are replayed in the order in which they were recorded, and each one's effect
is by how much it moved the numbers. The effects then add up to the difference, whatever was recorded.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum

from courses.kinds.figures import Activity, Definition, Facts, Key, Part, Tally
from courses.kinds.figures.paid import NOTHING_SAID, Paid
from courses.queries.snapshots.behind import counted, facts
from courses.queries.snapshots.recorded import FundingRow, MergeRow, Recorded, StoredEntry, recorded_since


class What(IntEnum):
    """The kinds of change, in the order in which those of one moment are replayed.

    An entry takes the place of one that was reversed, so reversals come first; but what was appended and
    taken back at the same moment has to be appended before.
    """

    VERSION = 1
    FUNDING = 2
    REVERSAL = 3
    ENTRY = 4
    REVERSAL_AT_ONCE = 5
    MERGE = 6
    UNDOING = 7


@dataclass(frozen=True)
class Change:
    """``pk`` is the entry's (of a reversal, too), the version's, funding's or merge's; ``effects`` by how
    much it moved which number, empty where a fact came or went and no number moved.
    """

    moment: dt.datetime
    what: What
    pk: int
    effects: dict[Key, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Since:
    """The numbers before and now, and the changes between them, the earliest first.

    ``rest`` is what no recorded change explains; it is empty unless something was changed past the ledger.
    """

    before: dict[Key, int]
    now: dict[Key, int]
    changes: list[Change]
    rest: dict[Key, int]


def apart(before: dict[Key, int], now: dict[Key, int]) -> dict[Key, int]:
    """By how much each number differs, where it does."""
    keys = sorted({*before, *now})
    found = {key: now.get(key, 0) - before.get(key, 0) for key in keys}
    return {key: by for key, by in found.items() if by}


def since(definition: Definition, moment: dt.datetime, until: dt.datetime) -> Since:
    """Hold a definition's numbers as known before ``moment`` against those before ``until`` (both UTC).

    A constant number of queries for each line of the definition; the rest is time in proportion to the facts.
    """
    replay = Replay(definition, facts(definition, moment), recorded_since(definition, moment, until))
    before = dict(replay.tally.numbers)
    changes = list(replay.run())
    now = counted(definition, until)
    return Since(before, now, changes, apart(replay.tally.numbers, now))


class Replay:
    """The facts of a figure while recorded changes are applied to them one by one."""

    def __init__(self, definition: Definition, before: Facts, recorded: Recorded) -> None:
        self.recorded = recorded
        self.entries = recorded.entries
        self.known = dict(recorded.known)
        self.standing = {pk for pk, entry in self.entries.items() if entry.stood_before(recorded.moment)}
        self.step = {m.duplicate: m.survivor for m in recorded.merges if m.in_force_before(recorded.moment)}
        self.survivors = ends(self.step)
        self.of_activity, self.rooms, self.of_person = self._indexes()
        self.payers = PaidSoFar(row for row in recorded.fundings if row.recorded_at < recorded.moment)
        self.tally = Tally(definition)
        self._begin(before)

    def _indexes(
        self,
    ) -> tuple[dict[int, list[int]], dict[tuple[int, str], list[int]], dict[int, list[int]]]:
        of_activity, rooms, of_person = defaultdict(list), defaultdict(list), defaultdict(list)
        for pk, entry in self.entries.items():
            of_activity[entry.part.activity].append(pk)
            if entry.person in self.recorded.merged:
                rooms[entry.part.activity, entry.part.stage].append(pk)
                of_person[entry.person].append(pk)
        return of_activity, rooms, of_person

    def _begin(self, before: Facts) -> None:
        """What nothing was recorded about stays as it was; the rest is put in as it stood."""
        self.events: dict[int, Activity] = before.activities | self.known
        for at in self.events.values():
            self.tally.event(at)
        for pk, part in before.parts.items():
            if pk not in self.entries:
                self.tally.part(part, before.activities[part.activity])
        self.counting = {pk: self._counts(entry) for pk, entry in self.entries.items()}
        for found in self.counting.values():
            if found:
                self.tally.part(*found)
        self.tally.take_changes()

    def run(self) -> Iterator[Change]:
        """Each change that moved a number, or at least a fact behind one."""
        for moment, what, pk in sorted(self._changes()):
            self._apply(what, pk)
            effects, touched = self.tally.take_changes()
            if effects or touched:
                yield Change(moment, what, self._key(what, pk), effects)

    def _key(self, what: What, number: int) -> int:
        """Versions, fundings and merges go by their place in the list until somebody looks them up."""
        if what == What.VERSION:
            return self.recorded.versions[number].pk
        if what == What.FUNDING:
            return self.recorded.fundings[number].pk
        return self.recorded.merges[number].pk if what in (What.MERGE, What.UNDOING) else number

    def _changes(self) -> Iterator[tuple[dt.datetime, What, int]]:
        begin = self.recorded.moment
        for number, version in enumerate(self.recorded.versions):
            yield version.recorded_at, What.VERSION, number
        for number, funding in enumerate(self.recorded.fundings):
            if funding.recorded_at >= begin:
                yield funding.recorded_at, What.FUNDING, number
        for pk, entry in self.entries.items():
            if entry.recorded_at >= begin:
                yield entry.recorded_at, What.ENTRY, pk
            if entry.reversed_at:
                at_once = entry.reversed_at == entry.recorded_at
                yield entry.reversed_at, What.REVERSAL_AT_ONCE if at_once else What.REVERSAL, pk
        for number, merge in enumerate(self.recorded.merges):
            if merge.recorded_at >= begin:
                yield merge.recorded_at, What.MERGE, number
            if merge.undone_at:
                yield merge.undone_at, What.UNDOING, number

    def _apply(self, what: What, pk: int) -> None:
        if what == What.VERSION:
            version = self.recorded.versions[pk]
            self._take(version.activity, version.says)
        elif what == What.FUNDING:
            funding = self.recorded.fundings[pk]
            self.payers.take(funding)
            self._take(funding.activity, self.known.get(funding.activity))
        elif what in (What.MERGE, What.UNDOING):
            self._take_merge(self.recorded.merges[pk], what)
        else:
            (self.standing.add if what == What.ENTRY else self.standing.discard)(pk)
            part = self.entries[pk].part
            self._settle([pk, *self.rooms.get((part.activity, part.stage), ())])

    def _take(self, activity: int, says: Activity | None) -> None:
        """From here on this is known of the activity, and who paid as far as it was recorded."""
        old = self.events.pop(activity, None)
        self.known.pop(activity, None)
        if old:
            self.tally.event(old, -1)
        if says:
            self.known[activity] = self.events[activity] = self.payers.of(says)
            self.tally.event(self.known[activity])
        self._settle(self.of_activity.get(activity, ()))

    def _take_merge(self, merge: MergeRow, what: What) -> None:
        before = self.survivors
        if what == What.MERGE:
            self.step[merge.duplicate] = merge.survivor
        else:
            self.step.pop(merge.duplicate, None)
        self.survivors = ends(self.step)
        read = [(p, before.get(p, p), self.survivors.get(p, p)) for p in self.recorded.merged]
        moved = {end for _p, old, new in read if old != new for end in (old, new)}
        concerned = [p for p, old, new in read if old in moved or new in moved]
        self._settle(pk for person in concerned for pk in self.of_person.get(person, ()))

    def _settle(self, entries: Iterable[int]) -> None:
        """Bring the tally in line with what these entries count as now."""
        for pk in dict.fromkeys(entries):
            old, new = self.counting[pk], self._counts(self.entries[pk])
            if old == new:
                continue
            if old:
                self.tally.part(*old, -1)
            if new:
                self.tally.part(*new)
            self.counting[pk] = new

    def _counts(self, entry: StoredEntry) -> tuple[Part, Activity] | None:
        """As what an entry counts now: the person read through the merges, at the activity as known."""
        at = self.known.get(entry.part.activity)
        if entry.unseen or at is None or entry.part.id not in self.standing or self._is_doubled(entry):
            return None
        paid = self.payers.of_participation.get(entry.part.participation, NOTHING_SAID)
        return replace(entry.read_as(self.survivors), paid=paid), at

    def _is_doubled(self, entry: StoredEntry) -> bool:
        """Whether another record of the same person counts in this room instead."""
        if entry.person not in self.recorded.merged:
            return False
        room = self.rooms[entry.part.activity, entry.part.stage]
        survivor = self.survivors.get(entry.person, entry.person)
        same = [self.entries[pk] for pk in room if pk in self.standing]
        read_so = (one for one in same if self.survivors.get(one.person, one.person) == survivor)
        return min(read_so, key=lambda one: one.precedence(survivor)) is not entry


class PaidSoFar:
    """Who paid for activities and for single participations of them, as far as it was recorded."""

    def __init__(self, rows: Iterable[FundingRow]) -> None:
        self.of_activity: dict[int, Paid] = {}
        self.of_participation: dict[int, Paid] = {}
        self.visitors: dict[int, set[int]] = defaultdict(set)
        for row in rows:
            self.take(row)

    def take(self, row: FundingRow) -> None:
        if row.participation is None:
            self.of_activity[row.activity] = row.paid
        else:
            self.of_participation[row.participation] = row.paid
            self.visitors[row.activity].add(row.participation)

    def of(self, at: Activity) -> Activity:
        """The activity with who paid for it and for its visitors."""
        visitors = NOTHING_SAID
        for participation in self.visitors.get(at.id, ()):
            visitors |= self.of_participation[participation]
        return replace(at, paid=self.of_activity.get(at.id, NOTHING_SAID), visitors=visitors)


def ends(step: dict[int, int]) -> dict[int, int]:
    """For each merged record the one it is read as in the end; one in a circle is read as itself."""
    found = {}
    for record in step:
        seen, end = {record}, step[record]
        while end in step and end not in seen:
            seen.add(end)
            end = step[end]
        if end not in step:
            found[record] = end
    return found
