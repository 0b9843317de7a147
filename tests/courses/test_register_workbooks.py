"""A register as a workbook: what is read of it, and what is refused."""

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter

from lms.people.models import Person
from tests.courses.packing import changed, part, workbook
from tests.courses.registers import (
    COLUMNS,
    activity,
    import_folder,
)
from tests.courses.test_packed_registers import only, told

pytestmark = pytest.mark.usefixtures("hotlines")
SHEET = "xl/worksheets/sheet1.xml"


class TestAWorkbook:
    @pytest.fixture
    def book(self, tmp_path) -> Path:
        return workbook(tmp_path / "r.xlsx")

    def written(self, tmp_path: Path, *rows: list, name: str = "people", **formats: str) -> Path:
        """A workbook of one sheet, in which each row is written as a spreadsheet program would."""
        path = tmp_path / "r.xlsx"
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": True}) as book:
            sheet = book.add_worksheet(name)
            made = {name: book.add_format({"num_format": code}) for name, code in formats.items()}
            for number, row in enumerate([COLUMNS[name], *rows]):
                for column, cell in enumerate(row):
                    value, shown = cell if isinstance(cell, tuple) else (cell, None)
                    sheet.write(number, column, value, made.get(shown))
        return path

    def test_with_a_formula_names_its_cell(self, tmp_path):
        book = self.written(tmp_path, ["P1", "=CONCATENATE(1,2)", "Ek", "", "other"])
        ((file, line, _value, reason),) = told(book)
        assert (file, line) == ("people.csv", 2)
        assert reason.startswith("Cell B2 holds a formula")

    def test_full_of_formulas_names_the_first_twenty(self, tmp_path):
        book = self.written(tmp_path, *[[f"P{n}", "=1+1", "Ek", "", "other"] for n in range(50)])
        assert len(told(book)) == 20

    def test_with_an_error_for_a_value(self, tmp_path, book):
        sheet = part(book, SHEET).replace(b'<c r="B2" t="s">', b'<c r="B2" t="e">')
        assert "Cell B2 holds an error" in only(changed(book, **{SHEET: sheet}))

    @pytest.mark.parametrize(
        "parts",
        [
            {"xl/vbaProject.bin": b"\xd0\xcf"},
            {"xl/macrosheets/sheet9.xml": b"<x/>"},
            {"xl/activeX/activeX1.xml": b"<x/>"},
        ],
    )
    def test_with_macros(self, book, parts):
        assert "holds macros" in only(changed(book, **parts))

    def test_that_says_it_has_macros(self, tmp_path, book):
        types = part(book, "[Content_Types].xml").replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        )
        assert "holds macros" in only(changed(book, **{"[Content_Types].xml": types}))
        assert "holds macros" in only(workbook(tmp_path / "r.xlsm"))

    def test_with_a_password_is_no_zip_at_all(self, tmp_path):
        (tmp_path / "r.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000))
        assert "has a password" in only(tmp_path / "r.xlsx")

    def test_that_leans_on_other_files(self, book):
        external = b"<externalLink/>"
        assert "other files" in only(changed(book, **{"xl/externalLinks/externalLink1.xml": external}))

    def test_with_a_relation_to_elsewhere(self, book):
        name = "xl/_rels/workbook.xml.rels"
        more = b'<Relationship Id="x" Type="http://a/oleObject" Target="http://a/" TargetMode="External"/></Relationships>'
        changed(book, **{name: part(book, name).replace(b"</Relationships>", more)})
        assert "other files" in only(book)

    def test_with_links_at_its_addresses_is_read(self, tmp_path):
        """A spreadsheet makes a link of every address that is typed."""
        path = tmp_path / "r.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet("people")
            sheet.write_row(0, 0, COLUMNS["people"])
            sheet.write_row(1, 0, ["P1", "Ada", "Ek"])
            sheet.write_url(1, 3, "mailto:ada@example.org", string="ada@example.org")
            sheet.write(1, 4, "other")
        assert import_folder(path).status == 0
        assert Person.objects.get().email == "ada@example.org"

    @pytest.mark.parametrize("name", ["xl/sharedStrings.xml", "docProps/app.xml", SHEET, "xl/workbook.xml"])
    def test_with_entities_in_any_part(self, book, name):
        laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
        content = part(book, name)
        head, _, body = content.partition(b"?>")
        changed(book, **{name: head + b"?>" + laughs + body})
        assert "declares entities" in only(book)

    def test_with_entities_in_another_encoding(self, book):
        text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>'
        changed(book, **{"docProps/app.xml": text.encode("utf-16")})
        assert "declares entities" in only(book)

    def test_with_a_part_that_is_no_xml(self, book):
        assert "cannot be read" in only(changed(book, **{SHEET: b"<worksheet><row>"}))

    def test_without_a_part_that_it_names(self, book):
        assert "cannot be read" in only(changed(book, **{SHEET: None}))

    def test_whose_cells_name_a_text_that_is_not_there(self, book):
        for number in (b"999999", b"-1"):
            sheet = part(book, SHEET).replace(b"<v>0</v>", b"<v>" + number + b"</v>", 1)
            changed(book, **{SHEET: sheet})
            assert "cannot be read" in only(book)
            changed(book, **{SHEET: part(book, SHEET).replace(b"<v>" + number + b"</v>", b"<v>0</v>")})

    def test_with_a_hidden_sheet(self, tmp_path):
        with xlsxwriter.Workbook(str(tmp_path / "r.xlsx")) as book:
            book.add_worksheet("people").write_row(0, 0, COLUMNS["people"])
            book.add_worksheet("lists").hide()
        ((_file, _line, value, reason),) = told(tmp_path / "r.xlsx")
        assert (value, "is hidden" in reason) == ("lists", True)

    def test_with_a_sheet_of_something_else_names_it(self, tmp_path):
        with xlsxwriter.Workbook(str(tmp_path / "r.xlsx")) as book:
            for name in ("people", "Notes"):
                book.add_worksheet(name).write_row(0, 0, COLUMNS["people"])
        done = import_folder(tmp_path / "r.xlsx")
        assert (done.status, [one["value"] for one in done.data["warnings"]]) == (0, ["Notes"])

    def test_with_no_sheet_of_a_register(self, tmp_path):
        with xlsxwriter.Workbook(str(tmp_path / "r.xlsx")) as book:
            book.add_worksheet("Sheet1").write_row(0, 0, COLUMNS["people"])
        assert "None of its sheets" in only(tmp_path / "r.xlsx")

    def test_with_two_sheets_for_one_file(self, tmp_path):
        with xlsxwriter.Workbook(str(tmp_path / "r.xlsx")) as book:
            for name in ("people", "people.csv"):
                book.add_worksheet(name).write_row(0, 0, COLUMNS["people"])
        assert "two sheets" in only(tmp_path / "r.xlsx")

    def test_with_ten_thousand_columns(self, tmp_path):
        book = self.written(tmp_path, ["P1", *(["x"] * 10_000)])
        assert "more than 200 columns" in only(book)

    def test_of_more_lines_than_it_may_have(self, tmp_path):
        with xlsxwriter.Workbook(str(tmp_path / "r.xlsx")) as book:
            sheet = book.add_worksheet("people")
            sheet.write_row(0, 0, COLUMNS["people"])
            sheet.write_row(100_001, 0, ["P1"])
        assert "more than 100000 lines" in only(tmp_path / "r.xlsx")

    def test_that_fills_every_cell_with_one_long_text(self, tmp_path, settings):
        settings.REGISTER_MOST_BYTES = 3 * 1024 * 1024
        book = self.written(tmp_path, *[["x" * 30_000] * 9] * 30)
        assert "more than 3 MB" in only(book)

    def test_with_formatted_but_empty_rows_to_its_very_end(self, tmp_path):
        with xlsxwriter.Workbook(str(tmp_path / "r.xlsx")) as book:
            sheet = book.add_worksheet("people")
            sheet.write_row(0, 0, COLUMNS["people"])
            sheet.write_row(1, 0, ["P1", "Ada", "Ek", "", "other"])
            sheet.write_blank(1_048_575, 0, None, book.add_format({"bold": True}))
        assert import_folder(tmp_path / "r.xlsx").status == 0

    def test_says_lines_as_its_rows_over_gaps_and_line_breaks(self, tmp_path):
        with xlsxwriter.Workbook(str(tmp_path / "r.xlsx")) as book:
            sheet = book.add_worksheet("people")
            sheet.write_row(0, 0, COLUMNS["people"])
            sheet.write_row(4, 0, ["P1", "A\nda", "Ek", "", "other"])
            sheet.write_row(8, 0, ["P2", "Bo", "Ek", "", "press"])
        rejected = import_folder(tmp_path / "r.xlsx").data["rejections"]
        assert [(one["line"], one["column"]) for one in rejected] == [(5, "given_name"), (9, "audience")]

    def test_with_dates_that_are_dates(self, tmp_path):
        cells = [
            "P1",
            "Ada",
            "Ek",
            "",
            "other",
            "",
            "",
            (dt.date(2023, 5, 31), "day"),
            (dt.date(2024, 1, 1), "us"),
        ]
        book = self.written(tmp_path, cells, day="yyyy-mm-dd", us="mm/dd/yy")
        assert import_folder(book).status == 0
        one = Person.objects.get().affiliations.get()
        assert (one.from_on, one.until_on) == (dt.date(2023, 5, 31), dt.date(2024, 1, 1))

    def test_with_times_that_are_times(self, tmp_path):
        line = activity()
        line["starts_at"] = (dt.datetime(2023, 5, 9, 9, 20), "time")  # noqa: DTZ001 - a spreadsheet knows no zone
        line["ends_at"] = (dt.datetime(2023, 5, 9, 17), "time")  # noqa: DTZ001
        book = self.written(tmp_path, list(line.values()), name="activities", time="d.m.yyyy hh:mm")
        assert import_folder(book).status == 0

    def test_with_numbers_as_a_spreadsheet_shows_them(self, tmp_path):
        rows = [[(7, "id"), "Ada", "Ek", "", "other"], [1001, "Bo", "Ek", "", "other"]]
        assert import_folder(self.written(tmp_path, *rows, id="000")).status == 0
        assert list(Person.objects.order_by("pk").values_list("register_id", flat=True)) == ["007", "1001"]

    def test_with_a_number_that_lost_digits(self, tmp_path):
        book = self.written(tmp_path, [12345678901234567890, "Ada", "Ek", "", "other"])
        assert "too many digits" in only(book)
