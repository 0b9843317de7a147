"""Tables on their way out: numbers stay numbers, and no text becomes a formula or a link."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from lms.exports.tables import Column, Table, csv_lines, plain, write_xlsx

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=HYPERLINK('http://x')", '=cmd|" /C calc"!A0']
HARMLESS = ["", "a=b", "Point de Contact", "'quoted", "http://example.org", "佐藤", "1"]


def table(*rows: list, name: str = "t", columns: int = 2) -> Table:
    return Table(name, [Column(f"c{number}") for number in range(columns)], rows)


def as_csv(of: Table) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(csv_lines(of)), newline="")))


def as_xlsx(*tables: Table) -> dict[str, list[list]]:
    out = io.BytesIO()
    write_xlsx(tables, out)
    out.seek(0)
    book = CalamineWorkbook.from_filelike(out)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_could_be_read_as_a_formula_is_escaped(text):
    assert plain(text) == f"'{text}"
    assert as_csv(table([text, 1]))[1] == [f"'{text}", "1"]
    assert as_xlsx(table([text, 1]))["t"][1][1] == 1


@pytest.mark.parametrize("text", HARMLESS)
def test_any_other_text_stays_as_it_is(text):
    assert plain(text) == text
    assert as_csv(table([text, "x"]))[1] == [text, "x"]
    assert as_xlsx(table([text, "x"]))["t"][1] == [text, "x"]


@pytest.mark.parametrize("number", [0, -3, 404, 2.5])
def test_a_number_stays_a_number_even_below_zero(number):
    assert plain(number) == number
    assert as_csv(table(["x", number]))[1] == ["x", str(number)]
    cell = as_xlsx(table(["x", number]))["t"][1][1]
    assert cell == number
    assert isinstance(cell, float | int)


def test_nothing_is_an_empty_cell():
    assert as_csv(table([None, 1]))[1] == ["", "1"]
    assert as_xlsx(table([None, 1]))["t"][1] == ["", 1]


def test_a_heading_is_a_text_like_any_other():
    wicked = Table("t", [Column("=1+1"), Column("value")], [])
    assert as_csv(wicked) == [["'=1+1", "value"]]
    assert as_xlsx(wicked)["t"][0] == ["'=1+1", "value"]


def test_no_cell_of_a_workbook_holds_a_formula_or_a_link(tmp_path: Path):
    out = tmp_path / "t.xlsx"
    write_xlsx([table(*[[text, "http://example.org"] for text in DANGEROUS])], out)
    formulas = CalamineWorkbook.from_path(str(out)).get_sheet_by_index(0).to_python()
    assert len(formulas) == len(DANGEROUS) + 1
    assert b"<f>" not in sheet_xml(out)
    assert b"hyperlink" not in sheet_xml(out)


def sheet_xml(book: Path) -> bytes:
    with zipfile.ZipFile(book) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def test_each_table_has_a_sheet_of_its_own_under_a_name_excel_takes():
    sheets = as_xlsx(table([1, 2], name="counts"), table([3, 4], name="d" * 40))
    assert sheets["counts"][1] == [1, 2]
    assert sheets["d" * 31][1] == [3, 4]


def test_rows_are_read_one_at_a_time():
    read = []

    def rows():
        for number in range(3):
            read.append(number)
            yield [number, number]

    lines = csv_lines(Table("t", [Column("a"), Column("b")], rows()))
    assert next(lines) == "a,b\r\n"
    assert read == []
    assert next(lines) == "0,0\r\n"
    assert read == [0]
