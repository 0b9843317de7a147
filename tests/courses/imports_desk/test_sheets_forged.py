"""Sheets and forms by somebody who means harm: nobody is taken for another, and no page breaks."""

import re
import time

import pytest
from django.test import Client
from xlsxwriter import Workbook

from courses.actions.imports.number_cells import NumberFormat, text_of
from courses.actions.imports.workbooks import Styles
from courses.actions.sheets.working import work_on_sheet
from courses.actions.uploads.working import work_once
from courses.kinds.sheets import Who
from courses.models import RegisterUpload, SheetMatch, SheetPerson, SheetSource
from courses.queries import sheets as queries
from tests import cast
from tests.courses.imports_desk import made, sheets
from tests.courses.imports_desk.sheets import (
    SIGN_IN,
    at_people,
    brought,
    file,
    key,
    latest,
    send,
    submit,
    url,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hotlines")]


@pytest.fixture
def client() -> Client:
    return cast.signed_in(made.staff())


class TestNobodyIsTakenForAnother:
    def test_names_that_are_parted_elsewhere_are_two_people(self, client):
        sheet = at_people(client, "First name;Surname\nAl;Bert\nAlb;Ert\nBERT;al\n")
        people = SheetPerson.objects.filter(sheet=sheet).values_list("given_name", "family_name", "lines")
        assert set(people) == {("Al", "Bert", 2), ("Alb", "Ert", 1)}

    def test_a_name_alone_is_the_same_in_either_column(self):
        assert Who("", "Ada", "").sign == Who("", "", "ADA").sign
        assert Who("", "", "").sign == ""

    def test_an_address_within_a_name_is_nobodys_address(self, client):
        cast.person("Ek", "Ada", email="ada@linea.example")
        lines = "Name;E-mail\nBo ada@linea.example;bo@else.example\nCy ada@linea.example;none\n"
        sheet = at_people(client, lines)
        assert {one.equal for one in queries.rows_of(list(sheet.people.all()))} == {None}
        submit(client, url(sheet, "people/"), equal="1")
        assert set(sheet.people.values_list("choice", "person")) == {("", None)}


class TestFormsThatNoPageSends:
    @pytest.mark.parametrize("name", ["ΟΔΟΣ", "İstanbul", "STRASSE ẞ"])
    def test_a_source_has_one_name_whatever_its_letters(self, client, name):
        for _again in range(2):
            assert client.post(sheets.DESK, {"file": file(SIGN_IN), "new_source": name}).status_code == 302
        assert SheetSource.objects.get().sheets.count() == 2

    @pytest.mark.parametrize("asked", ["a\0b", "\0", "a " * 50_000])
    def test_a_search_for_the_activity_is_answered_whatever_is_asked(self, client, asked):
        sheet = brought(client, file(SIGN_IN))
        with_asked = {"search": "1", "asked": asked}
        assert client.post(url(sheet, "columns/"), with_asked).status_code == 200

    def test_what_no_column_can_hold_names_nobody(self, client):
        sheet = at_people(client)
        bo = key(sheet, "Bo")
        typed = {f"who-{bo}": "other", f"other-{bo}": "a\0b", "who-\0": "out"}
        answer = submit(client, url(sheet, "people/"), **typed)
        assert "Nobody has this register id or e-mail address" in answer.text
        assert set(sheet.people.values_list("choice", flat=True)) == {""}

    def test_somebody_known_has_to_be_named(self, client):
        sheet = at_people(client)
        answer = submit(client, url(sheet, "people/"), **{f"who-{key(sheet, 'Bo')}": "person"})
        assert "Say who it is." in answer.text
        assert set(sheet.people.values_list("choice", flat=True)) == {""}

    @pytest.mark.parametrize("said", [{"header": 1}, {"header": "x"}, {}])
    def test_a_sheet_of_which_nothing_is_kept_has_no_layout_to_say(self, client, said):
        send(client, file(SIGN_IN))
        waiting = latest()
        assert client.post(url(waiting, "layout/"), said).status_code == 302
        work_on_sheet()
        client.post(url(waiting), {"drop": "1"})
        assert client.post(url(waiting, "layout/"), said).status_code == 302
        assert latest().state == "dropped"


class TestFilesThatDoHarm:
    @pytest.mark.parametrize("sign", ["\r", "\n", "\r\n"])
    def test_a_line_break_within_a_name_begins_no_line_of_the_register(self, client, sign):
        sheet = at_people(client, f'Name;E-mail\n"Bo{sign}x Falk";bo@else.example\nCy Gray;cy@else.example\n')
        for one in sheet.people.values_list("key", flat=True):
            submit(client, url(sheet, "people/"), **{f"who-{one}": "new"})
        sheet = sheets.make(client, sheet)
        assert work_once()
        upload = RegisterUpload.objects.get()
        assert upload.outcome["tallies"]["people.csv"]["lines"] == 2
        page = client.get(f"/staff/imports/uploads/{upload.pk}/").text
        last = 3 + sign.count("\n") + (sign == "\r")
        told = re.findall(r"line (\d+)[^<]*</th>\s*<td>people.csv\s*</td>\s*<td>(\d)", page)
        assert set(told) == {("2", "2"), (str(last), "3")}

    def test_of_a_cell_without_end_the_pages_look_at_its_beginning(self, client):
        endless = "x" * 4_000_000
        sheet = brought(client, file(f"Name;{endless}\nAda Ek;{endless}\nBo Falk;{endless}\n"))
        began = time.monotonic()
        page = client.get(url(sheet, "columns/"))
        assert time.monotonic() - began < 2
        assert "x" * 40 in page.text

    def test_a_number_beyond_all_numbers_makes_a_workbook_unusable_and_ends_no_worker(self):
        with pytest.raises(ValueError, match="no number"):
            text_of("1e999", NumberFormat(0, ""), since_1904=False)

    def test_a_long_format_is_looked_at_once_however_many_cells_show_numbers_by_it(self):
        styles = Styles()
        styles.start("numFmt", {"numFmtId": "164", "formatCode": "y" * 30_000})
        styles.start("cellXfs", {})
        for _one in range(3):
            styles.start("xf", {"numFmtId": "164"})
        assert len(styles.codes[164]) == 255
        assert len(styles.formats) == 3
        assert len({id(one) for one in styles.formats}) == 1


def test_the_list_of_sources_counts_people_and_sheets_each_by_themselves(client):
    for _again in range(3):
        send(client, file(SIGN_IN))
    source = SheetSource.objects.get()
    SheetMatch.objects.bulk_create(SheetMatch(source=source, key=f"{one:064}") for one in range(300))
    found = queries.sources()
    assert [(one.known, one.brought) for one in found] == [(300, 3)]
    plan = found.explain(analyze=True)
    assert max(int(rows.split(".")[0]) for rows in re.findall(r"actual time=\S+ rows=(\S+)", plan)) <= 300


def test_the_layout_of_another_sheet_opens_before_it_is_read_and_where_it_cannot_be(client, tmp_path):
    target = tmp_path / "two.xlsx"
    with Workbook(str(target)) as book:
        book.add_worksheet("A").write_row(0, 0, ["Name", "E-mail"])
        book.add_worksheet("B").write_formula(0, 0, "=1+1")
    sheet = brought(client, file(target.read_bytes(), "two.xlsx"))
    submit(client, url(sheet, "layout/"), sheet="A")
    work_on_sheet()
    submit(client, url(sheet, "layout/"), sheet="B")
    for _look in range(2):
        assert client.get(url(sheet, "layout/"), follow=True).status_code == 200
        work_on_sheet()
