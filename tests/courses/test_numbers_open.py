"""Every number opens to rows that add up to it, and a statement to the people behind all its lines."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.enums import Unit
from courses.queries.counts import Question, count
from courses.queries.counts.facts import open_number
from courses.queries.counts.reconciling import Definition, reconcile
from tests.courses.naive import Book
from tests.courses.random_registers import KINDS, registers
from tests.courses.recount import Recount
from tests.courses.test_counts_property import FILTERS, YEAR, fewer, take, taken_back

pytestmark = pytest.mark.usefixtures("hotlines")

LINES = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.sampled_from(["enrolled", "attended", "completed"]),
        st.sampled_from([{}, *FILTERS[:4]]),
    ),
    min_size=1,
    max_size=4,
)


@fewer
@given(
    registers(),
    st.sampled_from([{}, *FILTERS[2:]]),
    st.sampled_from([None, "country", "mode", "hotline", "topic"]),
)
def test_every_number_opens_to_rows_that_add_up_to_it(register, where, by):
    with taken_back():
        take(register)
        for told in count(Question(YEAR, where=tuple(where.items()), by=by)):
            # The page opens a number by a filter of its value; none is an empty filter.
            narrowed = Question(YEAR, where=tuple(where.items())).filtered(
                **{by: told.value or ""} if by else {}
            )
            page = open_number(told.code, narrowed, offset=0, limit=1_000)
            assert (page.number, len(page.rows)) == (told.number, page.total), told
            assert sum(map(places(told.code.unit), page.rows)) == told.number


def places(unit: str) -> Callable[[Any], int]:
    """How much of a number one row behind it is."""
    if unit in (Unit.PARTICIPATIONS, Unit.UNIDENTIFIED):
        return lambda fact: fact.entry.headcount
    return lambda row: 1


@fewer
@given(registers(), LINES)
def test_the_people_behind_a_statement_are_those_behind_its_lines_together(register, lines):
    book = Book().take(register)
    stated = [
        {"label": "x", "count": f"{kind}.{stage}.participations", "where": where, "published": 0}
        for kind, stage, where in lines
    ]
    behind = [
        Recount(book, YEAR.first, YEAR.last, where=where).behind(kind, stage) for kind, stage, where in lines
    ]
    with taken_back():
        take(register)
        told = reconcile(Definition.parse({"year": 2023, "published": 0, "lines": stated}))
        assert (told.people, told.unidentified) == totals(book, set().union(*behind))
        assert [line.value for line in told.lines] == [sum(part.number for part in parts) for parts in behind]
        assert [(line.people, line.unidentified) for line in told.lines] == [
            totals(book, parts) for parts in behind
        ]


def totals(book: Book, parts: set) -> tuple[int, int]:
    """Different people, and those counted without a name: the same heads may reach several stages."""
    named = {book.survivor(part.person) for part in parts if part.person}
    heads: dict[tuple[str, ...], int] = {}
    for part in parts:
        if not part.person:
            room = (part.activity, part.audience, part.organisation, part.country)
            heads[room] = max(part.number, heads.get(room, 0))
    return len(named), sum(heads.values())
