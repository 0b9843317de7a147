"""Completions that follow from an attendance are looked at before they are, like every line."""

import pytest
from django.test import Client

from courses.actions.enrolments import enrol
from courses.actions.leaving import withdraw
from courses.actions.uploads.working import work_once
from courses.models import Certificate, Cohort, Enrolment, Entry, Import
from lms.people.enums import Role
from lms.people.models import Person
from tests import cast
from tests.courses.cohorts import made as cohorts
from tests.courses.imports_desk import made
from tests.courses.registers import participation, register

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hotlines")]


@pytest.fixture
def client() -> Client:
    return cast.signed_in(made.staff())


@pytest.fixture
def enrolment() -> Enrolment:
    """Somebody enrolled in a cohort that asks for being there and nothing else."""
    rule = {"needs_sign_off": False, "needs_lessons": False, "needs_attendance": True}
    cohort = cohorts.cohort("calm", on=cohorts.DAY, **rule)
    login = cast.user(Role.ANALYST)
    Person.objects.filter(pk=login.person_id).update(register_id="P77")
    return enrol(cohort=cohort, person=login.person, by=login)


def line(cohort: Cohort, **cells: str) -> dict[str, str]:
    return participation(
        cohort.activity.register_id, "P77", audience="other", enrolled_on="2026-03-01", **cells
    )


def brought(tmp_path, enrolment: Enrolment, **cells: str):
    return made.previewed(tmp_path, register(participations=[line(enrolment.cohort, **cells)]))


def test_the_preview_lists_it_as_following_and_nothing_is_written(client, tmp_path, enrolment):
    before = (Entry.objects.count(), Certificate.objects.count(), Import.objects.count())
    one = brought(tmp_path, enrolment)
    assert one.outcome["changes"]["follows"] == 1
    page = client.get(made.url(one)).text
    assert "Completions that follow" in page
    lines, follows = page.split('id="follows"')
    assert "attended: yes, other" in lines
    assert "completed: 2026-03-02, other" not in lines
    assert "completed: 2026-03-02, other" in follows
    assert (Entry.objects.count(), Certificate.objects.count(), Import.objects.count()) == before


def test_what_is_applied_is_what_was_listed(client, tmp_path, enrolment):
    one = brought(tmp_path, enrolment)
    made.press(client, one, apply="all")
    assert work_once()
    one.refresh_from_db()
    done = Entry.objects.get(stage="completed")
    assert (one.state, str(done.happened_on), done.source) == ("applied", "2026-03-02", one.record)
    assert Certificate.objects.get().entry == done


def test_one_that_falls_with_its_attendance_is_listed_with_what_it_was(client, tmp_path, enrolment):
    made.press(client, brought(tmp_path, enrolment), apply="all")
    assert work_once()
    one = brought(tmp_path, enrolment, attended="no")
    assert one.outcome["changes"]["follows"] == 1
    page = client.get(made.url(one)).text
    assert "completed: 2026-03-02, other" in page
    assert Entry.objects.standing().filter(stage="completed").count() == 1
    made.press(client, one, apply="all")
    assert work_once()
    assert not Entry.objects.standing().filter(stage="completed").exists()


def test_one_that_changed_since_somebody_looked_is_looked_at_again(client, tmp_path, enrolment):
    one = brought(tmp_path, enrolment)
    made.press(client, one, apply="all")
    withdraw(enrolment=enrolment, reason="", by=enrolment.person.user)
    assert work_once()
    one.refresh_from_db()
    assert (one.state, one.changed_since) == ("previewed", True)
    assert one.outcome["changes"]["follows"] == 0
    assert not Entry.objects.filter(stage="completed").exists()


def test_where_no_enrolment_is_touched_nothing_follows(tmp_path):
    assert made.previewed(tmp_path).outcome["changes"]["follows"] == 0
