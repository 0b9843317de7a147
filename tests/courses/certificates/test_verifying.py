"""/verify/: what anybody learns from a code, and what nobody does."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connection

from courses.actions import certificates
from courses.actions.name_checks import TRIES_A_CODE, TRIES_AN_ADDRESS, check_name
from courses.models import NameTries
from courses.queries.certificates import by_code
from lms.kit.errors import Refused
from tests import cast
from tests.courses import ledger
from tests.courses.certificates import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return cast.signed_in(None)


def tries() -> list[tuple[str, int]]:
    return sorted(NameTries.objects.values_list("bucket", "tries"))


class TestCode:
    @pytest.mark.parametrize(
        ("rules", "said"),
        [
            ({}, "This certificate is valid"),
            ({"validity_months": 1200}, "This certificate is valid"),
            ({"validity_months": 1}, "This certificate has expired"),
        ],
    )
    def test_says_course_version_and_days(self, page, rules, said):
        one = made.certificate(**rules)
        text = page.get(f"/verify/{one.code}/").text.replace("\xa0", " ")
        for told in (said, one.code, "Tracing basics", "1 May 2025"):
            assert told in text

    def test_is_valid_on_its_last_day_and_expired_on_the_next(self, page):
        one = made.certificate(validity_months=12)
        with time_machine.travel(dt.datetime(2026, 5, 1, 21, 59, tzinfo=dt.UTC)):
            assert "is valid" in page.get(f"/verify/{one.code}/").text
        with time_machine.travel(dt.datetime(2026, 5, 1, 22, 1, tzinfo=dt.UTC)):
            assert "has expired" in page.get(f"/verify/{one.code}/").text

    def test_of_a_completion_taken_back_is_withdrawn(self, page):
        one = made.certificate()
        ledger.take_back(one.entry)
        assert "was withdrawn" in page.get(f"/verify/{one.code}/").text

    @pytest.mark.parametrize("unknown", ["AAAA-AAAA-AAAA", "x", "%00", "日本"])
    def test_that_is_unknown_says_so(self, page, unknown):
        made.certificate()
        answer = page.get(f"/verify/{unknown}/")
        assert answer.status_code == 404
        assert "No certificate has this code" in answer.text
        assert page.post(f"/verify/{unknown}/", {"name": "x"}).status_code == 404
        assert tries() == []

    @pytest.mark.parametrize(
        "change", [str.lower, lambda c: c.replace("-", ""), lambda c: f" {c} ".replace("-", " ")]
    )
    def test_is_found_however_it_is_typed(self, page, change):
        one = made.certificate()
        answer = page.post("/verify/", {"code": change(one.code)})
        assert answer.url == f"/verify/{one.code}/"
        assert page.get(f"/verify/{change(one.code).strip()}/").status_code == 200

    def test_with_an_l_read_as_a_one_is_found(self, page, monkeypatch):
        monkeypatch.setattr(certificates, "new_code", lambda: "LAAA-BBBB-CCCL")
        made.certificate()
        assert page.get("/verify/1aaa-bbbb-ccci/").status_code == 200

    def test_made_of_nothing_is_asked_for_again(self, page):
        assert "made of letters and digits" in page.post("/verify/", {"code": "---"}).text

    def test_never_shows_a_name(self, page):
        one = made.certificate()
        assert "Łucja" in cast.signed_in(made.trainer(one)).get(f"/certificates/{one.pk}/revoke/").text
        for answer in (
            page.get(f"/verify/{one.code}/"),
            page.post(f"/verify/{one.code}/", {"name": "Eve Else"}),
            page.post(f"/verify/{one.code}/", {"name": "Łucja Đorđević"}),
        ):
            assert answer.status_code == 200
            assert "Łucja" not in answer.text
            assert "Đorđević" not in answer.text

    def test_takes_the_same_few_queries_whatever_else_there_is(self, page):
        one = made.certificate()
        alone = cast.queries_of(page, f"/verify/{one.code}/")
        for _ in range(3):
            made.certificate(cast.person())
        assert cast.queries_of(page, f"/verify/{one.code}/") == alone <= 4


class TestName:
    @pytest.mark.parametrize(
        "typed",
        ["Łucja Đorđević", "lucja dordevic", "ĐORĐEVIĆ, ŁUCJA", " Łucja  Đorđević ", "LucjaDordevic"],
    )
    def test_is_confirmed_without_case_spaces_and_accents(self, page, typed):
        one = made.certificate()
        assert "Yes. It was issued" in page.post(f"/verify/{one.code}/", {"name": typed}).text

    @pytest.mark.parametrize("typed", ["Łucja", "Đorđević", "Łucja Đorđevićova", "ćivedroĐ ajcuŁ", "?", "-"])
    def test_of_another_is_not(self, page, typed):
        one = made.certificate()
        assert "No. It was issued" in page.post(f"/verify/{one.code}/", {"name": typed}).text

    @pytest.mark.parametrize(
        ("given", "family", "typed"),
        [
            ("太郎", "山田", "山田太郎"),
            ("Γιώργος", "Παπαδόπουλος", "ΓΙΩΡΓΟΣ ΠΑΠΑΔΟΠΟΥΛΟΣ"),
            ("محمد", "الخَطيب", "محمد الخطيب"),
            ("Groß", "Åse", "gross ase"),
        ],
    )
    def test_is_confirmed_in_every_script(self, page, given, family, typed):
        one = made.certificate(cast.person(family, given))
        assert by_code(one.code).is_of(typed)

    def test_that_was_removed_is_nobodys(self):
        one = made.certificate(cast.person("", ""))
        assert not any(by_code(one.code).is_of(typed) for typed in ("", "-", f"#{one.person_id}"))

    def test_is_asked_so_often_for_a_code_and_no_oftener(self, page):
        one, other = made.certificate(), made.certificate(cast.person("Other"))
        for _ in range(TRIES_A_CODE):
            assert "No. It" in page.post(f"/verify/{one.code}/", {"name": "x"}).text
        before = tries()
        refused = page.post(f"/verify/{one.code}/", {"name": "Łucja Đorđević"}).text
        assert "too often" in refused
        assert "Yes. It" not in refused
        assert tries() == before
        assert "Yes. It" in page.post(f"/verify/{other.code}/", {"name": "Ada Other"}).text

    def test_is_asked_so_often_from_an_address_and_no_oftener(self):
        codes = [made.certificate(cast.person()).code for _ in range(TRIES_AN_ADDRESS // 5 + 1)]
        for code in codes[:-1] * 5:
            check_name(standing=by_code(code), name="x", address="192.0.2.1")
        before = tries()
        with pytest.raises(Refused):
            check_name(standing=by_code(codes[-1]), name="x", address="192.0.2.1")
        assert tries() == before
        assert check_name(standing=by_code(codes[-1]), name="Ada Example", address="192.0.2.2")

    def test_can_be_asked_again_in_an_hour_and_leaves_no_row(self):
        one = made.certificate()
        with time_machine.travel(dt.datetime(2026, 3, 1, 12, 30, tzinfo=dt.UTC)):
            for _ in range(TRIES_A_CODE):
                check_name(standing=by_code(one.code), name="x", address="192.0.2.1")
            past = {bucket for bucket, _count in tries()}
        with time_machine.travel(dt.datetime(2026, 3, 1, 13, 1, tzinfo=dt.UTC)):
            assert check_name(standing=by_code(one.code), name="Łucja Đorđević", address="192.0.2.1")
        assert past.isdisjoint(bucket for bucket, _count in tries())

    def test_leaves_neither_name_nor_address_nor_code_behind(self, page):
        one = made.certificate()
        page.post(f"/verify/{one.code}/", {"name": "Eve Else"}, REMOTE_ADDR="192.0.2.77")
        kept = str(list(NameTries.objects.values()))
        assert len(tries()) == 2
        for told in ("Eve", "Else", "192.0.2.77", one.code):
            assert told not in kept


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_are_counted_each():
    standing, answered = by_code(made.certificate().code), []

    def ask(number: int) -> None:
        try:
            for _ in range(4):
                check_name(standing=standing, name="x", address=f"192.0.2.{number}")
                answered.append(1)
        except Refused:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[number]) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert len(answered) == TRIES_A_CODE
