"""Freezing: who may, what is kept, what is refused, and that nobody can change it afterwards."""

import threading

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connections, transaction

from courses.actions import snapshots
from courses.actions.snapshots import add_place, freeze
from courses.kinds.figures.proof import digest_of, written
from courses.models import Entry, Snapshot, SnapshotPlace
from courses.queries.counts import Question
from courses.queries.snapshots.behind import content, counted, read_counts
from courses.queries.snapshots.definitions import of_question
from courses.queries.snapshots.listed import definition_of
from lms.kit.errors import Refused
from lms.kit.moment import RECORDING_LOCK
from lms.people.actions.merges import merge_persons
from lms.people.enums import Role
from tests import cast
from tests.courses import ledger
from tests.courses.figures import made
from tests.courses.figures.made import YEAR
from tests.moments import next_moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return cast.user(Role.STAFF)


def held_by_two(title: str = "Basic A") -> list[Entry]:
    room = ledger.activity(title)
    return [ledger.fact(cast.person(), room), ledger.fact(cast.person(), room)]


class TestWhatIsKept:
    def test_counts_entries_and_digest_are_those_of_the_moment(self, staff):
        entries = held_by_two()
        ledger.fact(None, ledger.activity("Webinar"), headcount=12)
        figure = made.figure(by=staff)
        definition = definition_of(figure)
        assert read_counts(figure.counts) == counted(definition, figure.moment) == counted(definition)
        attended = next(g for g in figure.entries if g["stage"] == "attended" and g["kind"] == "basic")
        assert set(attended["entries"]) >= {entry.pk for entry in entries}
        said = digest_of(definition, written(figure.moment), figure.counts, figure.entries)
        assert (figure.digest, figure.recorded_by) == (said, staff)

    def test_one_number_keeps_its_own_facts_alone(self, staff):
        held_by_two()
        ledger.fact(cast.person(), ledger.activity("B", kind_id="advanced"))
        figure = made.figure("basic.attended.people", by=staff)
        assert [(one["code"], one["number"]) for one in figure.counts] == [("basic.attended.people", 2)]
        assert len(figure.facts["entries"]) == 2

    def test_no_name_of_anybody_is_in_it(self, staff):
        person = cast.person("Zephyrine", "Quill", email="q@test.example", register_id="R-17")
        ledger.fact(person, ledger.activity("Basic with Quill"))
        figure = made.figure(by=staff)
        kept = str([figure.counts, figure.entries, figure.facts, figure.definition])
        assert not [word for word in ("Zephyrine", "Quill", "q@test", "R-17") if word in kept]

    def test_merged_records_are_one_person_in_it(self, staff):
        room = ledger.activity()
        one, other = cast.person(), cast.person()
        ledger.fact(one, room)
        ledger.fact(other, ledger.activity("B"))
        merge_persons(duplicate=one, survivor=other, by=None)
        figure = made.figure("basic.attended.people", by=staff)
        assert figure.counts[0]["number"] == 1
        assert {entry["person"] for entry in figure.facts["entries"]} == {1}


class TestRefused:
    def test_who_is_no_staff(self):
        held_by_two()
        next_moment()
        refused("Only INHOPE staff", by=cast.user(Role.TRAINER))

    def test_without_a_title(self, staff):
        held_by_two()
        next_moment()
        refused("Give the figure a title", by=staff, title="  ")

    def test_where_nothing_stands_behind_it(self, staff):
        refused("Nothing stands behind", by=staff)

    def test_where_something_came_since_it_was_looked_at(self, staff):
        held_by_two()
        definition = of_question(Question(YEAR))
        seen = content(definition).digest(None)
        held_by_two("B")
        next_moment()
        refused("Something was recorded since you looked", by=staff, seen=seen)

    def test_the_very_same_figure_again(self, staff):
        held_by_two()
        kept = made.figure(by=staff)
        with pytest.raises(Refused, match="frozen already"):
            made.figure(by=staff, title=f" {kept.title} ")
        assert Snapshot.objects.count() == 1

    def test_but_not_where_its_facts_read_otherwise(self, staff):
        entry, _other = held_by_two()
        kept = made.figure(by=staff)
        ledger.version(entry.activity, mode="online")
        again = made.figure(by=staff, title=kept.title)
        assert (again.counts, again.entries) == (kept.counts, kept.entries)
        assert again.facts_digest != kept.facts_digest

    def test_an_empty_place(self, staff):
        held_by_two()
        figure = made.figure(by=staff)
        with pytest.raises(Refused, match="Say where"):
            add_place(snapshot=figure, text=" ", by=staff)
        assert not SnapshotPlace.objects.exists()


def test_where_the_two_ways_to_count_differ_nothing_is_frozen(monkeypatch):
    held_by_two()
    next_moment()
    monkeypatch.setattr(snapshots, "counted", lambda *asked: {})
    with pytest.raises(snapshots.Disagreement):
        freeze(definition=of_question(Question(YEAR)), title="x", by=None)
    assert not Snapshot.objects.exists()


def refused(sentence: str, *, title: str = "x", **asked: object) -> None:
    with pytest.raises(Refused, match=sentence):
        freeze(definition=of_question(Question(YEAR)), title=title, **asked)
    assert not Snapshot.objects.exists()


class TestNobodyChangesIt:
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE courses_snapshot SET title = 'y'",
            "DELETE FROM courses_snapshot",
            "TRUNCATE courses_snapshot CASCADE",
        ],
    )
    def test_the_application_has_no_such_power(self, staff, sql):
        held_by_two()
        made.figure(by=staff)
        with pytest.raises(ProgrammingError), transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(sql)

    def test_nobody_says_when_it_was(self, staff):
        held_by_two()
        figure = made.figure(by=staff)
        copy = {f.name: getattr(figure, f.name) for f in Snapshot._meta.fields if f.name != "id"}
        with (
            pytest.raises((IntegrityError, InternalError), match="stamps what it records"),
            transaction.atomic(),
        ):
            Snapshot.objects.create(**copy | {"digest": "0" * 64})


@pytest.mark.django_db(transaction=True)
def test_nothing_older_appears_after_a_freeze_while_others_record():
    """Four record as fast as they can while figures are frozen: none of their facts is older and not in one."""
    held_by_two()
    rooms = [ledger.activity(f"Room {number}") for number in range(4)]
    stop, wrong = threading.Event(), []

    def record(room) -> None:
        try:
            while not stop.is_set():
                with transaction.atomic():
                    ledger.fact(cast.person(), room)
                    ledger.fact(cast.person(), room)
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=record, args=[room]) for room in rooms]
    for thread in threads:
        thread.start()
    definition = of_question(Question(YEAR))
    figures = [freeze(definition=definition, title=f"{number}", by=None) for number in range(5)]
    stop.set()
    for thread in threads:
        thread.join(timeout=30)
    assert wrong == []
    for figure in figures:
        older = set(Entry.objects.filter(recorded_at__lt=figure.moment).values_list("pk", flat=True))
        assert {one["id"] for one in figure.facts["entries"]} == older
        assert counted(definition, figure.moment) == read_counts(figure.counts)
    assert len({len(figure.facts["entries"]) for figure in figures}) > 1, "they did record meanwhile"


@pytest.mark.django_db(transaction=True)
def test_a_freeze_waits_for_who_is_recording():
    held_by_two()
    began, go, made_at = threading.Event(), threading.Event(), []

    def freeze_meanwhile() -> None:
        try:
            began.set()
            made_at.append(freeze(definition=of_question(Question(YEAR)), title="x", by=None))
        finally:
            connections.close_all()
            go.set()

    with transaction.atomic():
        late = ledger.fact(cast.person(), ledger.activity("B"))
        thread = threading.Thread(target=freeze_meanwhile)
        thread.start()
        began.wait(10)
        assert not go.wait(0.5), "it waits for the lock"
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted",
                [RECORDING_LOCK],
            )
            assert cursor.fetchone() == (1,)
    thread.join(timeout=30)
    assert late.pk in {entry["id"] for entry in made_at[0].facts["entries"]}
