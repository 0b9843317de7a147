"""That what `make bench` measures is true: the registers are what they seem, and both sides count alike."""

from pathlib import Path

import pytest

from courses.actions.imports import import_register
from courses.enums import Dimension, Unit
from courses.queries.counts import count
from courses.queries.counts.reconciling import reconcile
from courses.queries.counts.statements import statements_of
from lms.people.actions.hotlines import record_hotlines
from lms.people.hotline_list import SHIPPED, read
from tests.benchmarks import ledger, plain, registers
from tests.benchmarks.size import QUESTION, YEAR

PERSONS = 240


@pytest.fixture
def filled(db: None, tmp_path: Path) -> None:
    """A small register of the benchmarks in the ledger, with its merges."""
    record_hotlines(rows=read(SHIPPED).rows, by=None)
    registers.write_register(tmp_path / "register", persons=PERSONS, seed=7)
    outcome = import_register(folder=tmp_path / "register", by=None)
    assert outcome.applied
    assert not outcome.rejections
    ledger.merge_some()
    ledger.fund_some()


def test_a_seed_and_a_size_always_give_the_same_register(tmp_path: Path) -> None:
    for name in ("one", "two"):
        registers.write_register(tmp_path / name, persons=PERSONS, seed=7)
    registers.write_register(tmp_path / "other", persons=PERSONS, seed=8)
    one, two, other = (
        {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()}
        for name in ("one", "two", "other")
    )
    assert one == two != other


def test_plain_sql_answers_as_the_program_does(filled: None) -> None:
    for dimension in (None, *Dimension):
        ours = {(str(row.code), row.value, row.number) for row in count(QUESTION.broken_down_by(dimension))}
        assert ours, dimension
        assert ours == plain.numbers(plain.run(plain.counts(dimension, YEAR))), dimension

    adding_up = count(QUESTION.broken_down_by(Dimension.MONTH), only_adding_up=True)
    sql = plain.counts(Dimension.MONTH, YEAR, only_adding_up=True)
    assert {(str(row.code), row.value, row.number) for row in adding_up} == plain.numbers(plain.run(sql))
    everything = count(QUESTION.broken_down_by(Dimension.MONTH))
    assert adding_up == [row for row in everything if row.code.unit not in (Unit.PEOPLE, Unit.HOTLINES)]

    result = reconcile(statements_of(YEAR)[0])
    *_lines, (_none, _places, people) = plain.run(plain.statement(YEAR))
    assert result.people == people
    assert people
