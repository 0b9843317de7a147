"""What the page of a sheet says in each of its states, and how another sheet of a workbook is reached."""

import io
from pathlib import Path

import pytest
import xlsxwriter
from django.db.models.functions import Now
from django.test import Client

from courses.models import Sheet
from lms.people.models import Person
from tests import cast
from tests.courses.gatherings import made as gathered
from tests.courses.imports_desk import made, sheets
from tests.courses.imports_desk.sheets import SIGN_IN, brought, columns, file, url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hotlines")]
SURVEY = [["Evaluation"], [], ["Full name", "Your e-mail", "Event id"], ["Ada Ek", "ada@linea.example", "A1"]]


@pytest.fixture
def client() -> Client:
    return cast.signed_in(made.staff())


@pytest.fixture
def ada() -> Person:
    return cast.person("Ek", "Ada", email="ada@linea.example")


def with_formula(path: Path, *others: tuple[str, list[list[str]]]) -> io.BytesIO:
    """A workbook whose first sheet is called Sums and holds a formula."""
    with xlsxwriter.Workbook(str(path)) as book:
        first = book.add_worksheet("Sums")
        first.write_row(0, 0, ["Name", "E-mail"])
        first.write_formula(1, 0, '="Ada"')
        for name, rows in others:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return file(path.read_bytes(), path.name)


class TestItsWorksheets:
    """A workbook whose first sheet cannot be used has others."""

    def test_another_one_is_chosen_where_the_first_holds_a_formula(self, client, tmp_path):
        sheet = brought(client, with_formula(tmp_path / "f.xlsx", ("Answers", SURVEY)), "Survey")
        page = client.get(url(sheet)).text
        assert (sheet.state, sheet.lines) == ("unusable", "")
        assert "Cell A2 holds a formula" in page
        assert "Say otherwise how it is laid out, or mend what stands below" in page
        layout = client.get(url(sheet, "layout/")).text
        assert "It cannot be read as it is said below." in layout
        assert "Cell A2 holds a formula" in layout
        assert "The header is on line" not in layout
        sheets.submit(client, url(sheet, "layout/"), sheet="Answers")
        assert sheets.work_on_sheet()
        sheet.refresh_from_db()
        assert (sheet.state, sheet.layout) == ("columns", {"sheet": "Answers", "header": 3})
        page = client.get(url(sheet)).text
        assert "Cell A2" not in page
        assert "cannot be read" not in page

    def test_one_that_could_be_read_is_not_shown_for_one_that_could_not(self, client, tmp_path):
        content = with_formula(tmp_path / "f.xlsx", ("Answers", SURVEY))
        sheet = brought(client, content, "Survey")
        sheets.submit(client, url(sheet, "layout/"), sheet="Answers")
        sheets.work_on_sheet()
        sheets.submit(client, url(sheet, "layout/"), sheet="Sums")
        sheets.work_on_sheet()
        sheet.refresh_from_db()
        assert (sheet.state, sheet.layout, sheet.lines) == ("unusable", {"sheet": "Sums"}, "")
        assert "The first lines, as they are read now" not in client.get(url(sheet, "layout/")).text

    def test_another_one_is_chosen_where_the_first_is_empty(self, client, tmp_path):
        content = sheets.workbook(tmp_path / "e.xlsx", ("Empty", []), ("Answers", SURVEY))
        sheet = brought(client, content, "Survey")
        assert sheet.state == "unusable"
        assert "There is nothing in it." in client.get(url(sheet)).text
        sheets.submit(client, url(sheet, "layout/"), sheet="Answers")
        sheets.work_on_sheet()
        sheet.refresh_from_db()
        assert sheet.state == "columns"

    def test_a_hidden_one_is_passed_over(self, client, tmp_path):
        content = sheets.workbook(tmp_path / "h.xlsx", ("Old", [["x"]]), ("Answers", SURVEY), hidden=["Old"])
        sheet = brought(client, content, "Survey")
        assert (sheet.state, sheet.layout["sheet"]) == ("columns", "Answers")

    def test_one_sheet_alone_leaves_nothing_to_say_of_its_layout(self, client, tmp_path):
        sheet = brought(client, with_formula(tmp_path / "f.xlsx"), "Survey")
        page = client.get(url(sheet)).text
        assert "It cannot be read as it is. Mend what stands below and bring it in again." in page
        assert "Change how it is laid out" not in page
        assert client.get(url(sheet, "layout/")).url == url(sheet)

    def test_a_list_whose_separator_makes_nonsense_of_it_is_told_another(self, client):
        sheet = brought(client, file("Name;E-mail\nAda Ek;" + "a," * 300 + "\n"))
        assert sheet.state == "columns"
        sheets.submit(client, url(sheet, "layout/"), separator=",")
        sheets.work_on_sheet()
        assert "more than 200 columns" in client.get(url(sheet)).text
        sheets.submit(client, url(sheet, "layout/"), separator=";")
        sheets.work_on_sheet()
        sheet.refresh_from_db()
        assert sheet.state == "columns"


class TestItsPage:
    """Every sentence of it is true where it stands."""

    def test_words_to_explain_are_told_until_they_are_and_not_said_to_be_below(self, client):
        content = SIGN_IN.replace("x\n", "perhaps\n")
        sheet = brought(client, file(content))
        columns(client, sheet, gathered.held())
        page = client.get(url(sheet)).text
        assert "mean neither yes nor no so far: perhaps. Say what they mean." in page
        assert "below" not in page
        columns(client, sheet, gathered.held(), yes="perhaps")
        assert sheet.state == "people"
        assert "perhaps" not in client.get(url(sheet)).text

    def test_its_columns_are_told_once_they_are_said(self, client):
        sheet = brought(client, file(SIGN_IN))
        assert "What its columns are read as" not in client.get(url(sheet)).text
        columns(client, sheet, gathered.held())
        assert "What its columns are read as" in client.get(url(sheet)).text

    def test_everybody_left_out_is_told_only_while_it_is_so(self, client):
        sheet = sheets.at_people(client)
        sheets.decide(client, sheet, Ada="out", Bo="out", Cy="out")
        sheets.make(client, sheet)
        assert "Everybody on it was left out" in client.get(url(sheet)).text
        sheets.decide(client, sheet, Ada="new")
        assert "Everybody on it was left out" not in client.get(url(sheet)).text

    def test_of_a_register_it_says_what_became_of_it(self, client, ada):
        sheet = sheets.at_people(client, source="Lisbon")
        sheets.decide(client, sheet, Ada=f"p{ada.pk}", Bo="out", Cy="out")
        sheets.make(client, sheet)
        page = client.get(url(sheet)).text
        assert "before anything is applied" in page
        assert "Drop the register and change its people" in page
        made.press(client, sheet.upload, drop="1")
        page = client.get(url(sheet)).text
        assert "The register that came of it was dropped." in page
        assert "Change its people" in page
        Sheet.objects.update(forgotten_at=Now())
        page = client.get(url(sheet)).text
        assert "The sheet itself is no longer kept." in page
        assert "Change its people" not in page
