"""A list of somebody else's becomes a register: its columns are said, its people are said; it is applied."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from courses.actions.uploads.working import work_once
from courses.models import Activity, Entry, Participation, Sheet, SheetPerson
from lms.people.models import Affiliation, Person
from tests import cast
from tests.courses import ledger
from tests.courses.gatherings import made as gathered
from tests.courses.imports_desk import made, sheets
from tests.courses.imports_desk.sheets import SIGN_IN, at_people, brought, columns, decide, file, make, url
from tests.courses.registers import activity, import_folder, register, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hotlines")]
CALL = (
    "Meeting Summary\r\nTitle\tBasic webinar\r\n\r\n"
    "Name\tEmail\tIn-Meeting Duration\tRole\r\n"
    "Ada Ek\tada@linea.example\t35m 10s\tPresenter\r\n"
    "Ada Ek\tada@linea.example\t12m\tPresenter\r\n"
    "Bo Falk\tbo@else.example\t20m\tAttendee\r\n"
)
SURVEY = [
    ["Evaluation of the year"],
    [],
    ["Full name", "Your e-mail", "Country", "Event id", "Completed on", "How was it?"],
    ["Ada Ek", "ada@linea.example", "Sweden", "A1", dt.date(2023, 5, 12), "Good\nvery good"],
    ["Falk, Bo", "bo@else.example", "fr", "A2", "13/05/2023", "Fine"],
]


@pytest.fixture
def client() -> Client:
    return cast.signed_in(made.staff())


@pytest.fixture
def ada() -> Person:
    return cast.person("Ek", "Ada", email="ada@linea.example")


def applied(client: Client, sheet: Sheet) -> str:
    """The page of the register before it is applied."""
    assert sheet.state == "made", sheet.found
    assert work_once()
    page = client.get(made.url(sheet.upload)).text
    made.press(client, sheet.upload, apply="all")
    assert work_once()
    return page


class TestASignInSheet:
    def test_in_semicolons_with_its_header_on_line_3_becomes_facts(self, client, ada):
        at = gathered.held()
        sheet = at_people(client, SIGN_IN, activity=at, audience="law_enforcement")
        assert (sheet.layout["header"], sheet.layout["separator"]) == (3, ";")
        decide(client, sheet, Ada=f"p{ada.pk}", Bo="new", Cy="out")
        assert "No line is rejected." in applied(client, make(client, sheet))
        there = Entry.objects.filter(stage="attended", activity=at)
        assert {entry.person.name for entry in there} == {"Ada Ek", "Bo Falk"}
        at.refresh_from_db()
        ada.refresh_from_db()
        assert (at.register_id, ada.register_id) == (f"site-{at.pk}", f"site-{ada.pk}")
        assert Person.objects.get(email="bo@else.example").register_id.startswith("sheet-")
        assert Participation.objects.count() == 2

    def test_nothing_is_written_before_the_register_is_applied(self, client, ada):
        at = gathered.held()
        before = (Person.objects.count(), Entry.objects.count())
        sheet = at_people(client, activity=at, audience="other")
        decide(client, sheet, Ada=f"p{ada.pk}", Bo="new", Cy="new")
        make(client, sheet)
        assert work_once()
        assert (Person.objects.count(), Entry.objects.count()) == before

    def test_a_known_person_keeps_the_affiliations_that_the_sheet_says_nothing_of(self, client, ada):
        cast.affiliate(ada, cast.hotline())
        sheet = at_people(client)
        decide(client, sheet, Ada=f"p{ada.pk}", Bo="out", Cy="out")
        applied(client, make(client, sheet))
        assert Affiliation.objects.filter(person=ada).count() == 1
        assert Entry.objects.get(stage="attended").hotline == cast.hotline()

    def test_an_activity_of_a_register_keeps_its_id(self, client, tmp_path):
        import_folder(write(tmp_path / "a", register(activities=[activity("A1")])))
        sheet = at_people(client, activity=Activity.objects.get(), audience="other")
        decide(client, sheet, Ada="new", Bo="out", Cy="out")
        applied(client, make(client, sheet))
        assert Activity.objects.get().register_id == "A1"
        with pytest.raises(IntegrityError, match="keeps it"), transaction.atomic():
            Activity.objects.update(register_id="B1")

    def test_what_is_left_out_of_its_columns_is_said(self, client):
        sheet = at_people(client, "Name;E-mail;Diet\nAda Ek;a@x.example;none\n")
        page = client.get(url(sheet)).text
        assert "Diet" in page
        assert "not read" in page


class TestTheListOfACall:
    def test_in_utf_16_counts_minutes_of_one_person_together(self, client, ada):
        at = gathered.held("webinar")
        sheet = at_people(client, CALL.encode("utf-16"), "Zoom", activity=at, minutes="45", audience="other")
        assert sheet.layout == {"encoding": "utf-16", "separator": "\t", "header": 4}
        assert sheet.found["people"] == 2
        decide(client, sheet, Ada=f"p{ada.pk}", Bo="new")
        applied(client, make(client, sheet))
        entries = Entry.objects.filter(stage="attended").order_by("person")
        assert {(entry.person.name, entry.absent) for entry in entries} == {
            ("Ada Ek", False),
            ("Bo Falk", True),
        }

    def test_blank_minutes_say_nothing_of_who_was_there(self, client, ada):
        at = gathered.held("webinar")
        sheet = at_people(
            client,
            "Name;Duration\nAda Ek;60\nBo Falk;\n",
            "Zoom",
            activity=at,
            minutes="45",
            audience="other",
        )
        decide(client, sheet, Ada=f"p{ada.pk}", Bo="new")
        applied(client, make(client, sheet))
        entries = Entry.objects.filter(stage="attended")
        assert [(entry.person.name, entry.absent) for entry in entries] == [("Ada Ek", False)]


class TestASurvey:
    @pytest.fixture
    def sheet(self, client, tmp_path) -> Sheet:
        lines = register(activities=[activity("A1"), activity("A2", title="Other")])
        import_folder(write(tmp_path / "a", lines))
        return brought(client, sheets.workbook(tmp_path / "s.xlsx", ("Answers", SURVEY)), "Survey")

    def test_in_a_workbook_with_its_header_on_line_3_asks_which_comes_first(self, client, sheet):
        assert (sheet.layout["header"], sheet.state) == (3, "columns")
        columns(
            client, sheet, **{"column-3": "activity", "column-1": "email", "order": "", "audience": "other"}
        )
        assert sheet.state == "columns"
        page = client.get(url(sheet, "columns/")).text
        assert "whether day or month comes first: 13/05/2023" in page
        # The thirteenth can only be a day: it is proposed, and said by a person.
        columns(client, sheet, order="day")
        assert sheet.state == "people"

    def test_becomes_completions_at_the_activities_that_its_column_names(self, client, sheet):
        columns(
            client,
            sheet,
            **{"column-3": "activity", "column-1": "email", "order": "day", "audience": "other"},
        )
        decide(client, sheet, Ada="new", Bo="new")
        page = applied(client, make(client, sheet))
        assert "No line is rejected." in page
        done = Entry.objects.filter(stage="completed").order_by("happened_on")
        said = [
            (one.person.name, one.activity.register_id, str(one.happened_on), one.country_id) for one in done
        ]
        assert said == [("Ada Ek", "A1", "2023-05-12", "SE"), ("Bo Falk", "A2", "2023-05-13", "FR")]

    def test_a_rejection_says_where_in_the_sheet_it_stands(self, client, tmp_path):
        import_folder(write(tmp_path / "a", register(activities=[activity("A1")])))
        wrong = [*SURVEY[:4], ["Bo Falk", "bo@else.example", "Atlantis", "A9", "never", ""]]
        sheet = brought(client, sheets.workbook(tmp_path / "s.xlsx", ("Answers", wrong)), "Survey")
        columns(client, sheet, **{"column-3": "activity", "column-1": "email", "audience": "other"})
        decide(client, sheet, Ada="new", Bo="new")
        make(client, sheet)
        assert work_once()
        page = client.get(made.url(sheet.upload)).text
        for place in ("line 5, column Country", "line 5, column Completed on"):
            assert place in page
        assert "line 5, column Event id" in page
        assert Person.objects.filter(email="bo@else.example").count() == 0

    def test_of_several_sheets_one_is_chosen_and_hidden_ones_are_told(self, client, tmp_path):
        content = sheets.workbook(
            tmp_path / "s.xlsx", ("About", [["Hello"]]), ("Answers", SURVEY), ("Old", SURVEY), hidden=["Old"]
        )
        sheet = brought(client, content, "Survey")
        assert (sheet.state, sheet.found["sheets"]) == ("layout", ["About", "Answers"])
        assert "Hidden sheets of the workbook are not read: 1." in client.get(url(sheet)).text
        sheets.submit(client, url(sheet, "layout/"), sheet="Answers")
        sheets.work_on_sheet()
        sheet.refresh_from_db()
        assert (sheet.state, sheet.layout["header"]) == ("columns", 3)


class TestItsLayout:
    def test_letters_of_windows_are_told_and_not_guessed(self, client):
        sheet = brought(client, file("Name;E-mail\nZoë Gül;z@x.example\n".encode("cp1252")))
        page = client.get(url(sheet, "layout/")).text
        assert sheet.state == "layout"
        assert "neither UTF-8 nor UTF-16" in page
        assert "Zoë Gül" in page
        sheets.submit(client, url(sheet, "layout/"), encoding="cp1252")
        assert sheets.work_on_sheet()
        columns(client, sheet, gathered.held())
        assert SheetPerson.objects.get(sheet=sheet).family_name == "Gül"

    def test_another_line_is_said_to_be_the_header(self, client):
        sheet = brought(client, file("a;b\nPerson;Post\nAda Ek;a@x.example\n"))
        assert sheet.layout["header"] == 1
        sheets.submit(client, url(sheet, "layout/"), header="2")
        page = client.get(url(sheet, "columns/")).text
        assert "The header is on line 2." in page
        assert ">Person" in page
        answer = sheets.submit(client, url(sheet, "layout/"), header="9")
        assert "There is nothing on this line." in answer.text

    def test_another_separator_is_said(self, client):
        sheet = brought(client, file("Name,x;E-mail\nEk, Ada;a@x.example\n"))
        sheets.submit(client, url(sheet, "layout/"), separator=";")
        assert sheets.work_on_sheet()
        sheet.refresh_from_db()
        assert (sheet.layout["separator"], sheet.state) == (";", "columns")


class TestItsColumns:
    def test_are_refused_where_they_name_nobody_and_nothing_typed_is_lost(self, client):
        sheet = brought(client, file(SIGN_IN))
        said = {f"column-{place}": "" for place in range(4)} | {"organisation": "Somewhere"}
        answer = sheets.submit(client, url(sheet, "columns/"), **said)
        assert "Say in which column names or e-mail addresses stand, or how many people." in answer.text
        assert 'value="Somewhere"' in answer.text
        sheet.refresh_from_db()
        assert (sheet.state, sheet.plan) == ("columns", {})

    @pytest.mark.parametrize(
        ("said", "why"),
        [
            ({"column-0": "email"}, "Two columns are said to be the same: First name and E-mail."),
            ({}, "Say which activity all of it belongs to"),
            ({"column-1": "minutes"}, "either by a word or by minutes"),
            ({"yes": "x", "no": "x"}, "cannot mean both yes and no"),
        ],
    )
    def test_are_refused_with_what_is_wrong(self, client, said, why):
        sheet = brought(client, file(SIGN_IN))
        assert why in sheets.submit(client, url(sheet, "columns/"), **said).text
        sheet.refresh_from_db()
        assert sheet.state == "columns"

    def test_an_activity_is_searched_without_losing_what_was_typed(self, client):
        gathered.held(title="Tracing in Lisbon")
        sheet = brought(client, file(SIGN_IN))
        said = {"asked": "lisbon trac", "search": "1", "column-0": "full", "yes": "da, si"}
        page = sheets.submit(client, url(sheet, "columns/"), **said).text
        assert "Tracing in Lisbon" in page
        assert 'value="full" selected' in page
        assert 'value="da, si"' in page
        assert (
            "No activity has all of these words."
            in sheets.submit(client, url(sheet, "columns/"), asked="zzz", search="1").text
        )

    @pytest.mark.parametrize("typed", ["lisbóa TRACING", "tracing 2023", "A0", "law lisb"])
    def test_an_activity_is_found_as_in_the_search_of_the_desk(self, client, typed):
        at = ledger.activity("Tracing", "2023-05-10T09:00+00:00", place="Lisboa", topics=["Law"])
        ledger.activity("Another")
        sheet = brought(client, file(SIGN_IN))
        page = sheets.submit(client, url(sheet, "columns/"), asked=typed, search="1").text
        assert f'value="{at.pk}"' in page
        assert "Another" not in page
        assert "Tracing" in client.get("/staff/search/", {"q": typed}, follow=True).text

    def test_of_endless_words_the_first_are_looked_for(self, client):
        ledger.activity("Tracing")
        sheet = brought(client, file(SIGN_IN))
        for words, found in ((["tracing"] * 8 + ["nothing"], True), (["tracing"] * 7 + ["nothing"], False)):
            page = sheets.submit(client, url(sheet, "columns/"), asked=" ".join(words), search="1").text
            assert ("No activity has all of these words." not in page) == found

    def test_words_that_nobody_explained_are_asked(self, client):
        sheet = brought(client, file(SIGN_IN.replace("example;x", "example;maybe")))
        columns(client, sheet, gathered.held())
        assert (sheet.state, sheet.found["unexplained"]) == ("columns", {"words": ["maybe"]})
        assert "mean neither yes nor no so far: maybe" in client.get(url(sheet, "columns/")).text
        columns(client, sheet, no="maybe")
        assert sheet.state == "people"

    def test_lengths_that_are_none_are_asked(self, client):
        sheet = brought(client, file("Name,Minutes\nAda Ek,long\nBo Falk,0.03\n"))
        columns(client, sheet, gathered.held())
        assert sheet.found["unexplained"] == {"minutes": ["long", "0.03"]}

    def test_can_be_said_otherwise_later_and_decisions_stay(self, client, ada):
        sheet = at_people(client)
        decide(client, sheet, Ada=f"p{ada.pk}", Bo="new")
        columns(client, sheet, organisation="Elsewhere")
        assert sheet.state == "people"
        made_before = {one.given_name: one.choice for one in SheetPerson.objects.filter(sheet=sheet)}
        assert made_before == {"Ada": "person", "Bo": "new", "Cy": ""}

    def test_lines_that_name_nobody_are_told(self, client):
        sheet = at_people(client, "Name;E-mail;Signature\nAda Ek;a@x.example;x\n;;x\n")
        assert "Lines that name nobody are not read: 1." in client.get(url(sheet)).text
