"""What a merge of two records, or undoing one, would change: asked of the very counts, and taken back.

Only years in which one of the records concerned counts for something are asked for: in no other year a
number can move.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction

from courses.enums import Dimension
from courses.kinds.figures import Definition, Key
from courses.models import Entry, Snapshot
from courses.queries.counts import Code, Question, count
from courses.queries.facts import BARE, load
from courses.queries.snapshots.behind import counted, read_counts
from courses.queries.snapshots.listed import definition_of, snapshots
from lms.kit.clock import Span
from lms.kit.locks import Lock, hold
from lms.people.actions.merges import merge_persons, undo_merge
from lms.people.models import Person, PersonMerge, User
from lms.people.queries.merges import records_of

# A count of a year: of the whole network (hotline ''), or of one hotline; None is no hotline.
Place = tuple[int, Code, str | None]
NETWORK = ""


@dataclass(frozen=True)
class Moved:
    """A count of one year that would be another; ``hotline`` is '' for the whole network, None for none."""

    code: Code
    hotline: str | None
    before: int
    after: int


@dataclass(frozen=True)
class FigureMoved:
    """A number of a published figure that would differ from what was frozen by another amount."""

    figure: Snapshot
    definition: Definition
    key: Key
    frozen: int
    before: int
    after: int


@dataclass(frozen=True)
class Effect:
    """``years`` are those asked for, the earliest first, each with the counts that move, if any."""

    years: dict[int, list[Moved]] = field(default_factory=dict)
    figures: list[FigureMoved] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(self.years.values()) or bool(self.figures)


@transaction.atomic
def look_at_merge(*, duplicate: Person, survivor: Person, by: User | None) -> Effect:
    """What ``merge_persons`` would change; nothing is. Raises Refused as it does."""
    return _tried(
        [duplicate.pk, survivor.pk],
        lambda: merge_persons(duplicate=duplicate, survivor=survivor, by=by),
    )


@transaction.atomic
def look_at_undoing(*, merge: PersonMerge, by: User | None) -> Effect:
    """The same of ``undo_merge``."""
    concerned = [merge.duplicate_id, merge.survivor_id]
    return _tried(concerned, lambda: undo_merge(merge=merge, by=by))


def _tried(persons: Iterable[int], act: Callable[[], object]) -> Effect:
    hold(Lock.MERGES)
    years = sorted(years_of({record for pk in persons for record in records_of(pk)}))
    figures = [(figure, definition_of(figure)) for figure in _figures(years)]
    before, frozen_before = numbers(years), [counted(definition) for _figure, definition in figures]
    act()
    after, frozen_after = numbers(years), [counted(definition) for _figure, definition in figures]
    # What was tried is taken back, so that the preview cannot differ from what is done.
    transaction.set_rollback(True)
    moved = [
        FigureMoved(figure, definition, key, read_counts(figure.counts).get(key, 0), old, new)
        for (figure, definition), was, now in zip(figures, frozen_before, frozen_after, strict=True)
        for key, old, new in _apart(was, now)
    ]
    return Effect(_by_year(years, before, after), moved)


def years_of(records: Iterable[int]) -> set[int]:
    """The years of the reporting zone in which anything of these records counts. Two queries."""
    facts = load(Entry.objects.standing().filter(person__in=records), joins=BARE)
    return {fact.day.year for fact in facts if fact.counts and fact.day is not None}


def numbers(years: Iterable[int]) -> dict[Place, int]:
    """Every count of these years, of the whole network and by hotline. Two queries a year."""
    found: dict[Place, int] = {}
    for year in years:
        question = Question(Span.of_year(year))
        found |= {(year, row.code, NETWORK): row.number for row in count(question)}
        by_hotline = count(question.broken_down_by(Dimension.HOTLINE))
        found |= {(year, row.code, row.value): row.number for row in by_hotline}
    return found


def _figures(years: list[int]) -> list[Snapshot]:
    """The published figures whose span has any of these years in it, the newest first."""
    if not years:
        return []
    first, last = dt.date(years[0], 1, 1), dt.date(years[-1], 12, 31)
    found = snapshots().filter(first__lte=last, last__gte=first).order_by("-moment", "-pk")
    return [one for one in found if any(one.first.year <= year <= one.last.year for year in years)]


def _apart(before: dict[Key, int], after: dict[Key, int]) -> list[tuple[Key, int, int]]:
    pairs = ((key, before.get(key, 0), after.get(key, 0)) for key in sorted({*before, *after}))
    return [(key, old, new) for key, old, new in pairs if old != new]


def _by_year(years: list[int], before: dict[Place, int], after: dict[Place, int]) -> dict[int, list[Moved]]:
    found: dict[int, list[Moved]] = {year: [] for year in years}
    # A dict keeps the order of the counts; what only comes with the merge goes last.
    for year, code, hotline in dict.fromkeys([*before, *after]):
        old, new = (side.get((year, code, hotline), 0) for side in (before, after))
        if old != new:
            found[year].append(Moved(code, hotline, old, new))
    return found
