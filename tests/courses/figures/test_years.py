"""A hotline's year: looked at, confirmed, changed, confirmed again, opened again; and nobody else's."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from courses.actions.by_hand.facts import Said, set_facts
from courses.actions.enrolments import enrol, hide
from courses.actions.hotline_years import answer_correction, ask_correction, confirm_year, reopen_year
from courses.enums import CorrectionState
from courses.models import Activity, CorrectionAnswer, CorrectionAsked, YearWord
from courses.queries.snapshots.years import (
    confirmed_of,
    content_of_year,
    last_word,
    members_in,
    years_of_members,
)
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.people.actions.merges import merge_persons
from lms.people.enums import MembershipStatus, Role
from lms.people.models import HotlineMembership
from tests import cast
from tests.courses import ledger
from tests.courses.grants.made import grant, paid
from tests.courses.learn import school
from tests.moments import next_moment
from tests.threads import at_once

pytestmark = pytest.mark.django_db
YEAR = 2023


@pytest.fixture
def linea():
    made = cast.hotline()
    HotlineMembership.objects.create(hotline=made, status=MembershipStatus.FULL)
    return made


@pytest.fixture
def manager(linea):
    return cast.user(Role.HOTLINE_MANAGER, linea)


def trained(at, name: str = "Ek", title: str = "Basic A") -> object:
    made = ledger.fact(cast.person(name), ledger.activity(title), at=at)
    next_moment()
    return made


def confirm(at, by, year: int = YEAR) -> YearWord:
    word = confirm_year(hotline=at, year=year, seen=content_of_year(at, year).digest(None), by=by)
    next_moment()
    return word


def url(at, name: str = "own-year", year: int = YEAR) -> str:
    return reverse(name, args=[at.pk, year])


class TestThePage:
    def test_it_shows_the_own_counts_opened_to_the_own_peoples_facts(self, linea, manager):
        trained(linea, "Ek")
        trained(cast.hotline("Other"), "Wolkenstein", "Basic B")
        client = cast.signed_in(manager)
        assert "Confirm this year" in client.get(url(linea)).text
        facts = client.get(f"{url(linea, 'own-year-facts')}?count=basic.attended.participations").text
        assert "Ada Ek" in facts
        assert "Wolkenstein" not in facts
        assert "/staff/" not in facts.split("<main")[1]

    def test_another_hotline_is_not_found(self, linea, manager):
        other = cast.hotline("Other")
        client = cast.signed_in(manager)
        for name in ("own-year", "own-year-facts", "own-year-correction", "own-year-reopen"):
            assert client.get(url(other, name)).status_code == 404
            assert client.post(url(other, name), {"text": "x", "reason": "x"}).status_code in (404, 405)
        assert not YearWord.objects.exists()
        assert not CorrectionAsked.objects.exists()

    @pytest.mark.parametrize("year", [1989, today().year + 1, 99_999_999])
    def test_a_year_that_has_not_begun_is_not_found(self, linea, manager, year):
        assert cast.signed_in(manager).get(url(linea, year=year)).status_code == 404

    def test_what_somebody_keeps_to_themselves_is_in_no_number(self, linea, manager):
        login = cast.user(Role.ANALYST)
        cast.affiliate(login.person, linea)
        enrol(cohort=school.course("Aftershift", self_care=True), person=login.person, by=login, hidden=True)
        next_moment()
        year = today().year
        assert content_of_year(linea, year).counts == []
        page = cast.signed_in(manager).get(
            f"{url(linea, 'own-year-facts', year)}?count=online.enrolled.people"
        )
        assert "it is zero" in page.text

    def test_as_many_queries_for_three_facts_as_for_one(self, linea, manager):
        client = cast.signed_in(manager)
        trained(linea)
        confirm(linea, manager)
        trained(linea, "Lind", "B")
        ask_correction(hotline=linea, year=YEAR, text="x", by=manager)
        one = cast.queries_of(client, url(linea))
        for number in range(3):
            trained(linea, f"Ek{number}", f"C{number}")
            ask_correction(hotline=linea, year=YEAR, text=f"{number}", by=manager)
        assert cast.queries_of(client, url(linea)) == one


class TestConfirming:
    def test_it_is_kept_with_who_when_and_the_digest(self, linea, manager):
        trained(linea)
        client = cast.signed_in(manager)
        page = client.get(url(linea)).text
        seen = page.split('name="seen" value="')[1].split('"')[0]
        assert client.post(url(linea), {"seen": seen}).status_code == 302
        word = last_word(linea, YEAR)
        assert (word.recorded_by, word.number, word.confirms) == (manager, 1, True)
        assert word.digest == content_of_year(linea, YEAR).digest(word.moment)
        assert "Nothing has changed since" in client.get(url(linea)).text

    def test_a_change_afterwards_is_told_with_its_reason_and_asks_again(self, linea, manager):
        trained(linea)
        confirm(linea, manager)
        trained(linea, "Lind", "Basic late")
        client = cast.signed_in(manager)
        page = client.get(url(linea)).text
        for said in ("It has changed since", "Basic late", "recorded late: attended", "Confirm this year"):
            assert said in page
        assert confirm(linea, manager).number == 2
        assert "Nothing has changed since" in client.get(url(linea)).text

    def test_who_paid_is_not_told_to_a_manager(self, linea, manager):
        trained(linea)
        confirm(linea, manager)
        paid(Activity.objects.get(), grant())
        next_moment()
        trained(linea, "Lind", "Basic late")
        page = cast.signed_in(manager).get(url(linea)).text
        assert "who paid was said otherwise" in page
        assert "ISF 2023/117" not in page

    def test_a_change_that_nothing_recorded_explains_says_so(self, linea, manager):
        login = cast.user(Role.ANALYST)
        cast.affiliate(login.person, linea)
        taken = enrol(cohort=school.course("care", self_care=True), person=login.person, by=login)
        year = today().year
        next_moment()
        YearWord.objects.create(
            hotline=linea, year=year, number=1, confirms=True, recorded_by=manager,
            digest=content_of_year(linea, year).digest(None), counts=content_of_year(linea, year).counts,
        )  # fmt: skip
        hide(enrolment=taken, hidden=True, by=login)
        next_moment()
        page = cast.signed_in(manager).get(url(linea, year=year)).text
        assert "Nothing that was recorded since explains it." in page

    def test_a_second_press_says_nothing_twice(self, linea, manager):
        trained(linea)
        assert confirm(linea, manager) == confirm(linea, manager)

    def test_a_year_without_anything_can_be_confirmed(self, linea, manager):
        assert confirm(linea, manager).counts == []

    def test_another_hotlines_facts_change_nothing_here(self, linea, manager):
        trained(linea)
        confirm(linea, manager)
        trained(cast.hotline("Other"), "Lind", "Basic B")
        assert "Nothing has changed since" in cast.signed_in(manager).get(url(linea)).text

    def test_a_merge_with_a_record_of_another_hotline_is_told_without_that_record(self, linea, manager):
        room = ledger.activity()
        here, there = cast.person("Ek"), cast.person("Wolkenstein")
        ledger.fact(here, room, at=linea)
        ledger.fact(there, room, at=cast.hotline("Elsewhere"))
        next_moment()
        confirm(linea, manager)
        merge_persons(duplicate=here, survivor=there, by=None)
        next_moment()
        page = cast.signed_in(manager).get(url(linea)).text
        assert "two records are read as one person" in page
        assert "−1" in page
        assert not [word for word in ("Wolkenstein", "Elsewhere") if word in page]

    @pytest.mark.parametrize(
        ("who", "year", "seen"), [("other", YEAR, ""), ("own", today().year, ""), ("own", YEAR, "0" * 64)]
    )
    def test_refusals_change_nothing(self, linea, manager, who, year, seen):
        trained(linea)
        by = manager if who == "own" else cast.user(Role.HOTLINE_MANAGER, cast.hotline("Other"))
        with pytest.raises(Refused):
            confirm_year(
                hotline=linea, year=year, seen=seen or content_of_year(linea, year).digest(None), by=by
            )
        assert not YearWord.objects.exists()

    def test_the_application_cannot_change_what_was_said(self, linea, manager):
        confirm(linea, manager)
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE courses_yearword SET confirms = false")


@pytest.mark.django_db(transaction=True)
def test_two_managers_confirm_at_once_and_it_is_said_once():
    at = cast.hotline()
    both = [cast.user(Role.HOTLINE_MANAGER, at) for _ in range(2)]
    ledger.fact(cast.person(), ledger.activity(), at=at)
    seen = content_of_year(at, YEAR).digest(None)
    logins = iter(both)
    said = at_once(2, lambda: confirm_year(hotline=at, year=YEAR, seen=seen, by=next(logins)))
    assert [type(one) for one in said] == [YearWord, YearWord]
    assert YearWord.objects.get() == said[0] == said[1]


class TestOpeningAgain:
    def test_staff_say_why_and_the_manager_reads_it(self, linea, manager):
        trained(linea)
        confirm(linea, manager)
        staff = cast.signed_in(cast.user(Role.STAFF))
        path = reverse("staff-year-reopen", args=[YEAR, linea.pk])
        assert staff.post(path, {"reason": "A session came in late."}).status_code == 302
        assert "A session came in late." in cast.signed_in(manager).get(url(linea)).text
        assert [word.confirms for word in YearWord.objects.order_by("number")] == [True, False]
        next_moment()
        assert confirm(linea, manager).number == 3

    def test_refusals_change_nothing(self, linea, manager):
        for by, reason in ((manager, "x"), (manager, " "), (cast.user(Role.TRAINER), "x")):
            with pytest.raises(Refused):
                reopen_year(hotline=linea, year=YEAR, reason=reason, by=by)
        assert not YearWord.objects.exists()


class TestCorrections:
    def test_one_is_asked_answered_and_read(self, linea, manager):
        own = cast.signed_in(manager)
        answer = own.post(url(linea, "own-year-correction"), {"text": "Two people are missing."})
        assert answer.status_code == 302
        asked = CorrectionAsked.objects.get()
        staff = cast.signed_in(cast.user(Role.STAFF))
        assert "Two people are missing." in staff.get("/staff/figures/corrections/").text
        path = reverse("staff-correction", args=[asked.pk])
        staff.post(path, {"state": "done", "text": "Both were added."})
        page = own.get(url(linea)).text
        assert "Both were added." in page
        assert "corrected" in page

    def test_a_later_answer_holds_and_the_earlier_stays(self, linea, manager):
        asked = ask_correction(hotline=linea, year=YEAR, text="x", by=manager)
        by = cast.user(Role.STAFF)
        for state in (CorrectionState.DECLINED, CorrectionState.OPEN):
            answer_correction(asked=asked, state=state, text="y", by=by)
        assert [one.state for one in asked.answers.all()] == ["open", "declined"]

    @pytest.mark.parametrize("text", ["", "  ", "See https://x.example/1", "see WWW.x.example"])
    def test_nothing_and_addresses_are_refused(self, linea, manager, text):
        with pytest.raises(Refused):
            ask_correction(hotline=linea, year=YEAR, text=text, by=manager)
        assert not CorrectionAsked.objects.exists()

    def test_only_staff_answer(self, linea, manager):
        asked = ask_correction(hotline=linea, year=YEAR, text="x", by=manager)
        with pytest.raises(Refused):
            answer_correction(asked=asked, state=CorrectionState.DONE, text="y", by=manager)
        assert not CorrectionAnswer.objects.exists()


class TestTheNetwork:
    def test_members_of_the_year_are_those_of_dated_memberships(self, linea):
        for name, status, from_on, until_on in [
            ("Late", "full", "2023-12-31", None),
            ("Provisional", "provisional", None, "2023-01-01"),
            ("Gone", "full", None, "2022-12-31"),
            ("Next", "full", "2024-01-01", None),
            ("Applicant", "applicant", None, None),
            ("Former", "former", "2023-01-01", None),
        ]:
            hotline = cast.hotline(name)
            HotlineMembership.objects.create(
                hotline=hotline, status=status, from_on=from_on, until_on=until_on
            )
        assert {one.name for one in members_in(YEAR)} == {"Linea", "Late", "Provisional"}

    def test_who_has_and_who_has_not(self, linea, manager):
        other = cast.hotline("Other")
        HotlineMembership.objects.create(hotline=other, status="full")
        trained(linea)
        confirm(linea, manager)
        assert confirmed_of(YEAR) == (1, 2)
        staff = cast.signed_in(cast.user(Role.STAFF))
        assert "confirmed by 1 of 2 hotlines" in staff.get("/staff/counts/?year=2023").text
        page = staff.get("/staff/figures/years/2023/").text
        for said in ("Confirmed by 1 of 2 hotlines", "not confirmed yet", "Other"):
            assert said in page

    def test_who_confirmed_and_is_no_member_is_listed_and_not_counted(self, linea, manager):
        trained(linea)
        confirm(linea, manager)
        stranger = cast.hotline("Stranger")
        trained(stranger, "Lind", "B")
        confirm(stranger, cast.user(Role.HOTLINE_MANAGER, stranger))
        page = cast.signed_in(cast.user(Role.STAFF)).get("/staff/figures/years/2023/").text
        assert "Confirmed by 1 of 1 hotline." in page
        assert "Stranger" in page

    def test_a_year_that_has_not_begun_is_opened_again_by_nobody(self, linea):
        staff = cast.signed_in(cast.user(Role.STAFF))
        assert staff.get(reverse("staff-year-reopen", args=[2999, linea.pk])).status_code == 404

    def test_the_list_finds_what_the_managers_page_finds(self, linea, manager):
        """An exchange, a head count and a merge of records: each part is what its manager was shown."""
        other = cast.hotline("Other")
        HotlineMembership.objects.create(hotline=other, status="full")
        visit = ledger.activity("Visit", kind_id="exchange", host_id=linea.pk)
        ledger.fact(cast.person(), visit, at=other)
        ledger.fact(None, ledger.activity("Webinar", kind_id="webinar"), at=linea, headcount=3)
        trained(linea)
        confirm(linea, manager)
        confirm(other, cast.user(Role.HOTLINE_MANAGER, other))
        assert [(one.confirmed, one.changed) for one in years_of_members(YEAR)] == [(True, False)] * 2
        trained(other, "Lind", "B")
        assert [(one.hotline.name, one.changed) for one in years_of_members(YEAR)] == [
            ("Linea", False),
            ("Other", True),
        ]

    def test_as_many_queries_for_three_hotlines_as_for_one(self, linea, manager):
        client = cast.signed_in(cast.user(Role.STAFF))
        trained(linea)
        confirm(linea, manager)
        paths = ["/staff/figures/years/2023/", "/staff/figures/corrections/"]
        ask_correction(hotline=linea, year=YEAR, text="x", by=manager)
        one = [cast.queries_of(client, path) for path in paths]
        for name in ("B", "C"):
            at = cast.hotline(name)
            HotlineMembership.objects.create(hotline=at, status="full")
            by = cast.user(Role.HOTLINE_MANAGER, at)
            trained(at, name, name)
            confirm(at, by)
            ask_correction(hotline=at, year=YEAR, text="x", by=by)
        assert [cast.queries_of(client, path) for path in paths] == one


def test_a_manager_reads_what_was_put_right_and_not_why_which_staff_wrote_for_staff(linea, manager):
    entry, by = trained(linea), cast.user(Role.STAFF)
    confirm(linea, manager)
    said = Said(attended=False)
    set_facts(participation=entry.participation, said=said, reason="As another hotline told us.", by=by)
    next_moment()
    page = cast.signed_in(manager).get(url(linea)).text
    assert "taken back: attended" in page
    assert "As another hotline told us." not in page
