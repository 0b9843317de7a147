"""A list of somebody else's becomes a register: its columns are said, its people are said, and it is applied."""

import pytest
from django.test import Client

from courses.actions.uploads.working import work_once
from courses.models import Entry, Participation
from lms.people.models import Person
from tests import cast
from tests.courses.gatherings import made as gathered
from tests.courses.imports_desk import made, sheets
from tests.courses.imports_desk.sheets import SIGN_IN, at_people, decide, make, url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hotlines")]


@pytest.fixture
def client() -> Client:
    return cast.signed_in(made.staff())


class TestASignInSheet:
    def test_in_semicolons_with_its_header_on_line_3_becomes_facts(self, client):
        activity = gathered.held()
        ada = cast.person("Ek", "Ada", email="ada@linea.example")
        sheet = at_people(client, SIGN_IN, activity=activity, audience="law_enforcement")
        assert (sheet.layout["header"], sheet.layout["separator"]) == (3, ";")
        decide(client, sheet, Ada=f"p{ada.pk}", Bo="new", Cy="out")
        make(client, sheet)
        assert sheet.state == "made", sheet.found
        assert work_once()
        page = client.get(made.url(sheet.upload)).text
        assert "No line is rejected." in page, page
        made.press(client, sheet.upload, apply="all")
        assert work_once()
        there = Entry.objects.filter(stage="attended", activity=activity)
        assert {entry.person.name for entry in there} == {"Ada Ek", "Bo Falk"}
        activity.refresh_from_db()
        ada.refresh_from_db()
        assert (activity.register_id, ada.register_id) == (f"site-{activity.pk}", f"site-{ada.pk}")
        assert Person.objects.get(email="bo@else.example").register_id.startswith("sheet-")
        assert Participation.objects.count() == 2
        assert client.get(url(sheet)).status_code == 200
