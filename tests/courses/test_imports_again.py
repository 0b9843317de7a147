"""What a later register does to what stands: corrections, lines that are gone, and what is refused."""

from pathlib import Path

import pytest

from courses.models import ActivityVersion, Entry, Import, Reversal
from tests.courses.registers import (
    FRANCE,
    activity,
    command,
    heads,
    import_folder,
    participation,
    person,
    register,
    small,
    write,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hotlines")]
COMPLETED = {"attended": "", "completed_on": "2023-05-10"}
SELF_PACED = {"starts_at": "", "ends_at": ""}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, small())


def import_lines(folder: Path, **lists: list[dict[str, str]]):
    """Import a register of which only these files are there."""
    for file in folder.glob("*.csv"):
        file.unlink()
    return import_folder(write(folder, register(**lists)))


def standing() -> list[tuple]:
    rows = Entry.objects.standing().order_by("id")
    return list(rows.values_list("stage", "absent", "happened_on__year", "headcount"))


def test_a_changed_line_becomes_a_reversal_and_a_new_entry(folder):
    import_folder(folder)
    done = import_lines(folder, participations=[participation(attended="no")])
    told = done.data["participations"]
    assert (done.status, told["changed"], told["created"], told["unchanged"]) == (0, 1, 0, 0)
    first, second = Entry.objects.order_by("id")
    assert Reversal.objects.get().entry == first
    assert (first.absent, second.absent, second.ordinal) == (False, True, 2)
    assert first.recorded_at < second.recorded_at == first.reversal.recorded_at
    assert first.reversal.source == second.source == Import.objects.latest("id")


def test_a_stage_that_the_line_no_longer_states_is_reversed(folder):
    import_folder(folder)
    done = import_lines(folder, participations=[participation(**COMPLETED)])
    assert done.data["participations"]["changed"] == 1
    assert standing() == [("completed", False, 2023, 1)]


def test_a_line_that_says_again_what_was_taken_back_is_appended_again(folder):
    import_folder(folder)
    import_lines(folder, participations=[participation(attended="")])
    assert standing() == []
    assert import_lines(folder, participations=[participation()]).status == 0
    assert standing() == [("attended", False, None, 1)]
    assert Entry.objects.count() == 2


def test_a_head_count_with_another_number_is_a_correction(folder):
    import_lines(folder, activities=[activity()], participations=[heads(number="5")])
    done = import_lines(folder, participations=[heads(number="7")])
    assert done.data["participations"]["changed"] == 1
    assert standing() == [("attended", False, None, 7)]


def test_a_head_count_from_elsewhere_is_another_head_count(folder):
    import_lines(folder, activities=[activity()], participations=[heads(number="5")])
    done = import_lines(folder, participations=[heads(number="5", country="CO")])
    assert done.data["participations"]["created"] == 1
    assert len(standing()) == 2


def test_a_changed_activity_is_a_new_version_and_changes_no_entry(folder):
    import_folder(folder)
    done = import_lines(folder, activities=[activity(funder="CERV")])
    assert done.data["activities"]["changed"] == 1
    assert list(ActivityVersion.objects.order_by("number").values_list("number", "funder__name")) == [
        (1, None),
        (2, "CERV"),
    ]
    assert (Entry.objects.count(), Reversal.objects.count()) == (1, 0)


def test_a_person_who_moved_keeps_the_facts_of_before(folder):
    import_folder(folder)
    assert import_lines(folder, people=[person(organisation=FRANCE, country="FR")]).status == 0
    assert Entry.objects.get().hotline.name == small()["people"][0]["organisation"]
    assert Reversal.objects.count() == 0


def test_a_line_that_is_gone_changes_nothing_and_is_listed(folder):
    both = {"people": [person(), person("P2")], "activities": [activity()]}
    import_lines(folder, **both, participations=[participation(), participation("A1", "P2")])
    done = import_lines(folder, **both, participations=[participation()])
    assert (done.status, done.data["participations"]["unchanged"]) == (0, 1)
    gone = [(told["file"], told["value"]) for told in done.data["warnings"]]
    assert gone == [("participations.csv", "A1 P2")]
    assert len(standing()) == 2


def test_a_person_that_is_gone_from_people_is_listed(folder):
    rest = {"activities": [activity()], "participations": [participation(), participation("A1", "P2")]}
    import_lines(folder, people=[person(), person("P2")], **rest)
    done = import_lines(folder, people=[person()], **rest)
    gone = [(told["file"], told["value"]) for told in done.data["warnings"]]
    assert (done.status, gone) == (0, [("people.csv", "P2")])
    assert import_lines(folder, **rest).data["warnings"] == []


def test_a_person_whose_line_is_rejected_is_not_gone(folder):
    rest = {"activities": [activity()], "participations": [participation()]}
    import_lines(folder, people=[person()], **rest)
    write(folder, register(people=[person(country="QQ")]))
    assert import_folder(folder, "--skip-invalid").data["warnings"] == []


def test_affiliations_that_a_register_removes_are_named(folder):
    before = person(organisation=FRANCE, country="FR", until="2022-12-31")
    import_lines(folder, people=[before, person(**{"from": "2023-01-01"})])
    shorter = person(**{"from": "2023-02-01"})
    done = import_lines(folder, people=[shorter])
    assert [(w["file"], w["line"], w["value"]) for w in done.data["warnings"]] == [("people.csv", 2, FRANCE)]
    assert "2022-12-31" in done.data["warnings"][0]["reason"]
    assert import_lines(folder, people=[shorter]).data["warnings"] == []


def test_an_activity_that_is_gone_changes_nothing_and_is_listed(folder):
    import_lines(folder, activities=[activity(), activity("A2")])
    done = import_lines(folder, activities=[activity()])
    assert [(told["file"], told["value"]) for told in done.data["warnings"]] == [("activities.csv", "A2")]


@pytest.mark.parametrize("wrong", [participation("A1", "P2", attended="maybe"), heads(headcount="none")])
def test_a_line_that_is_rejected_is_not_gone(folder, wrong):
    both = {"people": [person(), person("P2")], "activities": [activity()]}
    good = participation("A1", "P2") if wrong["person_id"] else heads()
    import_lines(folder, **both, participations=[participation(), good])
    write(folder, register(**both, participations=[participation(), wrong]))
    done = import_folder(folder, "--skip-invalid")
    assert (len(done.data["rejections"]), done.data["warnings"]) == (1, [])


def test_an_activity_whose_line_is_rejected_is_not_gone(folder):
    import_lines(folder, activities=[activity(), activity("A2")])
    write(folder, register(activities=[activity(), activity("A2", kind="party")]))
    done = import_folder(folder, "--skip-invalid")
    assert (len(done.data["rejections"]), done.data["warnings"]) == (1, [])


def test_the_mended_lines_alone_list_nobody_as_gone(folder):
    people = [person(f"P{number}") for number in range(9)]
    import_lines(
        folder,
        people=people,
        activities=[activity()],
        participations=[participation("A1", line["person_id"]) for line in people],
    )
    done = import_lines(folder, participations=[participation(attended="no")])
    assert done.data["warnings"] == []


@pytest.mark.parametrize(
    ("stands", "becomes", "column", "value"),
    [
        (participation(**COMPLETED), {"status": "cancelled"}, "status", "cancelled"),
        (heads(**COMPLETED), {"status": "cancelled"}, "status", "cancelled"),
        (participation(), SELF_PACED, "starts_at", ""),
        (participation(attended="no"), SELF_PACED, "starts_at", ""),
    ],
)
def test_an_activity_may_not_strand_what_stands_on_it(folder, stands, becomes, column, value):
    import_lines(folder, people=[person()], activities=[activity()], participations=[stands])
    done = import_lines(folder, activities=[activity(**becomes)])
    assert done.status == 1
    told = [(t["file"], t["line"], t["column"], t["value"]) for t in done.data["rejections"]]
    assert told == [("activities.csv", 2, column, value)]
    assert (ActivityVersion.objects.count(), len(standing())) == (1, 1)


@pytest.mark.parametrize("stands", [participation(**COMPLETED), heads(**COMPLETED)])
def test_an_activity_may_be_cancelled_together_with_its_completions(folder, stands):
    import_lines(folder, people=[person()], activities=[activity()], participations=[stands])
    taken_back = stands | {"completed_on": "", "enrolled_on": "2023-05-01"}
    done = import_lines(folder, activities=[activity(status="cancelled")], participations=[taken_back])
    assert done.status == 0, done.data["rejections"]
    assert [stage for stage, *_ in standing()] == ["enrolled"]


def test_attendance_of_a_cancelled_activity_stays_a_fact_that_does_not_count(folder):
    import_folder(folder)
    assert import_lines(folder, activities=[activity(status="cancelled")]).status == 0
    assert len(standing()) == 1


def test_undo_takes_an_import_back_and_puts_back_what_it_corrected(folder):
    import_folder(folder)
    import_lines(folder, participations=[participation(attended="no")])
    done = command("undo_import", Import.objects.latest("id").pk)
    assert "people and affiliations it brought stay" in done.text
    assert standing() == [("attended", False, None, 1)]


def test_undo_is_refused_with_the_rows_named_where_later_entries_stand_on_it(folder):
    import_folder(folder)
    first = Import.objects.get()
    import_lines(folder, participations=[participation(attended="no")])
    done = command("undo_import", first.pk)
    assert done.status == 1
    assert "A1 P1 attended" in done.errors + done.text
    assert len(standing()) == 1
