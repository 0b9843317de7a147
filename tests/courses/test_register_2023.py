"""The register of 2023 gives the figures that were published of 2023, each of them, by every way out."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from courses.models import Entry, Import
from tests.courses.registers import Done, command, counts_of, import_folder

REGISTER = Path(__file__).parents[2] / "courses/demo_data/register-2023"
DATA = Path(__file__).parent / "data"
EXPECTED = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))
DEFINITION = DATA / "definition-2023.json"
PLAIN = {code: value for code, value in EXPECTED["counts"].items() if "." in code and " " not in code}


@pytest.fixture(autouse=True)
def imported(hotlines: None) -> Done:
    done = import_folder(REGISTER)
    assert done.status == 0, done
    return done


def year(tmp_path: Path, *arguments: str) -> dict[str, Any]:
    return counts_of(tmp_path / "counts.json", "--year", "2023", *arguments)


def values(answer: dict[str, Any]) -> dict[str, int]:
    return {row["code"]: row["value"] for row in answer["counts"]}


def test_every_line_is_accounted_for(imported):
    told = imported.data
    rows = EXPECTED["rows"]
    assert (told["rejections"], told["applied"]) == ([], True)
    assert told["people"]["created"] == rows["people"]
    assert told["activities"]["lines"] == told["activities"]["created"] == rows["activities"]
    assert told["participations"]["lines"] == rows["participations"]
    assert told["participations"]["repeated"] == rows["repeated"]
    assert told["participations"]["created"] == rows["participations"] - rows["repeated"]


def test_every_count_of_the_year_is_the_expected_one_and_there_is_no_other(tmp_path):
    answer = year(tmp_path)
    expected = {code: value for code, value in PLAIN.items() if value and not code.startswith("trained.")}
    assert values(answer) == expected
    assert (answer["year"], answer["from"], answer["to"]) == (2023, "2023-01-01", "2023-12-31")
    assert answer["timezone"] == EXPECTED["timezone"]


@pytest.mark.parametrize("line", [name for name in EXPECTED["counts"] if " " in name])
def test_a_filtered_count_is_the_expected_one(tmp_path, line):
    code, filter_ = line.split(" ")
    assert values(year(tmp_path, "--where", filter_))[code] == EXPECTED["counts"][line]


@pytest.mark.parametrize("line", EXPECTED["breakdowns"])
def test_a_breakdown_is_the_expected_one(tmp_path, line):
    code, dimension = line.split(" by ")
    rows = year(tmp_path, "--by", dimension)["counts"]
    assert all(set(row) == {"code", "value", dimension} for row in rows)
    found = {row[dimension]: row["value"] for row in rows if row["code"] == code}
    assert found == EXPECTED["breakdowns"][line]


def test_a_span_of_dates_that_is_the_year_says_the_same(tmp_path):
    span = counts_of(tmp_path / "span.json", "--from", "2023-01-01", "--to", "2023-12-31")
    assert span["counts"] == year(tmp_path)["counts"]


@pytest.mark.django_db(transaction=True)
def test_a_second_import_changes_nothing_and_says_so():
    before = Entry.objects.count(), Import.objects.count()
    again = import_folder(REGISTER)
    assert again.status == 0
    for name in ("people", "activities", "participations"):
        assert (again.data[name]["created"], again.data[name]["changed"]) == (0, 0)
        assert again.data[name]["unchanged"] > 0
    assert (Entry.objects.count(), Import.objects.count()) == before
    assert "nothing changed" in command("import_register", REGISTER).text


def test_the_published_statement_is_reconciled_though_it_does_not_close():
    done = command("reconcile_counts", DEFINITION, "--format", "json")
    assert done.status == 0
    told = done.data
    assert (told["year"], told["published"], told["itemised"], told["not_itemised"]) == (2023, 404, 371, 33)
    trained = {unit: EXPECTED["counts"][f"trained.{unit}"] for unit in ("people", "unidentified")}
    assert {unit: told[unit] for unit in trained} == trained
    assert [line["value"] for line in told["lines"]] == [71, 42, 58, 200]
    assert [line["published"] for line in told["lines"]] == [71, 42, 58, 200]
    keys = {"label", "count", "where", "published", "value", "people", "unidentified"}
    assert all(keys <= set(line) for line in told["lines"])


def test_the_statement_in_words_says_what_is_not_itemised():
    done = command("reconcile_counts", DEFINITION)
    assert done.status == 0
    for number in ("404", "371", "33", "277", "47"):
        assert number in done.text


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        '{"year": 2023, "published": 1, "lines": [{"label": "x", "count": "basic.attended"}]}',
        '{"year": 2023, "published": 1, "lines": [{"label": "x", "count": "nothing.attended.people"}]}',
        '{"year": 2023, "published": 1, "lines": [{"label": "x", "count": "basic.attended.people",'
        ' "where": {"colour": "blue"}, "published": 1}]}',
        '{"year": 2023, "published": 1, "lines": [{"label": "x", "count": "basic.attended.people",'
        ' "where": {"country": "QQ"}, "published": 1}]}',
    ],
)
def test_a_definition_that_makes_no_sense_is_a_usage_error(tmp_path, broken):
    (tmp_path / "d.json").write_text(broken)
    done = command("reconcile_counts", tmp_path / "d.json", "--format", "json")
    assert (done.status, done.text) == (2, "")
    assert done.errors.strip()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--by", "colour"],
        ["--where", "colour=blue"],
        ["--where", "country=QQ"],
        ["--where", "hotline=No such hotline"],
        ["--from", "2023-01-01"],
    ],
)
def test_a_question_that_makes_no_sense_is_a_usage_error(tmp_path, arguments):
    out = tmp_path / "counts.json"
    done = command("export_training_counts", "--year", "2023", "--out", out, *arguments)
    assert done.status == 2
    assert done.errors.strip()
    assert not out.exists()


def test_an_as_of_before_the_first_import_says_so_and_counts_nothing(tmp_path):
    out = tmp_path / "counts.json"
    done = command("export_training_counts", "--year", 2023, "--as-of", "2023-12-31", "--out", out)
    assert json.loads(out.read_text())["counts"] == []
    assert "Nothing was recorded by then" in done.errors


@pytest.mark.parametrize("by", [[], ["--by", "hotline"], ["--by", "month"], ["--by", "topic"]])
def test_csv_and_xlsx_hold_the_rows_of_the_json(tmp_path, by):
    rows = year(tmp_path, *by)["counts"]
    told = [(tuple(row["code"].split(".")), row[by[1]] or "" if by else "", row["value"]) for row in rows]
    assert sorted(csv_rows(tmp_path, *by)) == sorted(told)
    assert sorted(xlsx_rows(tmp_path, *by)) == sorted(told)


def csv_rows(tmp_path: Path, *by: str) -> list[tuple]:
    out = tmp_path / "counts.csv"
    assert command("export_training_counts", "--year", 2023, "--format", "csv", "--out", out, *by).status == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    return [parts(rows[0], [*row[:-1], int(row[-1])], by) for row in rows[1:]]


def xlsx_rows(tmp_path: Path, *by: str) -> list[tuple]:
    out = tmp_path / "counts.xlsx"
    assert (
        command("export_training_counts", "--year", 2023, "--format", "xlsx", "--out", out, *by).status == 0
    )
    book = CalamineWorkbook.from_path(str(out))
    assert len(book.sheet_names) == 2
    rows = book.get_sheet_by_index(0).to_python()
    assert all(isinstance(row[-1], float) for row in rows[1:]), "numbers are numbers"
    definitions = book.get_sheet_by_index(1).to_python()
    assert len(definitions) > 3, "the definitions in words"
    return [parts(rows[0], row, by) for row in rows[1:]]


def parts(heading: list[str], row: list[Any], by: tuple[str, ...]) -> tuple:
    """A row as (kind, stage, unit), value of the dimension, number."""
    cell = dict(zip(heading, row, strict=True))
    assert set(cell) == {"kind", "stage", "unit", "value", *by[1:]}
    return (cell["kind"], cell["stage"], cell["unit"]), cell[by[1]] if by else "", int(cell["value"])
