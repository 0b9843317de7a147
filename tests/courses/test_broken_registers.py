"""Every way a register can be wrong is told with file, line, column, value and reason, and nothing is written."""

from pathlib import Path

import pytest

from courses.models import Activity, ActivityVersion, Entry, Import, Participation, Reversal
from lms.people.models import Agency, Person
from tests.courses.registers import (
    FRANCE,
    SWEDEN,
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

pytestmark = pytest.mark.usefixtures("hotlines")

WRITTEN = (Import, Person, Agency, Activity, ActivityVersion, Participation, Entry, Reversal)
SELF_PACED = {"starts_at": "", "ends_at": ""}


def rows() -> list[int]:
    return [model.objects.count() for model in WRITTEN]


def rejections(folder: Path, status: int = 1) -> list[tuple]:
    """What is rejected, as (file, line, column, value); each with a reason, and nothing written."""
    before = rows()
    done = import_folder(folder)
    assert done.status == status, done
    assert (done.data["applied"], rows()) == (False, before)
    assert all(len(told["reason"]) > 15 for told in done.data["rejections"])
    return [(t["file"], t["line"], t["column"], t["value"]) for t in done.data["rejections"]]


def broken(name: str, **cells: str) -> dict:
    """The small register with some cells of its one line of a file replaced."""
    told = small()
    told[name][0] |= cells
    return told


WRONG_CELLS = [
    ("people", "organisation", "No such hotline"),
    ("people", "organisation", ""),
    ("people", "person_id", ""),
    ("people", "audience", "press"),
    ("people", "country", "XX"),
    ("people", "country", "SWE"),
    ("people", "email", "ada at example.org"),
    ("people", "email", "ada@"),
    ("people", "from", "2023-02-30"),
    ("people", "until", "31/12/2023"),
    ("people", "given_name", "A\x07da"),
    ("people", "family_name", "two\tcells"),
    ("activities", "activity_id", ""),
    ("activities", "kind", "party"),
    ("activities", "kind", ""),
    ("activities", "status", "done"),
    ("activities", "status", ""),
    ("activities", "mode", "remote"),
    ("activities", "timezone", "Europe/Atlantis"),
    ("activities", "timezone", "../../etc/passwd"),
    ("activities", "timezone", ""),
    ("activities", "country", "ZZ"),
    ("activities", "host", "No such hotline"),
    ("activities", "starts_at", "2023-13-01T09:00"),
    ("activities", "starts_at", "2023-05-09T09:00+02:00"),
    ("activities", "starts_at", "2023-05-09T09:00Z"),
    ("activities", "ends_at", "2023-05-09T08:59"),
    ("activities", "ends_at", "tomorrow"),
    ("participations", "activity_id", "A9"),
    ("participations", "activity_id", ""),
    ("participations", "person_id", "P9"),
    ("participations", "audience", "press"),
    ("participations", "country", "xx"),
    ("participations", "headcount", "0"),
    ("participations", "headcount", "-1"),
    ("participations", "headcount", "1.5"),
    ("participations", "headcount", "one"),
    ("participations", "headcount", "2"),
    ("participations", "headcount", "99999999999999999999"),
    ("participations", "attended", "maybe"),
    ("participations", "enrolled_on", "2023-05"),
    ("participations", "completed_on", "soon"),
]


@pytest.mark.parametrize(("name", "column", "value"), WRONG_CELLS)
def test_a_cell_that_is_not_what_it_should_be(tmp_path, name, column, value):
    told = rejections(write(tmp_path, broken(name, **{column: value})))
    shown = value.replace("\x07", "\\x07").replace("\t", "\\t")
    assert told[0] == (f"{name}.csv", 2, column, shown)
    # What leans on the line is rejected with it, and says so; nothing else is.
    leaning = [("participations.csv", 2)] * (name != "participations")
    assert [place[:2] for place in told[1:]] in ([], leaning)


def test_a_participation_may_name_a_hotline_that_is_not_there_only_to_be_rejected(tmp_path):
    folder = write(tmp_path, broken("participations", audience="hotline", organisation="Nowhere"))
    assert rejections(folder) == [("participations.csv", 2, "organisation", "Nowhere")]


def test_a_head_count_of_audience_hotline_needs_its_hotline(tmp_path):
    told = register(activities=[activity()], participations=[heads(audience="hotline")])
    assert rejections(write(tmp_path, told)) == [("participations.csv", 2, "organisation", "")]


def test_a_head_count_needs_its_number(tmp_path):
    told = register(activities=[activity()], participations=[heads(number="")])
    assert rejections(write(tmp_path, told)) == [("participations.csv", 2, "headcount", "")]


def test_an_end_before_the_start_is_judged_in_time_not_on_the_clock(tmp_path):
    """Summer time skips 02:30, which then means 03:30: an end at 03:15 is before that."""
    told = register(activities=[activity(starts_at="2023-03-26T02:30", ends_at="2023-03-26T03:15")])
    assert rejections(write(tmp_path, told)) == [("activities.csv", 2, "ends_at", "2023-03-26T03:15")]


def test_an_affiliation_that_ends_before_it_begins(tmp_path):
    folder = write(tmp_path, register(people=[person(**{"from": "2023-02-01", "until": "2023-01-31"})]))
    assert rejections(folder) == [("people.csv", 2, "until", "2023-01-31")]


def test_the_same_affiliation_twice_with_overlapping_dates(tmp_path):
    twice = [person(until="2023-06-30"), person(**{"from": "2023-06-30"})]
    told = rejections(write(tmp_path, register(people=twice)))
    assert [place[:2] for place in told] == [("people.csv", 2), ("people.csv", 3)]


def test_the_same_affiliation_twice_one_day_apart_is_two_affiliations(tmp_path):
    twice = [person(until="2023-06-30"), person(**{"from": "2023-07-01"})]
    assert import_folder(write(tmp_path, register(people=twice))).status == 0
    assert Person.objects.get().affiliations.count() == 2


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("participations", [participation(), participation(attended="no")]),
        ("participations", [participation(), participation(completed_on="2023-05-10")]),
        ("participations", [heads(number="5"), heads(number="6")]),
        ("activities", [activity(), activity(title="Another")]),
    ],
)
def test_two_different_lines_for_one_thing_are_both_rejected(tmp_path, name, lines):
    told = small() | {name: lines}
    places = [place[:2] for place in rejections(write(tmp_path, told))]
    assert places[:2] == [(f"{name}.csv", 2), (f"{name}.csv", 3)]


def test_equal_lines_are_one(tmp_path):
    told = small()
    told["participations"] = [participation(), participation(), heads(), heads()]
    told["people"] *= 2
    done = import_folder(write(tmp_path, told))
    assert done.status == 0
    assert {name: done.data[name]["repeated"] for name in told} == {
        "people": 1,
        "activities": 0,
        "participations": 2,
    }
    assert Entry.objects.count() == 2


def test_outer_spaces_and_the_case_of_an_address_do_not_make_lines_differ(tmp_path):
    told = small() | {"people": [person(email="ada@example.org"), person(" P1 ", email=" ADA@Example.org ")]}
    done = import_folder(write(tmp_path, told))
    assert (done.status, done.data["people"]["repeated"]) == (0, 1)
    assert Person.objects.get().email == "ada@example.org"


def test_attended_on_a_self_paced_activity(tmp_path):
    folder = write(tmp_path, small() | {"activities": [activity(kind="online", **SELF_PACED)]})
    assert rejections(folder) == [("participations.csv", 2, "attended", "yes")]


def test_a_completion_on_a_cancelled_activity(tmp_path):
    told = small() | {
        "activities": [activity(status="cancelled")],
        "participations": [participation(attended="", completed_on="2023-05-10")],
    }
    assert rejections(write(tmp_path, told)) == [("participations.csv", 2, "completed_on", "2023-05-10")]


def test_two_candidates_for_a_blank(tmp_path):
    both = [person(), person(organisation=FRANCE, country="FR")]
    told = rejections(write(tmp_path, small() | {"people": both}))
    assert [place[:2] for place in told] == [("participations.csv", 2)]


def test_two_candidates_on_one_stage_s_day_only(tmp_path):
    """One affiliation when enrolled, two when the activity starts."""
    both = [person(), person(organisation=FRANCE, country="FR", **{"from": "2023-04-01"})]
    lines = [participation(enrolled_on="2023-03-01")]
    told = rejections(write(tmp_path, small() | {"people": both, "participations": lines}))
    assert [place[:2] for place in told] == [("participations.csv", 2)]


def test_what_the_line_gives_settles_between_two_candidates(tmp_path):
    both = [person(), person(organisation=FRANCE, country="FR")]
    told = small() | {"people": both, "participations": [participation(country="FR")]}
    assert import_folder(write(tmp_path, told)).status == 0
    assert Entry.objects.get().hotline.name == FRANCE


def test_a_line_against_people_csv_is_taken_with_a_warning(tmp_path):
    line = participation(audience="hotline", organisation=FRANCE, country="FR")
    done = import_folder(write(tmp_path, small() | {"participations": [line]}))
    assert done.status == 0
    assert [(w["file"], w["line"]) for w in done.data["warnings"]] == [("participations.csv", 2)]
    assert Entry.objects.get().hotline.name == FRANCE


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({"country": "FR"}, ("hotline", SWEDEN, None, "FR")),
        ({"audience": "government"}, ("government", None, None, "SE")),
        ({"audience": "government", "organisation": "Ministry"}, ("government", None, "Ministry", "SE")),
        ({"organisation": FRANCE}, ("hotline", FRANCE, None, "SE")),
    ],
)
def test_blanks_beside_a_contradiction_are_filled_cell_by_cell(tmp_path, given, taken):
    done = import_folder(write(tmp_path, small() | {"participations": [participation(**given)]}))
    assert (done.status, [w["line"] for w in done.data["warnings"]]) == (0, [2])
    assert Entry.objects.values_list("audience", "hotline__name", "agency__name", "country").get() == taken


def test_two_candidates_that_are_both_contradicted_are_a_rejection_without_a_warning(tmp_path):
    both = [person(), person(organisation=FRANCE, country="FR")]
    told = small() | {"people": both, "participations": [participation(country="CO")]}
    done = import_folder(write(tmp_path, told))
    assert [t["line"] for t in done.data["rejections"]] == [2]
    assert done.data["warnings"] == []


def test_a_contradiction_in_a_line_that_is_rejected_is_no_warning(tmp_path):
    lines = [participation(organisation="Police")]
    done = import_folder(write(tmp_path, small() | {"participations": lines}))
    assert ([t["value"] for t in done.data["rejections"]], done.data["warnings"]) == (["Police"], [])


def test_a_line_leaning_on_a_rejected_person_is_rejected_too(tmp_path):
    folder = write(tmp_path, broken("people", country="XX"))
    assert [place[:3] for place in rejections(folder)] == [
        ("people.csv", 2, "country"),
        ("participations.csv", 2, "person_id"),
    ]


def test_a_line_leaning_on_a_rejected_activity_is_rejected_too(tmp_path):
    folder = write(tmp_path, broken("activities", mode="remote"))
    assert [place[:3] for place in rejections(folder)] == [
        ("activities.csv", 2, "mode"),
        ("participations.csv", 2, "activity_id"),
    ]


def test_every_rejection_is_told_in_one_go(tmp_path):
    told = small()
    told["people"][0]["email"] = "x"
    told["people"].append(person("P2", country="QQ", audience="press"))
    told["activities"].append(activity("A2", kind="party"))
    told["participations"].append(participation("A9", "P9"))
    places = {place[:3] for place in rejections(write(tmp_path, told))}
    assert places >= {
        ("people.csv", 2, "email"),
        ("people.csv", 3, "country"),
        ("people.csv", 3, "audience"),
        ("activities.csv", 3, "kind"),
        ("participations.csv", 3, "activity_id"),
        ("participations.csv", 3, "person_id"),
    }


def test_a_rejection_in_words_is_one_line_with_file_line_column_value_and_reason(tmp_path):
    done = command("import_register", write(tmp_path, broken("activities", kind="party")))
    assert done.status == 1
    told = [line for line in done.text.splitlines() if "party" in line]
    assert len(told) == 1
    assert told[0].strip().startswith("activities.csv, line 2, kind “party”: This is not one of")
    assert "Nothing was written" in done.text


def test_a_cell_of_a_million_characters(tmp_path):
    told = rejections(write(tmp_path, broken("activities", title="x" * 1_000_000)))
    assert told[0][:3] == ("activities.csv", 2, "title")
    assert len(told[0][3]) < 1_000


def test_a_cell_of_ten_thousand_and_one_characters(tmp_path):
    told = rejections(write(tmp_path, broken("activities", title="x" * 10_001)))
    assert told[0][:3] == ("activities.csv", 2, "title")


def test_a_topic_list_of_ten_thousand_characters_is_within_the_limit(tmp_path):
    done = import_folder(write(tmp_path, broken("activities", topics=";".join(["topic"] * 1_666))))
    assert done.status == 0


def test_a_place_of_ten_thousand_characters_is_within_the_limit(tmp_path):
    assert import_folder(write(tmp_path, broken("activities", place="x" * 10_000))).status == 0


@pytest.mark.parametrize("cell", ["given_name", "family_name", "organisation", "person_id"])
def test_a_long_cell_within_the_limit_is_taken_or_rejected_but_never_a_crash(tmp_path, cell):
    line = person(audience="other", **{cell: "x" * 9_999}) if cell != "organisation" else None
    line = line or person(audience="other", organisation="x" * 9_999)
    done = import_folder(write(tmp_path, register(people=[line])))
    told = [(t["file"], t["line"], t["column"]) for t in done.data["rejections"]]
    assert (done.status, told) in ((0, []), (1, [("people.csv", 2, cell)]))
