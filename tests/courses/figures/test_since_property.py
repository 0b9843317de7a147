"""Whatever is recorded after a freeze: the effects add up to the difference, which plain Python finds, too."""

import copy
from collections import Counter
from contextlib import suppress

import pytest
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from courses.actions.imports.undo import undo_import
from courses.actions.snapshots import freeze
from courses.exports.snapshots import as_json
from courses.kinds.figures import Key
from courses.kinds.figures.proof import Frozen, canonical, decoded
from courses.models import Snapshot
from courses.queries.counts import Question
from courses.queries.counts.reconciling import Definition as Statement
from courses.queries.snapshots import definitions
from courses.queries.snapshots.behind import read_counts
from courses.queries.snapshots.since import Since, apart, since
from lms.kit.errors import Refused
from lms.people.actions.merges import merge_persons, undo_merge
from lms.people.models import Person, PersonMerge
from tests.courses.naive import Book
from tests.courses.random_registers import changed, registers
from tests.courses.recount import Recount
from tests.courses.test_counts_property import (
    FILTERS,
    YEAR,
    end_of_recording,
    few,
    fewer,
    now,
    take,
    taken_back,
)

pytestmark = pytest.mark.usefixtures("hotlines")
BREAKDOWNS = [None, "hotline", "topic", "month", "country", "audience"]
STATEMENT = {
    "title": "Trained",
    "year": 2023,
    "published": 3,
    "lines": [
        {"label": "a", "count": "basic.attended.participations", "published": 1},
        {"label": "b", "count": "online.enrolled.people", "published": 1},
        {"label": "c", "count": "exchange.held.hotlines", "published": 1},
        {
            "label": "d",
            "count": "basic.completed.unidentified",
            "where": {"audience": "hotline"},
            "published": 0,
        },
    ],
}


class World:
    """The ledger and the book side by side; each step is done in both."""

    def __init__(self, register) -> None:
        self.book, self.books = Book(), []
        self.register = register
        self.imported(register)

    def imported(self, register) -> None:
        before = copy.deepcopy(self.book)
        outcome = take(register)
        self.book.take(register)
        # What is merged is not of an import, and undoing one leaves it.
        self.books.append((outcome.import_id, before))

    def undone(self) -> None:
        number, before = self.books.pop()
        if number:
            undo_import(number=number, by=None)
            end_of_recording()
            before.merged = self.book.merged
            self.book = before

    def merged(self, one: int, other: int) -> None:
        records = [Person.objects.filter(register_id=f"P{n}").first() for n in (one, other)]
        if None in records or one == other:
            return
        duplicate, survivor = records
        if duplicate.register_id in self.book.merged or self.book.survivor(
            survivor.register_id
        ) == self.book.survivor(duplicate.register_id):
            return
        merge_persons(duplicate=duplicate, survivor=survivor, by=None)
        end_of_recording()
        self.book.merged[duplicate.register_id] = survivor.register_id

    def parted(self) -> None:
        merge = PersonMerge.objects.filter(undone_at=None).order_by(F("id").desc()).first()
        if merge:
            undo_merge(merge=merge, by=None)
            end_of_recording()
            del self.book.merged[merge.duplicate.register_id]


steps = st.lists(
    st.sampled_from(["changed", "changed", "merge", "undo", "part", "freeze"]), min_size=1, max_size=4
)


def walked(data, world: World, frozen) -> None:
    """A random walk; ``frozen`` is called at each freeze."""
    for step in [*data.draw(steps), "freeze", *data.draw(steps)]:
        match step:
            case "changed":
                world.register = data.draw(changed(world.register))
                world.imported(world.register)
            case "merge":
                world.merged(data.draw(st.integers(0, 3)), data.draw(st.integers(0, 3)))
            case "undo" if len(world.books) > 1:
                world.undone()
            case "part":
                world.parted()
            case "freeze":
                frozen()


def recounted(book: Book, where: dict[str, str], by: str | None) -> dict[Key, int]:
    counts = Recount(book, YEAR.first, YEAR.last, by or "", where).counts()
    return {Key(1, code, value or ""): number for (code, value), number in counts.items()}


def sums(told: Since) -> dict[Key, int]:
    """What all explanations come to together."""
    effects: Counter[Key] = Counter()
    for change in told.changes:
        effects.update(change.effects)
    return {key: by for key, by in effects.items() if by}


def proved(snapshot: Snapshot) -> bool:
    return not list(Frozen.parse(decoded(canonical(as_json(snapshot)))).disagreements())


@few
@given(st.data(), st.sampled_from([{}, {}, *FILTERS]), st.sampled_from(BREAKDOWNS))
def test_a_figure_is_what_plain_python_counts_and_its_changes_add_up(data, where, by):
    definition = definitions.of_question(Question(YEAR, where=tuple(where.items()), by=by))
    kept: list[tuple[Snapshot, dict[Key, int]]] = []
    with taken_back():
        world = World(data.draw(registers(most_activities=4, most_people=4)))

        def frozen() -> None:
            counts = recounted(world.book, where, by)
            if counts:
                kept.append((freeze(definition=definition, title=f"{len(kept)}", by=None), counts))
                end_of_recording()

        walked(data, world, frozen)
        today = recounted(world.book, where, by)
        for snapshot, counts in kept:
            assert read_counts(snapshot.counts) == counts
            told = since(definition, snapshot.moment, now())
            assert (told.before, told.now, told.rest) == (counts, today, {})
            assert sums(told) == apart(told.before, told.now)
            assert proved(snapshot)


@fewer
@given(st.data())
def test_a_statement_is_held_against_what_came_since_line_by_line(data):
    definition = definitions.of_statement(Statement.parse(STATEMENT))
    kept: list[Snapshot] = []
    with taken_back():
        drawn = registers(most_activities=4, most_people=4, kinds=["basic", "online", "exchange"])
        world = World(data.draw(drawn))

        def frozen() -> None:
            with suppress(Refused):
                kept.append(freeze(definition=definition, title=f"{len(kept)}", by=None))
            end_of_recording()

        walked(data, world, frozen)
        for snapshot in kept:
            told = since(definition, snapshot.moment, now())
            assert (told.before, told.rest) == (read_counts(snapshot.counts), {})
            assert sums(told) == apart(told.before, told.now)
            assert proved(snapshot)
