"""The counts of any register equal a recount in plain Python, whatever the order and the history."""

import copy
import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from courses.actions.imports import Outcome, import_register
from courses.actions.imports.undo import undo_import
from courses.enums import Dimension
from courses.models import Entry, Import
from courses.queries.counts import Question, count
from lms.kit.clock import Span
from lms.people.actions.merges import merge_persons, undo_merge
from lms.people.models import Hotline, Person
from tests.courses.naive import Book, Register
from tests.courses.random_registers import COLOMBIA, changed, registers
from tests.courses.recount import Counts, Recount
from tests.courses.registers import FRANCE, SWEDEN, activity, participation, person, register, write
from tests.moments import next_moment

pytestmark = pytest.mark.usefixtures("hotlines")

# The same examples everywhere and every time; enough of them to meet each rule, few enough to be run.
few = settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
fewer = settings(few, max_examples=10)

YEAR = Span.of_year(2023)
SPANS = [
    YEAR,
    Span.of_year(2022),
    Span(dt.date(2023, 1, 1), dt.date(2023, 6, 30)),
    Span(dt.date(2023, 12, 31), dt.date(2024, 1, 1)),
]
FILTERS = [
    {"audience": "hotline"},
    {"hotline": FRANCE},
    {"hotline": COLOMBIA, "audience": "hotline"},
    {"country": "FR"},
    {"region": "Europe", "mode": "online"},
    {"funder": "CERV"},
    {"topic": "tracing"},
]


@dataclass(frozen=True)
class AsKnownBefore(Question):
    """A question as of an instant instead of the end of a day."""

    instant: dt.datetime | None = None

    @property
    def moment(self) -> dt.datetime | None:
        return self.instant


@contextmanager
def taken_back() -> Iterator[None]:
    """Everything inside is rolled back, so that each example begins with an empty ledger."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def take(register: Register) -> Outcome:
    """Import a register as a transaction of its own would, though a larger one is running."""
    with tempfile.TemporaryDirectory() as folder:
        outcome = import_register(folder=write(Path(folder), register), by=None)
    assert outcome.applied, outcome.rejections
    end_of_recording()
    return outcome


def end_of_recording() -> None:
    """What the end of a transaction does to temporary tables and to its moment."""
    with connection.cursor() as cursor:
        cursor.execute("DISCARD TEMP")
    next_moment()


def now() -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def counted(span: Span = YEAR, **asked: object) -> Counts:
    where = tuple((asked.pop("where", None) or {}).items())
    found = count(AsKnownBefore(span, where=where, **asked))
    rows = {(str(row.code), row.value): row.number for row in found}
    assert len(rows) == len(found), "a count comes once"
    return rows


def recounted(book: Book, span: Span = YEAR, **asked: object) -> Counts:
    return Recount(book, span.first, span.last, asked.get("by") or "", asked.get("where")).counts()


def agree(book: Book, *, spans: list[Span] = SPANS, instant: dt.datetime | None = None) -> None:
    for span in spans:
        assert counted(span, instant=instant) == recounted(book, span)
    for dimension in Dimension.values:
        assert counted(by=dimension, instant=instant) == recounted(book, by=dimension), dimension


@few
@given(registers())
def test_counts_and_every_breakdown_equal_the_recount(drawn):
    with taken_back():
        take(drawn)
        agree(Book().take(drawn))


@few
@given(registers(), st.sampled_from(FILTERS), st.sampled_from([None, *Dimension.values]))
def test_filtered_counts_equal_the_recount(drawn, where, by):
    with taken_back():
        take(drawn)
        assert counted(by=by, where=where) == recounted(Book().take(drawn), by=by, where=where)


@fewer
@given(registers("x"), registers("y"))
def test_the_order_of_two_registers_without_anything_in_common_does_not_matter(one, other):
    book = Book().take(one).take(other)
    for first, second in ((one, other), (other, one)):
        with taken_back():
            take(first)
            take(second)
            agree(book, spans=[YEAR])


@fewer
@given(registers(), st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(drawn, random):
    shuffled = {name: random.sample(lines, len(lines)) for name, lines in drawn.items()}
    with taken_back():
        take(drawn)
        before = entries()
        outcome = take(shuffled)
        assert (outcome.changes, entries()) == (0, before)


@fewer
@given(registers())
def test_a_second_import_changes_nothing(drawn):
    with taken_back():
        take(drawn)
        before = entries(), Import.objects.count()
        outcome = take(drawn)
        assert (outcome.changes, (entries(), Import.objects.count())) == (0, before)
        assert all(tally.created == tally.changed == 0 for tally in outcome.tallies.values())


def entries() -> list[tuple]:
    return list(Entry.objects.order_by("id").values_list("id", "reversal"))


@fewer
@given(st.data())
def test_an_as_of_tells_what_was_recorded_by_then_through_changes_merges_and_undo(data):
    drawn = data.draw(registers(most_activities=3, most_people=4))
    book, known = Book(), []
    with taken_back():
        for step in (drawn, data.draw(changed(drawn)), data.draw(changed(drawn))):
            take(step)
            known.append((now(), copy.deepcopy(book.take(step))))
        merge_two(book)
        known.append((now(), copy.deepcopy(book)))
        last = take(later := data.draw(changed(drawn)))
        known.append((now(), book.take(later)))
        if last.import_id:
            undo_import(number=last.import_id, by=None)
            end_of_recording()
            known.append((now(), known[-2][1]))
        for instant, as_known in known:
            agree(as_known, spans=[YEAR], instant=instant)


def merge_two(book: Book, number: int = 0) -> None:
    """Read one person as the next, in the ledger and in the book."""
    duplicate = Person.objects.filter(register_id=f"P{number}").first()
    survivor = Person.objects.filter(register_id=f"P{number + 1}").first()
    if duplicate and survivor:
        merge_persons(duplicate=duplicate, survivor=survivor, by=None)
        end_of_recording()
        book.merged[duplicate.register_id] = survivor.register_id


@fewer
@given(registers(most_activities=4, most_people=4, kinds=["basic"]))
def test_merged_persons_count_once_until_the_merge_is_undone(drawn):
    book = Book().take(drawn)
    with taken_back():
        take(drawn)
        merge_two(merged := copy.deepcopy(book))
        agree(merged)
        if merged.merged:
            undo_merge(merge=Person.objects.get(register_id="P0").merged_into.get(), by=None)
            end_of_recording()
        agree(book, spans=[YEAR])


def test_a_chain_of_merged_persons_is_one_person_in_every_room():
    people = [person(f"P{number}") for number in range(3)]
    lines = [participation(f"A{number}", f"P{number}") for number in range(3)]
    lines += [participation("A2", "P0")]
    told = register(
        people=people, activities=[activity(f"A{number}") for number in range(3)], participations=lines
    )
    book = Book().take(told)
    with taken_back():
        take(told)
        merge_two(book, 1)
        merge_two(book, 0)
        agree(book)
        assert counted() == {
            ("basic.held.events", None): 3,
            ("basic.attended.participations", None): 3,
            ("basic.attended.people", None): 1,
        }


@pytest.mark.parametrize("order", [("P0", "P1"), ("P1", "P0")])
def test_which_of_two_duplicates_counts_does_not_depend_on_the_order_of_lines(order):
    """The survivor was not in the room, and its two other records were, for different hotlines."""
    who = {"P0": person("P0", organisation=FRANCE, country="FR"), "P1": person("P1"), "P2": person("P2")}
    told = register(
        people=[who[name] for name in (*order, "P2")],
        activities=[activity()],
        participations=[participation("A1", name) for name in order],
    )
    with taken_back():
        take(told)
        for name in order:
            merge_persons(
                duplicate=Person.objects.get(register_id=name),
                survivor=Person.objects.get(register_id="P2"),
                by=None,
            )
        at = [value for (code, value) in counted(by="hotline") if code == "basic.attended.people"]
        assert at == [min((SWEDEN, FRANCE), key=hotline_id)]


def hotline_id(name: str) -> int:
    return Hotline.objects.get(name=name).pk
