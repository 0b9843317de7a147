"""Rows chosen on a list, looked at, changed, undone and taken out as a file, as staff do it on the pages."""

import csv
import datetime as dt
import io
import re

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from courses.enums import ListName
from courses.models import BulkAct, BulkAction, BulkState
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.courses import ledger
from tests.courses.find import made
from tests.screens import Screen

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> User:
    return cast.user(Role.STAFF)


@pytest.fixture
def screen(staff) -> Screen:
    return Screen(cast.signed_in(staff))


def seen(screen: Screen) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", screen.page)).replace("\xa0", " ")


def post(client: Client, action: BulkAction, **said: object):
    return client.post(f"/staff/bulk/{action.pk}/", said)


class TestChoosing:
    def test_all_that_fit_are_taken_with_the_filters_in_force(self, screen):
        made.activities(2)
        ledger.activity("Another", kind_id="webinar")
        screen.open("/staff/activities/?kind=basic").press("Take all 2 rows that fit")
        action = BulkAction.objects.get()
        assert (action.total, action.all_that_fit, action.values, action.searched) == (
            2,
            True,
            {"kind": "basic"},
            False,
        )
        assert "Activities: 2 rows, chosen" in seen(screen)

    def test_words_narrow_the_choice_and_are_not_kept(self, screen):
        cast.person("Zimmer")
        cast.person("Other")
        screen.open("/staff/people/?q=zimmer").press("Take the 1 row that fits")
        action = BulkAction.objects.get()
        assert (action.total, action.values, action.searched) == (1, {}, True)
        assert "zimmer" not in str(BulkAction.objects.values().get()).lower()

    def test_ticked_rows_are_taken_and_none_is_said(self, staff):
        rows = made.activities(3)
        client = cast.signed_in(staff)
        answer = client.post(
            "/staff/bulk/choose/activities/", {"which": "ticked", "kind": "basic"}, follow=True
        )
        assert "Choose at least one row." in answer.text
        assert answer.redirect_chain == [("/staff/activities/?kind=basic", 302)]
        ticked = [rows[0].pk, rows[2].pk, "x", 999_999_999]
        client.post("/staff/bulk/choose/activities/", {"which": "ticked", "tick": ticked})
        chosen = BulkAction.objects.get().rows.values_list("activity", flat=True)
        assert list(chosen) == [rows[0].pk, rows[2].pk]

    def test_hotlines_have_no_boxes(self, staff):
        cast.hotline()
        assert 'name="tick"' not in cast.signed_in(staff).get("/staff/hotlines/").text
        answer = cast.signed_in(staff).post("/staff/bulk/choose/hotlines/", {"which": "all"}, follow=True)
        assert "Nothing can be done to many rows of this list." in answer.text
        assert not BulkAction.objects.exists()


class TestDoing:
    def test_from_the_list_to_the_undoing(self, screen):
        rows = [*made.activities(2), ledger.activity("Has it", topics=["Law"])]
        screen.open("/staff/activities/").press("Take all 3 rows that fit")
        screen.press("Show me what would change", add="Law", reason="Asked for by the funder.")
        text = seen(screen)
        assert "2 rows would change. 1 cannot be done. Nothing has been written so far." in text
        assert "Its topics are so already." in text
        assert [made.known(one)["topics"] for one in rows] == [[], [], ["Law"]]
        screen.press("Do it without those that cannot")
        assert [made.known(one)["topics"] for one in rows] == [["Law"]] * 3
        assert "2 rows were changed." in seen(screen)
        screen.press("Show me what would be put back", reason="Not these.")
        assert "This puts back what no." in seen(screen)
        screen.press("Do it")
        assert [made.known(one)["topics"] for one in rows] == [[], [], ["Law"]]
        screen.open("/staff/bulk/")
        text = seen(screen)
        assert "Undo: Add and remove topics" in text
        assert "done, and undone by a later one" in text
        assert "Asked for by the funder." in text

    def test_nothing_typed_is_lost_on_a_mistake(self, staff):
        action = made.chosen(staff, made.activities(1))
        answer = post(
            cast.signed_in(staff), action, say="1", act="topics", add="Law", remove="Law", reason="Kept words"
        )
        assert "A topic is either added or removed." in answer.text
        assert "Kept words" in answer.text
        assert made.again(action).state == BulkState.CHOSEN

    def test_who_comes_second_is_told_on_the_page(self, staff):
        action = made.looked_at(staff, made.activities(1))
        client = cast.signed_in(staff)
        post(client, action, apply="all", digest=action.digest)
        answer = client.post(
            f"/staff/bulk/{action.pk}/", {"apply": "all", "digest": action.digest}, follow=True
        )
        assert "has said before you that it is to be done." in answer.text

    @pytest.mark.parametrize("digest", ["", "x", "0" * 64])
    def test_what_was_not_looked_at_is_not_done(self, staff, digest):
        action = made.looked_at(staff, made.activities(1))
        post(cast.signed_in(staff), action, apply="all", digest=digest)
        assert made.again(action).state == BulkState.PREVIEWED

    def test_names_are_text_and_never_markup(self, staff):
        rows = [ledger.activity("<b>Bold</b>", topics=["<i>x</i>"])]
        action = made.looked_at(staff, rows, said={"add": ["<u>y</u>"], "remove": []})
        assert not re.search("<b>Bold|<i>x|<u>y", cast.signed_in(staff).get(f"/staff/bulk/{action.pk}/").text)

    def test_the_pages_cost_the_same_at_one_and_at_three_rows(self, staff):
        client = cast.signed_in(staff)

        def cost(number: int) -> list[int]:
            rows = [ledger.activity(f"{number}-{one}") for one in range(number)]
            action = made.looked_at(staff, [*rows, ledger.activity("Has it", topics=["Law"])])
            persons = [cast.person(f"{number}-{one}") for one in range(number)]
            for one in persons:
                cast.affiliate(one, cast.hotline())
            ending = made.looked_at(staff, persons, BulkAct.END, made.ends(dt.date(2024, 6, 30)))
            paths = [f"/staff/bulk/{one.pk}/" for one in (action, ending)]
            paths += [f"/staff/bulk/{one.pk}/rows/csv/" for one in (action, ending)]
            return [cast.queries_of(client, path) for path in (*paths, "/staff/bulk/")]

        assert cost(1) == cost(3)


class TestFiles:
    def test_people_as_csv_and_xlsx_without_formulas(self, staff):
        ada = cast.person("=1+1", "Ada", email="ada@example.org", register_id="P1")
        cast.affiliate(ada, cast.hotline("Linea", "FR"))
        action = made.chosen(staff, [ada], ListName.PEOPLE)
        client = cast.signed_in(staff)
        answer = client.get(f"/staff/bulk/{action.pk}/rows/csv/")
        rows = list(csv.reader(io.StringIO(answer.getvalue().decode())))
        assert rows[1] == ["P1", "Ada", "'=1+1", "ada@example.org", "Linea", "hotline", "FR"]
        book = client.get(f"/staff/bulk/{action.pk}/rows/xlsx/")
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
        assert sheet == rows

    def test_activities_as_csv(self, staff):
        one = ledger.activity("One", topics=["A", "B"], host=cast.hotline("Linea"))
        ledger.fact(cast.person(), one)
        action = made.chosen(staff, [one])
        answer = cast.signed_in(staff).get(f"/staff/bulk/{action.pk}/rows/csv/")
        row = list(csv.reader(io.StringIO(answer.getvalue().decode())))[1]
        assert row[:4] == [one.register_id, "basic", "One", "2023-05-10 07:00"]
        assert row[-4:] == ["Linea", "", "A; B", "1"]

    def test_another_form_is_none(self, staff):
        action = made.chosen(staff, made.activities(1))
        assert cast.signed_in(staff).get(f"/staff/bulk/{action.pk}/rows/pdf/").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role != Role.STAFF])
def test_nobody_but_staff_enters(role, staff):
    rows = made.activities(1)
    action = made.looked_at(staff, rows)
    at = cast.hotline() if role == Role.HOTLINE_MANAGER else None
    client = cast.signed_in(cast.user(role, at))
    for path in ("/staff/bulk/", f"/staff/bulk/{action.pk}/", f"/staff/bulk/{action.pk}/rows/csv/"):
        assert client.get(path).status_code == 403
    assert post(client, action, apply="all", digest=action.digest).status_code == 403
    assert client.post("/staff/bulk/choose/activities/", {"which": "all"}).status_code == 403
    assert (BulkAction.objects.count(), made.known(rows[0])["topics"]) == (1, [])
