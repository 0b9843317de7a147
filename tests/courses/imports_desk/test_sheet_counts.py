"""A sheet that says how many instead of who becomes head counts of a register."""

import pytest
from django.test import Client

from courses.actions.uploads.working import work_once
from courses.models import Entry, SheetPerson
from tests import cast
from tests.courses.gatherings import made as gathered
from tests.courses.imports_desk import made, sheets
from tests.courses.imports_desk.sheets import brought, columns, file, make, url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hotlines")]
COUNTS = """\
Sector,Agency,Country,Headcount
Law enforcement,Police,FR,12
Law enforcement,Police,FR,3
Law enforcement,Police,SE,5
Government,,nl,2
Government,,nl,0
,,,
"""
MIXED = """\
Name,Sector,Agency,Country,Headcount
Ada Ek,Law enforcement,Police,SE,1
Bo Falk,Law enforcement,Police,SE,4
,Law enforcement,Police,SE,many
"""


@pytest.fixture
def client() -> Client:
    return cast.signed_in(made.staff())


def looked_at(client, sheet) -> str:
    assert sheet.state == "made", sheet.found
    assert work_once()
    return client.get(made.url(sheet.upload)).text


def test_lines_of_one_place_are_added_up_and_counted(client):
    at = gathered.held()
    sheet = brought(client, file(COUNTS))
    columns(client, sheet, at, everybody="on")
    assert sheet.state == "people"
    page = client.get(url(sheet, "people/")).text
    assert "Nobody on it is named." in page
    assert "not decided yet" not in page
    assert "Lines that name nobody and say how many are head counts" in page
    assert not SheetPerson.objects.exists()
    assert "No line is rejected." in looked_at(client, make(client, sheet))
    assert not Entry.objects.exists()
    made.press(client, sheet.upload, apply="all")
    assert work_once()
    there = Entry.objects.standing().filter(activity=at, stage="attended")
    assert sorted(there.values_list("audience", "agency__name", "country", "headcount")) == [
        ("government", None, "NL", 2),
        ("law_enforcement", "Police", "FR", 15),
        ("law_enforcement", "Police", "SE", 5),
    ]
    assert set(there.values_list("person", flat=True)) == {None}


def test_what_is_no_number_or_goes_with_a_name_is_rejected_with_its_line(client):
    sheet = brought(client, file(MIXED))
    columns(client, sheet, gathered.held(), everybody="on")
    sheets.decide(client, sheet, Ada="new", Bo="new")
    page = looked_at(client, make(client, sheet))
    assert "A line with a person counts as 1" in page
    assert "This is not a whole number from 1 to" in page
    assert "many" in page
    assert "line 4" in page.lower()
    assert not Entry.objects.exists()


def test_a_sheet_without_names_and_numbers_is_asked(client):
    sheet = brought(client, file(COUNTS))
    answer = sheets.submit(client, url(sheet, "columns/"), **{"column-3": ""}, activity=gathered.held().pk)
    assert "Say in which column names or e-mail addresses stand, or how many people." in answer.text
    sheet.refresh_from_db()
    assert sheet.state == "columns"


def test_of_those_counted_something_has_to_be_said(client):
    sheet = brought(client, file(COUNTS))
    answer = columns(client, sheet, gathered.held())
    assert "Of those counted nothing is said" in answer.text
    assert sheet.state == "columns"
