"""What the ledger must never hold, the database refuses: by privilege, by trigger or by named constraint."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from courses.models import Activity, ActivityVersion, Entry, Participation, Reversal
from lms.ops.database import as_owner
from lms.people.models import Person, PersonMerge
from tests import cast
from tests.courses import ledger

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
FACTS = [Entry, Reversal, Participation, ActivityVersion]


@pytest.fixture
def entry(db: None) -> Entry:
    return ledger.fact(cast.person(), ledger.activity())


@pytest.fixture
def committed(transactional_db: None) -> Entry:
    """One row in each table of facts, as the owner would find them."""
    fact = ledger.fact(cast.person(), ledger.activity())
    ledger.take_back(fact)
    return fact


def execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def refused_by(constraint: str, append: Callable[[], object]) -> None:
    """The named constraint refuses, and nothing was appended."""
    before = [model.objects.count() for model in FACTS]
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        append()
    assert refusal.value.__cause__.diag.constraint_name == constraint
    assert [model.objects.count() for model in FACTS] == before


@pytest.mark.parametrize("model", FACTS)
@pytest.mark.parametrize("statement", ["UPDATE {} SET {pk} = {pk}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_application_may_not_change_a_fact(entry, model, statement):
    ledger.take_back(entry)
    table, pk = model._meta.db_table, model._meta.pk.column
    with pytest.raises(ProgrammingError, match="permission denied"):
        execute(statement.format(table, pk=pk))
    assert model.objects.count() == 1


@pytest.mark.parametrize("model", FACTS)
@pytest.mark.parametrize("statement", ["UPDATE {} SET {pk} = {pk}", "DELETE FROM {}"])
def test_the_owner_s_hand_is_caught_by_the_trigger(committed, model, statement):
    table, pk = model._meta.db_table, model._meta.pk.column
    with as_owner(), pytest.raises(DatabaseError, match="Cannot"):
        execute(statement.format(table, pk=pk))
    assert model.objects.count() == 1


def test_a_fact_has_no_delete(entry):
    with pytest.raises(TypeError):
        entry.delete()
    with pytest.raises(ProgrammingError), transaction.atomic():
        Entry.objects.all().delete()
    assert Entry.objects.count() == 1


def again(entry: Entry, **changed: object) -> Entry:
    """Another entry for the same participation."""
    same = ("participation", "activity", "person", "stage", "audience", "hotline", "country")
    return Entry.objects.create(**{name: getattr(entry, name) for name in same} | changed)


def test_the_ledger_stamps_its_entries_itself(entry):
    refused_by("ledger_stamps_itself", lambda: again(entry, ordinal=2, recorded_at=LONG_AGO))


def test_a_reversal_cannot_be_dated_back(entry):
    """An as-of between the two moments would lose the entry afterwards."""
    refused_by("ledger_stamps_itself", lambda: Reversal.objects.create(entry=entry, recorded_at=LONG_AGO))


def test_a_version_of_an_activity_cannot_be_dated_back(entry):
    refused_by("ledger_stamps_itself", lambda: ledger.version(entry.activity, recorded_at=LONG_AGO))


def test_a_merge_cannot_be_dated_back(entry):
    def merge() -> None:
        PersonMerge.objects.create(duplicate=cast.person(), survivor=entry.person, recorded_at=LONG_AGO)

    refused_by("ledger_stamps_itself", merge)


def test_a_second_entry_needs_the_first_reversed(entry):
    refused_by("ledger_correction_needs_reversal", lambda: again(entry, ordinal=2))
    ledger.take_back(entry)
    assert again(entry, ordinal=2).pk


def test_the_same_entry_comes_once(entry):
    refused_by("entry_once", lambda: again(entry))


def test_an_entry_is_reversed_once(entry):
    ledger.take_back(entry)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reversal.objects.create(entry=entry)
    assert Reversal.objects.count() == 1


def test_an_entry_says_the_same_person_and_activity_as_its_participation(entry):
    other = cast.person("Another")
    refused_by(
        "ledger_entry_fits_participation",
        lambda: again(entry, stage="enrolled", person=other, happened_on=dt.date(2023, 1, 1)),
    )
    elsewhere = ledger.activity("Basic B")
    refused_by(
        "ledger_entry_fits_participation",
        lambda: again(entry, stage="enrolled", activity=elsewhere, happened_on=dt.date(2023, 1, 1)),
    )


@pytest.mark.parametrize(
    ("constraint", "cells"),
    [
        ("entry_person_counts_one", {"headcount": 2}),
        ("entry_dated_unless_attended", {"happened_on": None}),
        ("entry_absent_is_attendance", {"absent": True}),
        ("entry_hotline_iff_audience", {"hotline": None}),
        ("entry_hotline_iff_audience", {"audience": "other"}),
        ("entry_ordinal_from_one", {"ordinal": 0}),
    ],
)
def test_a_fact_that_contradicts_itself(entry, constraint, cells):
    enrolled = {"stage": "enrolled", "happened_on": dt.date(2023, 1, 1)}
    refused_by(constraint, lambda: again(entry, **enrolled | cells))


def test_a_head_count_is_at_least_one(entry):
    refused_by("entry_head_count_positive", lambda: ledger.fact(None, entry.activity, headcount=0))


def test_one_person_takes_part_in_an_activity_once(entry):
    refused_by(
        "participation_once",
        lambda: Participation.objects.create(activity=entry.activity, person=entry.person),
    )


def test_a_head_count_row_has_no_person(entry):
    refused_by(
        "participation_person_or_head_count",
        lambda: Participation.objects.create(
            activity=Activity.objects.create(), person=Person.objects.first(), audience="other"
        ),
    )


def test_an_activity_ends_after_its_start(entry):
    ends = dt.datetime(2023, 5, 10, 6, 59, tzinfo=dt.UTC)
    refused_by("activity_ends_after_start", lambda: ledger.version(entry.activity, ends_at=ends))
