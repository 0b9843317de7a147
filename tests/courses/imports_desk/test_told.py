"""What a register is taken for, and what of a workbook nobody saw on screen: both are said and neither stops it."""

import os
from pathlib import Path

import pytest
import xlsxwriter
from django.conf import settings
from django.core.management import call_command

from courses.tasks import work_on_registers, work_on_sheets
from tests.courses.registers import COLUMNS, import_folder, person, small, text_of, write
from tests.courses.test_packed_registers import only

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hotlines")]


def warnings(path: Path) -> list[str]:
    return [one["reason"] for one in import_folder(path).data["warnings"]]


@pytest.mark.parametrize("file", ["people", "activities", "participations"])
def test_a_file_of_another_name_is_told_by_its_columns(tmp_path, file):
    write(tmp_path, small())
    renamed = (tmp_path / f"{file}.csv").rename(tmp_path / f"{file} (1).csv")
    assert f"By its columns this was taken for {file}.csv." in warnings(renamed)


def test_one_whose_columns_are_of_none_is_refused(tmp_path):
    (tmp_path / "list.csv").write_text("Name,E-mail\nAda,a@x.example\n", encoding="utf-8")
    assert "has the columns of one of them" in only(tmp_path / "list.csv")


def test_one_that_lacks_a_column_of_what_it_was_taken_for_says_which(tmp_path):
    text = text_of("people", [person()]).replace(",until", "").replace(",\r\n", "\r\n").replace(",\n", "\n")
    (tmp_path / "p.csv").write_text(text, encoding="utf-8")
    assert "“until” is missing" in only(tmp_path / "p.csv")


def test_hidden_rows_and_columns_of_a_workbook_are_read_and_told(tmp_path):
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("people")
        for number, row in enumerate(
            [COLUMNS["people"], *(list(person(f"P{n}").values()) for n in range(3))]
        ):
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, place, cell)
        sheet.set_row(2, None, None, {"hidden": True})
        # Empty ones have nothing to tell.
        sheet.set_row(9, None, None, {"hidden": True})
        sheet.set_column(1, 2, None, None, {"hidden": True})
        sheet.set_column(20, 30, None, None, {"hidden": True})
    done = import_folder(path)
    said = [one["reason"] for one in done.data["warnings"]]
    assert said == [
        "Rows of it are hidden, and were read like the others: 1.",
        "Columns of it are hidden, and were read like the others: 2.",
    ]
    assert done.data["people"]["created"] == 3


def test_the_doctor_finds_a_folder_of_registers_that_is_closed(settings, tmp_path, capsys, monkeypatch):
    settings.REGISTERS_DIR = tmp_path / "closed"
    settings.REGISTERS_DIR.mkdir()
    look = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != settings.REGISTERS_DIR and look(path, mode))
    with pytest.raises(SystemExit):
        call_command("doctor")
    assert "The folder of REGISTERS_DIR cannot be read and written" in capsys.readouterr().out


def test_a_register_may_take_longer_than_other_tasks_and_those_as_long_as_ever():
    assert (work_on_registers.soft_time_limit, work_on_registers.time_limit) == (1800, 1830)
    assert (work_on_sheets.soft_time_limit, work_on_sheets.time_limit) == (
        settings.CELERY_TASK_SOFT_TIME_LIMIT,
        settings.CELERY_TASK_TIME_LIMIT,
    )
