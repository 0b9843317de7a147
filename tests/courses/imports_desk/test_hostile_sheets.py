"""Sheets that do harm, are none, or do not say what they seem to: refused with what to do, or shown as they are."""

import io
from zipfile import ZipFile

import pytest
from django.test import Client

from courses.actions.sheets.working import work_on_sheet
from courses.actions.uploads.working import work_once
from courses.models import Sheet, SheetPerson
from lms.people.models import Person
from tests import cast
from tests.courses import packing
from tests.courses.gatherings import made as gathered
from tests.courses.imports_desk import made, sheets
from tests.courses.imports_desk.sheets import DESK, at_people, brought, columns, file, make, submit, url, who

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hotlines")]


@pytest.fixture
def client() -> Client:
    return cast.signed_in(made.staff())


def why(client: Client, content: io.BytesIO) -> str:
    sheet = brought(client, content)
    assert sheet.state == "unusable"
    return client.get(url(sheet)).text


class TestRefused:
    @pytest.mark.parametrize(
        ("content", "said"),
        [
            pytest.param(b"%PDF-1.7\n\0\0", "Give a sheet as a CSV file", id="another file"),
            pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .xlsx without one", id="an old workbook"),
            pytest.param(b"\xff\xfea\0\xd8", "Give a sheet as a CSV file", id="UTF-16 cut off"),
            pytest.param(b"\n \n;;\n", "There is nothing in it.", id="nothing"),
            pytest.param(b"Name,Post\n\"Ada,a@x\nBo,b@x\n", "A quote opens here and is never closed", id="a quote"),
            pytest.param(b"Name,Post\nAda,\"a\"b\n", "cannot be read as CSV", id="a quote out of place"),
            pytest.param(b",".join(b"c%d" % n for n in range(10_000)), "more than 200 columns", id="columns"),
            pytest.param(b"Name\n" + b";" * 20_001, "more than 200 columns", id="separators"),
            pytest.param(b"PK\x03\x04 and nothing more", "cannot be unpacked", id="half a zip"),
        ],
    )  # fmt: skip
    def test_with_what_to_do(self, client, content, said):
        assert said in why(client, file(content))

    def test_a_zip_that_is_no_workbook(self, client, tmp_path):
        packed = packing.zipped(tmp_path / "a.zip", {"people.csv": "Name\n"})
        assert "Give a sheet as a CSV file" in why(client, packing.bytes_of(packed))

    def test_macros_formulas_and_bombs_of_a_workbook_as_in_a_register(self, client, tmp_path, settings):
        book = sheets.workbook(tmp_path / "a.xlsx", ("One", [["Name"], ["Ada"]]))
        (tmp_path / "m.xlsx").write_bytes(book.getvalue())
        packing.changed(tmp_path / "m.xlsx", xl__vbaProject_bin=b"x", **{"xl__vbaProject.bin": b"x"})
        assert "holds macros" in why(client, packing.bytes_of(tmp_path / "m.xlsx"))
        settings.REGISTER_MOST_BYTES = 12_000
        big = sheets.workbook(tmp_path / "b.xlsx", ("One", [["Name"], *[["A" * 200]] * 400]))
        assert "Unpacked it is more than" in why(client, big)

    def test_a_formula_with_its_place(self, client, tmp_path):
        import xlsxwriter

        with xlsxwriter.Workbook(str(tmp_path / "f.xlsx")) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["Name", "E-mail"])
            sheet.write_formula(1, 0, '="Ada"')
        assert "Cell A2 holds a formula" in why(client, packing.bytes_of(tmp_path / "f.xlsx"))

    def test_an_empty_file_none_and_one_without_a_source(self, client):
        for said in ({"file": file(b"")}, {}, {"file": file("Name\nAda\n"), "new_source": " "}):
            page = client.post(DESK, {"new_source": "x", **said})
            assert 'id="mistakes"' in page.text
        assert not Sheet.objects.exists()


class TestTakenAsItIs:
    def test_text_that_looks_like_a_formula_is_text(self, client):
        sheet = at_people(client, 'Name;E-mail\n"=HYPERLINK(""x"")";=1+1@x.example\n', audience="other")
        one = SheetPerson.objects.get(sheet=sheet)
        submit(client, url(sheet, "people/"), **{f"who-{one.key}": "new"})
        make(client, sheet)
        assert work_once()
        with ZipFile(made_files(sheet)) as archive:
            assert "=HYPERLINK" in archive.read("people.csv").decode()
        assert "No line is rejected." in client.get(made.url(sheet.upload)).text

    def test_letters_that_hide_or_turn_what_is_read_are_not_shown(self, client):
        sheet = at_people(client, "Name;E-mail\nA\u202eda\u200b Ek\x07;a@x.example\n")
        one = SheetPerson.objects.get(sheet=sheet)
        assert (one.given_name, one.family_name) == ("A da", "Ek")

    def test_markup_is_text(self, client):
        sheet = at_people(client, "<b>Name</b>;Name;E-mail\n<img src=x>;Ada Ek;a@x.example\n")
        for step in ("", "columns/", "people/", "layout/"):
            page = client.get(url(sheet, step)).text
            assert not [markup for markup in ("<img src=x", "<b>Name") if markup in page]
        assert "&lt;img src=x&gt;" in client.get(url(sheet, "columns/")).text

    def test_two_columns_of_one_name_are_two(self, client):
        sheet = brought(client, file("Name;Name;;E-mail\nAda Ek;x;;a@x.example\n"))
        page = client.get(url(sheet, "columns/")).text
        for label in ("Name (2)", "[C]"):
            assert label in page

    def test_dates_that_are_none_are_rejected_with_their_place(self, client):
        content = (
            "Name;E-mail;Registered on\nAda Ek;a@x.example;31/02/2024\nBo Falk;b@x.example;2024-03-04 10:00\n"
        )
        sheet = brought(client, file(content))
        columns(client, sheet, gathered.held(), order="day", audience="other", **{"column-2": "enrolled"})
        submit(client, url(sheet, "people/"), **who(sheet, Ada="new", Bo="new"))
        make(client, sheet)
        assert work_once()
        page = client.get(made.url(sheet.upload)).text
        assert "line 2, column Registered on" in page
        assert "2024-02-31" in page
        assert sheet.upload.digest

    def test_lines_of_one_person_that_say_different_things_are_both_rejected(self, client):
        content = "Name;E-mail;Country\nAda Ek;a@x.example;SE\nAda Ek;a@x.example;FR\n"
        sheet = at_people(client, content, audience="other")
        submit(client, url(sheet, "people/"), **who(sheet, Ada="new"))
        make(client, sheet)
        assert work_once()
        page = client.get(made.url(sheet.upload)).text
        for line in ("line 2", "line 3"):
            assert line in page
        assert "says something else about the same" in page
        assert not Person.objects.filter(email="a@x.example").exists()


class TestAWorker:
    def test_that_ends_each_time_is_not_asked_for_ever(self, client):
        sheets.send(client, file("Name\nAda\n"))
        Sheet.objects.update(tries=3)
        assert not work_on_sheet()
        assert sheets.latest().state == "failed"
        assert "Try again" in client.get(url(sheets.latest())).text
        client.post(url(sheets.latest()), {"again": "1"})
        assert work_on_sheet()
        assert sheets.latest().state == "columns"

    def test_whose_file_is_gone_says_so(self, client, tmp_path, settings):
        sheets.send(client, file("Name\nAda\n"))
        settings.REGISTERS_DIR = tmp_path / "elsewhere"
        assert work_on_sheet()
        assert sheets.latest().state == "failed"

    def test_has_nothing_to_do_with_what_was_dropped(self, client):
        sheets.send(client, file("Name\nAda\n"))
        assert (
            "Its file is no longer kept" in client.post(url(sheets.latest()), {"drop": "1"}, follow=True).text
        )
        assert not work_on_sheet()
        assert "cannot be done now" in client.post(url(sheets.latest()), {"drop": "1"}, follow=True).text


def made_files(sheet: Sheet) -> io.BytesIO:
    from courses.actions.uploads.accounts import files

    return io.BytesIO(files().path(sheet.upload.digest).read_bytes())
