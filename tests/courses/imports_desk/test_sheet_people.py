"""Who the people of a sheet are: a person says it, the next sheet of the source remembers it, nobody else does."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from courses.actions.sheets.deciding import Said, decide, make_register, take_equal_addresses
from courses.actions.sheets.sources import forget_old_sheets
from courses.actions.uploads.working import work_once
from courses.models import Sheet, SheetMatch, SheetPerson, SheetSource
from courses.queries.sheets import rows_of
from lms.kit.errors import Refused
from lms.people.actions.merges import merge_persons
from lms.people.enums import Role
from lms.people.models import Person
from tests import cast
from tests.courses.gatherings import made as gathered
from tests.courses.imports_desk import made, sheets
from tests.courses.imports_desk.sheets import (
    DESK,
    SIGN_IN,
    at_people,
    brought,
    columns,
    file,
    key,
    make,
    submit,
    url,
    who,
)
from tests.threads import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hotlines")]


@pytest.fixture
def client() -> Client:
    return cast.signed_in(made.staff())


@pytest.fixture
def ada() -> Person:
    return cast.person("Ek", "Ada", email="ada@linea.example")


def choices(sheet: Sheet) -> dict[str, str]:
    return dict(SheetPerson.objects.filter(sheet=sheet).values_list("given_name", "choice"))


class TestAPersonDecides:
    def test_nobody_is_decided_by_the_machine_and_equal_addresses_are_proposed(self, client, ada):
        cast.person("Falk", "Bo")
        sheet = at_people(client)
        sent = sheets.fields(client.get(url(sheet, "people/")).text)
        assert choices(sheet) == {"Ada": "", "Bo": "", "Cy": ""}
        assert [sent[f"who-{key(sheet, name)}"] for name in ("Ada", "Bo", "Cy")] == [f"p{ada.pk}", "", ""]
        page = client.get(url(sheet, "people/")).text
        assert "Proposed, because the e-mail address is the same." in page
        assert "Bo Falk – the same name" in page
        assert "3 people are not decided yet." in page

    def test_an_address_of_two_people_proposes_neither(self, client, ada):
        cast.person("Other", "Ada", email="ADA@linea.example")
        sheet = at_people(client)
        assert sheets.fields(client.get(url(sheet, "people/")).text)[f"who-{key(sheet, 'Ada')}"] == ""
        assert take_equal_addresses(sheet=sheet, by=made.staff()) == 0

    def test_all_of_equal_address_are_taken_with_one_press(self, client, ada):
        sheet = at_people(client)
        page = client.post(url(sheet, "people/"), {"equal": "1"}, follow=True).text
        assert "1 person is taken." in page
        assert choices(sheet) == {"Ada": "person", "Bo": "", "Cy": ""}

    def test_a_record_that_was_merged_is_proposed_as_what_it_is_read_as(self, client, ada):
        survivor = cast.person("Ek-Lund", "Ada")
        merge_persons(duplicate=ada, survivor=survivor, by=made.staff())
        sheet = at_people(client)
        (row,) = rows_of(list(SheetPerson.objects.filter(sheet=sheet, given_name="Ada")))
        assert row.equal == survivor

    def test_somebody_else_is_named_by_register_id_or_address(self, client, ada):
        other = cast.person("Zed", "Zoe", register_id="R-7")
        sheet = at_people(client)
        names = {name: key(sheet, name) for name in ("Ada", "Bo", "Cy")}
        said = {
            f"other-{names['Bo']}": "r-7",
            f"who-{names['Cy']}": "other",
            f"other-{names['Cy']}": "nobody",
        }
        page = submit(client, url(sheet, "people/"), **said).text
        assert "Nobody has this register id or e-mail address, or several have." in page
        assert 'value="nobody"' in page
        assert SheetPerson.objects.get(key=names["Bo"]).person == other
        # What could be recorded is, and the rest is not lost.
        assert choices(sheet) == {"Ada": "person", "Bo": "person", "Cy": ""}

    def test_turning_the_page_loses_no_choice(self, client, monkeypatch):
        monkeypatch.setattr("courses.web.sheets.people.PAGE", 2)
        sheet = at_people(client)
        answer = submit(client, url(sheet, "people/"), **who(sheet, Ada="new", Bo="out"), go="2")
        assert answer.redirect_chain[-1][0].endswith("?page=2")
        assert "3 to 3 of 3" in answer.text
        assert choices(sheet) == {"Ada": "new", "Bo": "out", "Cy": ""}

    def test_the_register_waits_until_everybody_is_decided(self, client, ada):
        sheet = at_people(client)
        page = submit(client, url(sheet, "people/"), make="1").text
        assert "Say first who everybody is" in page
        assert sheet.upload is None

    def test_everybody_left_out_makes_no_register(self, client):
        sheet = at_people(client)
        submit(client, url(sheet, "people/"), **who(sheet, Ada="out", Bo="out", Cy="out"))
        make(client, sheet)
        assert (sheet.state, sheet.upload) == ("people", None)
        assert "nothing to bring in" in client.get(url(sheet)).text

    def test_a_decision_is_taken_back(self, client, ada):
        sheet = at_people(client)
        submit(client, url(sheet, "people/"), **who(sheet, Bo="new"))
        submit(client, url(sheet, "people/"), **who(sheet, Bo=""))
        one = SheetPerson.objects.get(sheet=sheet, given_name="Bo")
        assert (one.choice, one.register_id) == ("", "")


class TestTwoAtOnce:
    def test_who_decide_about_the_same_person_one_is_told_and_one_holds(self, client, ada):
        sheet = at_people(client)
        said = [Said("person", ada), Said("out")]
        both, one = [made.staff(), made.staff()], key(sheet, "Ada")

        def press() -> list[str]:
            return decide(sheet=sheet, said={one: said.pop()}, by=both.pop())

        outcomes = at_once(2, press)
        assert sorted(map(len, outcomes)) == [0, 1]
        assert SheetPerson.objects.get(key=one).version == 1

    def test_on_the_page_the_second_sees_what_the_first_said(self, client, ada):
        sheet = at_people(client)
        stale = sheets.fields(client.get(url(sheet, "people/")).text)
        submit(cast.signed_in(made.staff()), url(sheet, "people/"), **who(sheet, Ada="out"))
        page = client.post(url(sheet, "people/"), stale, follow=True).text
        assert "was decided by somebody else meanwhile" in page
        assert choices(sheet)["Ada"] == "out"

    def test_who_make_the_register_at_once_make_one(self, client, ada):
        sheet = at_people(client)
        submit(client, url(sheet, "people/"), **who(sheet, Ada="new", Bo="new", Cy="out"))
        both = [made.staff(), made.staff()]
        outcomes = at_once(2, lambda: make_register(sheet=sheet, by=both.pop()))
        assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "Refused"]
        assert at_once(2, sheets.work_on_sheet).count(True) >= 1
        sheet.refresh_from_db()
        assert (sheet.state, Sheet.objects.filter(upload__isnull=False).count()) == ("made", 1)


class TestTheSecondSheet:
    @pytest.fixture
    def first(self, client, ada) -> Sheet:
        sheet = at_people(client, audience="law_enforcement")
        submit(client, url(sheet, "people/"), **who(sheet, Ada=f"p{ada.pk}", Bo="new", Cy="out"))
        return make(client, sheet)

    def test_asks_for_new_columns_and_new_people_alone(self, client, first, ada):
        more = (
            SIGN_IN.replace("Signature", "Signature;Room").replace(";x\n", ";x;12\n")
            + "Di;Holm;di@x.example;x;12\n"
        )
        sheet = brought(client, file(more))
        page = client.get(url(sheet, "columns/")).text
        assert page.index("Room") < page.index("4 columns as they were said before")
        columns(client, sheet, gathered.held())
        assert sheet.plan["audience"] == "law_enforcement"
        assert choices(sheet) == {"Ada": "person", "Bo": "new", "Cy": "out", "Di": ""}
        assert "As on an earlier sheet from there." in client.get(url(sheet, "people/")).text

    def test_knows_a_new_person_of_the_first_once_it_is_applied(self, client, first):
        work_once()
        made.press(client, first.upload, apply="all")
        work_once()
        bo = Person.objects.get(email="bo@else.example")
        sheet = at_people(client)
        assert SheetPerson.objects.get(sheet=sheet, given_name="Bo").person == bo
        forget_old_sheets()
        assert SheetMatch.objects.get(person=bo).register_id == ""

    def test_gives_a_new_person_the_same_id_as_long_as_nobody_is_known(self, client, first):
        sheet = at_people(client)
        ids = SheetPerson.objects.filter(given_name="Bo").values_list("register_id", flat=True).distinct()
        assert (len(ids), choices(sheet)["Bo"]) == (1, "new")

    def test_goes_straight_to_its_people_where_a_column_names_the_activity(self, client, ada):
        content = "Name;E-mail;Activity id\nAda Ek;ada@linea.example;A1\n"
        sheet = brought(client, file(content), "List")
        columns(client, sheet)
        submit(client, url(sheet, "people/"), **who(sheet, Ada=f"p{ada.pk}"))
        make(client, sheet)
        again = brought(client, file(content + "Bo Falk;bo@x.example;A1\n"), "List")
        assert again.state == "to_collect"
        assert sheets.work_on_sheet()
        assert choices(again) == {"Ada": "person", "Bo": ""}

    def test_asks_anew_of_another_name_at_the_same_address(self, client, first):
        sheet = at_people(client, SIGN_IN.replace("Ada;Ek", "Eve;Other"))
        assert choices(sheet)["Eve"] == ""

    def test_of_another_source_asks_everything(self, client, first):
        sheet = at_people(client, source="Elsewhere")
        assert set(choices(sheet).values()) == {""}


class TestWhatIsRemembered:
    @pytest.fixture
    def source(self, client, ada) -> SheetSource:
        sheet = at_people(client)
        submit(client, url(sheet, "people/"), **who(sheet, Ada=f"p{ada.pk}", Bo="new", Cy="out"))
        make(client, sheet)
        return SheetSource.objects.get()

    def test_holds_no_name_and_no_address(self, source):
        kept = str(list(SheetMatch.objects.values())) + str(list(SheetSource.objects.values()))
        for word in ("Ada", "Ek", "Falk", "linea.example", "else.example"):
            assert word not in kept
        assert SheetMatch.objects.count() == 3

    def test_goes_with_the_person(self, source, ada):
        SheetPerson.objects.all().delete()
        ada.delete()
        assert SheetMatch.objects.filter(register_id="", person=None).count() == 1
        assert SheetMatch.objects.count() == 2

    def test_goes_when_the_record_is_emptied_and_is_not_used_before(self, client, source, ada):
        Person.objects.filter(pk=ada.pk).update(given_name="", family_name="", email="")
        sheet = at_people(client)
        assert choices(sheet)["Ada"] == ""
        forget_old_sheets()
        assert not SheetMatch.objects.filter(person=ada).exists()

    def test_is_forgotten_of_people_with_a_press_and_columns_stay(self, client, source):
        page = f"/staff/imports/sources/{source.pk}/"
        assert "Signature" in client.get(page).text
        assert "asks of everybody who they are" in client.get(f"{page}forget/").text
        assert "nothing is remembered any more" in client.post(f"{page}forget/", follow=True).text
        source.refresh_from_db()
        assert (SheetMatch.objects.count(), bool(source.plan["columns"])) == (0, True)

    def test_is_deleted_with_the_source_and_its_sheets_stay(self, client, source):
        page = f"/staff/imports/sources/{source.pk}/delete/"
        assert "Its sheets and what was imported stay" in client.get(page).text.replace("\n", " ")
        client.post(page)
        assert (SheetSource.objects.count(), SheetMatch.objects.count(), Sheet.objects.get().source) == (
            0,
            0,
            None,
        )
        assert client.get(url(Sheet.objects.get())).status_code == 200

    def test_two_of_one_name_are_one_source(self, client, source):
        sheets.send(client, file(SIGN_IN), "SIGN-IN sheet lisbon")
        assert SheetSource.objects.count() == 1
        with pytest.raises(IntegrityError, match="sheet_source_once"), transaction.atomic():
            SheetSource.objects.create(name="sign-in SHEET Lisbon", created_by=made.staff())

    def test_files_and_people_of_a_sheet_go_after_thirty_days(self, client, source):
        Sheet.objects.update(state_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        forget_old_sheets()
        sheet = Sheet.objects.get()
        assert (sheet.state, sheet.lines, sheet.found, SheetPerson.objects.count()) == ("made", "", {}, 0)
        assert client.get(url(sheet)).status_code == 200
        assert client.get(made.url(sheet.upload)).status_code == 200


class TestGoingBack:
    def test_drops_the_register_and_asks_for_its_people_again(self, client, ada):
        sheet = at_people(client)
        submit(client, url(sheet, "people/"), **who(sheet, Ada="new", Bo="new", Cy="out"))
        make(client, sheet)
        first = sheet.upload
        client.post(url(sheet), {"back": "1"})
        sheet.refresh_from_db()
        first.refresh_from_db()
        assert (sheet.state, sheet.upload, first.state) == ("people", None, "dropped")
        submit(client, url(sheet, "people/"), **who(sheet, Ada=f"p{ada.pk}"))
        make(client, sheet)
        assert SheetMatch.objects.get(person=ada)
        assert sheet.state == "made"

    def test_is_refused_once_it_is_to_be_applied(self, client, ada):
        sheet = at_people(client, audience="other")
        submit(client, url(sheet, "people/"), **who(sheet, Ada="new", Bo="new", Cy="out"))
        make(client, sheet)
        work_once()
        made.press(client, sheet.upload, apply="all")
        page = client.post(url(sheet), {"back": "1"}, follow=True).text
        assert "undo its import first" in page
        sheet.refresh_from_db()
        assert sheet.state == "made"


class TestTheDatabase:
    def test_refuses_what_must_never_be(self, client, ada):
        sheet = at_people(client)
        one = SheetPerson.objects.filter(sheet=sheet, given_name="Ada")
        for wrong in (
            {"choice": "person"},
            {"choice": "new"},
            {"person": ada},
            {"choice": "out", "person": ada},
        ):
            with pytest.raises(IntegrityError, match="sheet_person_is_one"), transaction.atomic():
                one.update(**wrong)
        for wrong in ({"state": "made"}, {"state": "to_read", "size": 0}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Sheet.objects.filter(pk=sheet.pk).update(**wrong)
        with pytest.raises(IntegrityError, match="sheet_match_is_one"), transaction.atomic():
            SheetMatch.objects.create(source=sheet.source, key="0" * 64, person=ada, register_id="x")


class TestWhoMay:
    @pytest.mark.parametrize("role", [Role.TRAINER, Role.ADMINISTRATOR])
    def test_nobody_but_staff(self, client, role):
        sheet = at_people(client)
        login = cast.user(role)
        for act in (
            lambda: decide(sheet=sheet, said={}, by=login),
            lambda: take_equal_addresses(sheet=sheet, by=login),
            lambda: make_register(sheet=sheet, by=login),
        ):
            with pytest.raises(Refused, match="INHOPE staff"):
                act()
        assert cast.signed_in(login).get(url(sheet, "people/")).status_code == 403


class TestQueries:
    def test_are_as_many_for_one_as_for_three(self, client, ada):
        counts = []
        for content in (SIGN_IN.rsplit("Bo;", 1)[0], SIGN_IN):
            sheet = at_people(client, content, activity=gathered.held())
            paths = [DESK, url(sheet), url(sheet, "people/"), url(sheet, "columns/"), url(sheet, "layout/")]
            source = f"/staff/imports/sources/{sheet.source_id}/"
            counts.append([cast.queries_of(client, path) for path in [*paths, source]])
        assert counts[0] == counts[1]
