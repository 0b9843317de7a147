"""Somebody who speaks as the application's role, in SQL of their own, still cannot rewrite the past."""

import datetime as dt

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from courses.models import Activity, ActivityKind, ActivityVersion, Entry, Import, Participation, Reversal
from lms.people.actions.merges import undo_merge
from lms.people.models import Country, PersonMerge
from tests import cast
from tests.courses import ledger

COPIED = (
    "participation_id, activity_id, person_id, stage, absent, headcount, happened_on, audience,"
    " hotline_id, agency_id, country_id"
)
AGAIN = f"INSERT INTO public.courses_entry ({COPIED}, ordinal) SELECT {COPIED}, 2 FROM public.courses_entry"
DATED_BACK = (
    f"INSERT INTO courses_entry ({COPIED}, ordinal, recorded_at)"
    f" SELECT {COPIED}, 2, '2020-01-01' FROM courses_entry"
)


@pytest.fixture
def entry(db: None) -> Entry:
    return ledger.fact(cast.person(), ledger.activity())


@pytest.fixture
def merge(entry: Entry) -> PersonMerge:
    return PersonMerge.objects.create(duplicate=cast.person("Another"), survivor=entry.person)


def execute(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def refused(constraint: str, *statements: str) -> None:
    with pytest.raises(DatabaseError) as refusal:
        execute(*statements)
    assert refusal.value.__cause__.diag.constraint_name == constraint
    assert Entry.objects.count() == 1
    assert not Reversal.objects.exists()


def guards(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(%s || ':' || tgname) || array_agg(tgname::text) FROM pg_trigger"
            " WHERE tgrelid = %s::regclass",
            [table, table],
        )
        return "{" + ",".join(cursor.fetchone()[0]) + "}"


def test_no_trigger_can_be_switched_off(entry):
    ignore = f"SET LOCAL pgtrigger.ignore = '{guards('courses_entry')}'"
    refused("ledger_correction_needs_reversal", ignore, AGAIN)
    refused("ledger_stamps_itself", ignore, DATED_BACK)


@pytest.mark.parametrize("moment", ["2020-01-01", "2999-01-01"])
def test_nobody_sets_the_clock(entry, moment):
    lie = f"SELECT set_config('lms.recording_moment', '{moment}', true)"
    refused(
        "ledger_stamps_itself", lie, "INSERT INTO courses_reversal (entry_id) SELECT id FROM courses_entry"
    )
    assert ActivityVersion.objects.count() == 1
    refused(
        "ledger_stamps_itself",
        lie,
        "INSERT INTO courses_activityversion (activity_id, number, kind_id, title, timezone, mode, place,"
        " topics, status, withdrawn) SELECT activity_id, 2, kind_id, title, timezone, mode, place, topics,"
        " status, true FROM courses_activityversion",
    )
    assert ActivityVersion.objects.count() == 1


@pytest.mark.parametrize("statement", ["SELECT * FROM recording", "DELETE FROM recording"])
def test_the_moment_is_out_of_reach(entry, statement):
    with pytest.raises(ProgrammingError, match="permission denied"):
        execute(statement)


def test_a_temporary_table_hides_nothing_from_a_guard(entry):
    shadow = (
        "CREATE TEMP TABLE courses_reversal ON COMMIT DROP AS SELECT id AS entry_id FROM public.courses_entry"
    )
    refused("ledger_correction_needs_reversal", shadow, AGAIN)
    hidden = (
        "CREATE TEMP TABLE courses_participation ON COMMIT DROP AS SELECT * FROM public.courses_participation"
    )
    refused(
        "ledger_entry_fits_participation",
        hidden,
        "UPDATE pg_temp.courses_participation SET person_id = 999999",
        AGAIN.replace(
            "SELECT participation_id, activity_id, person_id", "SELECT participation_id, activity_id, 999999"
        ),
    )


@pytest.mark.parametrize("column", ["participation_id", "activity_id", "person_id"])
def test_an_entry_leans_on_what_is_there(entry, column):
    """Also before the end of the transaction, when the keys are not checked yet."""
    values = COPIED.replace(column, "999999").replace("stage", "'enrolled'")
    values = values.replace("happened_on", "date '2023-01-01'")
    refused(
        "ledger_entry_fits_participation",
        f"INSERT INTO courses_entry ({COPIED}, ordinal) SELECT {values}, 1 FROM courses_entry",
    )


@pytest.mark.parametrize(
    ("constraint", "cells"),
    [("entry_stage_is_known", {"stage": "arrived"}), ("entry_audience_is_known", {"audience": "everybody"})],
)
def test_a_word_that_is_not_on_the_list(entry, constraint, cells):
    said = {"participation": entry.participation, "activity": entry.activity, "person": entry.person}
    facts = {"stage": "enrolled", "audience": "other", "happened_on": dt.date(2023, 1, 1)}
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        Entry.objects.create(**said | facts | cells)
    assert refusal.value.__cause__.diag.constraint_name == constraint


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        (PersonMerge, "duplicate_id survivor_id recorded_at recorded_by_id"),
        (Import, "name digest summary applied_at applied_by_id"),
        (Activity, "id"),
        (ActivityKind, "code name between_hotlines position"),
        (Country, "code name region"),
    ],
)
def test_what_a_count_leans_on_cannot_be_rewritten(merge, model, columns):
    ledger.register()
    table, before = model._meta.db_table, list(model.objects.order_by("pk").values())
    assert before
    changes = [f"UPDATE {table} SET {column} = {column}" for column in columns.split()]
    for statement in [*changes, f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"]:
        with pytest.raises(ProgrammingError, match="permission denied"):
            execute(statement)
    assert list(model.objects.order_by("pk").values()) == before


def test_a_register_id_is_given_once(merge):
    known = ledger.activity()
    execute(f"UPDATE courses_activity SET register_id = 'late' WHERE id = {Activity.objects.create().pk}")
    for said in ("'A2'", "NULL"):
        with pytest.raises(DatabaseError) as refusal, transaction.atomic():
            execute(f"UPDATE courses_activity SET register_id = {said} WHERE id = {known.pk}")
        assert refusal.value.__cause__.diag.constraint_name == "activity_keeps_register_id"


def test_a_merge_is_undone_once_and_now(merge):
    def undo(at: str) -> None:
        execute(f"UPDATE people_personmerge SET undone_at = {at}")

    for at in ("'2020-01-01'", "'2999-01-01'", "clock_timestamp()"):
        with pytest.raises(DatabaseError, match="undone once"):
            undo(at)
    undone = undo_merge(merge=merge, by=None)
    for at in ("NULL", "recording_moment()"):
        with pytest.raises(DatabaseError, match="undone once"):
            undo(at)
    merge.refresh_from_db()
    assert merge.undone_at == undone.undone_at


def test_a_merge_is_not_recorded_as_undone(entry):
    with pytest.raises(DatabaseError, match="undone once"), transaction.atomic():
        PersonMerge.objects.create(
            duplicate=cast.person("Another"),
            survivor=entry.person,
            undone_at=dt.datetime(2999, 1, 1, tzinfo=dt.UTC),
        )
    assert not PersonMerge.objects.exists()


def test_a_participation_is_as_firm_as_its_entries(entry):
    with pytest.raises(ProgrammingError, match="permission denied"):
        execute("UPDATE courses_participation SET person_id = NULL")
    assert Participation.objects.get().person == entry.person
