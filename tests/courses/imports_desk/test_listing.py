"""The lines that a preview lists are those that its tallies count, and those that applying records."""

from pathlib import Path

import pytest
from django.conf import settings

from courses.actions.imports import Outcome, import_register
from courses.actions.imports.listing import Change, changes
from courses.actions.progress import finish_lesson
from courses.models import ActivityVersion, Entry
from tests.courses import naive
from tests.courses.cohorts import made
from tests.courses.registers import participation, register, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hotlines")]
YEAR = Path(settings.BASE_DIR) / "courses" / "demo_data" / "register-2023"


def listed(folder: Path, *, dry_run: bool = True, skip_invalid: bool = False) -> tuple[Outcome, list[Change]]:
    found: list[Change] = []
    outcome = import_register(
        folder=folder,
        by=None,
        dry_run=dry_run,
        skip_invalid=skip_invalid,
        before_writing=lambda outcome: found.extend(changes()),
    )
    return outcome, found


def numbers(outcome: Outcome, found: list[Change]) -> None:
    for name, tally in outcome.tallies.items():
        of_file = [one for one in found if one.file == name]
        assert [one.change for one in of_file].count("created") == tally.created, name
        assert [one.change for one in of_file].count("changed") == tally.changed, name
        assert [one.line for one in of_file] == sorted({one.line for one in of_file})


def test_a_year_lists_as_many_lines_as_it_counts(tmp_path):
    outcome, found = listed(YEAR)
    numbers(outcome, found)
    assert not any(one.before for one in found)
    assert all(one.after for one in found if one.file != "participations.csv")


def test_a_year_that_changed_lists_what_it_counts_and_both_sides_differ(tmp_path):
    listed(YEAR, dry_run=False)
    lines = naive.read(YEAR)
    for line in lines["people"][::7]:
        line["family_name"] += "-Neu"
    for line in lines["activities"][::5]:
        line["place"] = "Elsewhere"
    for line in lines["participations"][::11]:
        line["attended"] = "" if line["attended"] else line["attended"]
    outcome, found = listed(write(tmp_path, lines))
    numbers(outcome, found)
    assert {one.change for one in found} >= {"changed"}
    for one in found:
        assert one.before != one.after
        assert list(one.before) == list(one.after) or not one.before


def test_the_facts_that_are_recorded_are_those_on_the_after_side(tmp_path):
    _outcome, found = listed(YEAR, dry_run=False)
    facts = [(one.line, stage) for one in found if one.file == "participations.csv" for stage in one.after]
    assert sorted(facts) == sorted(Entry.objects.values_list("source_line", "stage"))
    versions = [one.line for one in found if one.file == "activities.csv"]
    assert versions == sorted(ActivityVersion.objects.values_list("source_line", flat=True))


def test_what_somebody_keeps_to_themselves_is_listed_without_what_it_was(tmp_path):
    cohort = made.cohort("calm", on=made.DAY, needs_sign_off=False)
    cohort.version.course.self_care = True
    cohort.version.course.save()
    one = made.person(cohort, lessons=0)
    one.hidden = True
    one.save()
    for lesson in cohort.version.lessons.all():
        finish_lesson(enrolment=one, lesson=lesson, by=one.person.user)
    type(one.person).objects.filter(pk=one.person_id).update(register_id="P77")
    line = participation(
        cohort.activity.register_id, "P77", audience="other", enrolled_on="2026-03-02", attended=""
    )
    _outcome, found = listed(write(tmp_path, register(participations=[line])))
    (change,) = found
    assert (change.kept, change.before, change.after) == (True, {}, {})
