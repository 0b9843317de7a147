"""One box for people, activities and hotlines: what it finds, what it does not, and why."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.models import Enrolment
from courses.queries.find.searching import search
from lms.people.actions.merges import merge_persons
from lms.people.enums import Role
from tests import cast
from tests.courses import ledger

pytestmark = pytest.mark.django_db
SEARCH = "/staff/search/"


@pytest.fixture
def page() -> Client:
    return cast.signed_in(cast.user(Role.STAFF))


def names(text: str) -> list[str]:
    """What is found, group by group, the best first."""
    return [
        getattr(hit.record, "title", None) or hit.record.name for group in search(text) for hit in group.hits
    ]


def seen(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)).replace("\xa0", " ")


class TestPeople:
    @pytest.mark.parametrize(
        ("family", "given", "typed"),
        [
            ("Muller", "Eva", "müller"),
            ("Müller", "Eva", "MULLER eva"),
            ("Ķirse", "Ilze", "irse ilz"),
            ("Łukasiewicz", "Jan", "lukas jan"),
            ("Weiß", "Uwe", "weiss"),
            ("İnönü", "Ay", "inonu"),
            ("Strøm-Olsen", "Bo", "olsen strom"),
            ("O'Brien", "Pat", "o'brien"),
            ("Иванова", "Анна", "ИВАНОВА анна"),
            ("Παπάς", "Νίκος", "παπασ νικος"),
        ],
    )
    def test_a_name_is_found_in_any_order_whatever_its_accents_and_case(self, family, given, typed):
        cast.person(family, given)
        cast.person("Somebody", "Else")
        assert names(typed) == [f"{given} {family}"]

    def test_every_word_has_to_be_there(self):
        cast.person("Muller", "Eva")
        assert names("muller adam") == []

    def test_an_address_and_a_register_id_are_found_by_a_part_and_said_as_the_reason(self):
        cast.person("Ruiz", "Ana", email="a.ruiz@example.org", register_id="P-778")
        (group,) = search("ruiz@exam")
        assert group.hits[0].reasons == [("email", "a.ruiz@example.org")]
        (group,) = search("p-77 ana")
        assert group.hits[0].reasons == [("register_id", "P-778")]

    def test_whole_words_come_before_beginnings_and_those_before_what_is_inside(self):
        cast.person("Annabel", "Zoe")
        cast.person("Ann", "Zoe")
        cast.person("Hann", "Zoe")
        assert names("ann") == ["Zoe Ann", "Zoe Annabel", "Zoe Hann"]

    def test_what_a_person_is_called_now_is_searched(self):
        ada = cast.person("Before")
        ada.family_name = "Áfter"
        ada.save()
        assert names("before") == []
        assert names("after") == ["Ada Áfter"]

    @pytest.mark.parametrize("typed", ["%", "_", "\\", "a%a", "'", '"', "%%", "\\%", ";--", "\0", "́"])
    def test_signs_of_a_pattern_are_signs(self, page, typed):
        cast.person("Plain", "Name")
        assert "Plain" not in page.get(SEARCH, {"q": typed}).text

    def test_such_signs_are_found_where_they_are(self):
        cast.person("100%_\\", "Odd")
        for typed in ("%", "_", "\\", "%_\\"):
            assert names(typed) == ["Odd 100%_\\"]

    def test_a_merged_record_says_as_whom_it_is_read(self, page):
        merge_persons(duplicate=cast.person("Twin"), survivor=cast.person("Survivor"), by=None)
        assert "read as Ada Survivor" in seen(page.get(SEARCH, {"q": "twin"}))


class TestOthers:
    @pytest.mark.parametrize(
        ("typed", "reason"),
        [
            ("zurich", None),
            ("lyon", ("place", "Lyon")),
            ("wellbeing", ("topic", "Wellbeing at work")),
            ("2023 zurich", ("year", "2023")),
            ("a0", ("register_id", "A0")),
            ("basic zurich", ("kind", "Basic training")),
        ],
    )
    def test_an_activity_is_found_by_what_is_known_of_it(self, typed, reason):
        made = ledger.activity("Tracing in Zürich", place="Lyon", topics=["Wellbeing at work"])
        ledger.activity("Another", "2022-05-10T09:00+02:00", kind_id="webinar")
        (group,) = search(typed)
        assert [hit.record.activity_id for hit in group.hits] == [made.pk]
        assert group.hits[0].reasons == ([reason] if reason else [])

    def test_an_activity_is_found_by_what_is_known_of_it_today(self):
        ledger.version(ledger.activity("Before"), title="After")
        assert names("before") == []
        assert names("after") == ["After"]

    def test_a_withdrawn_activity_is_not_found(self):
        ledger.version(ledger.activity("Gone"), withdrawn=True)
        assert names("gone") == []

    def test_a_hotline_is_found_by_name_and_country(self):
        cast.hotline("Línea", "DE")
        for typed in ("linea", "german"):
            assert names(typed) == ["Línea"]


class TestPage:
    def test_results_are_grouped_with_how_many_there_are_and_lead_to_the_lists(self, page):
        for number in range(12):
            cast.person(f"Zimmer{number}")
        cast.hotline("Zimmer line")
        ledger.activity("Zimmer course")
        answer = page.get(SEARCH, {"q": "zimmer"})
        text = seen(answer)
        assert "People 12 " in text
        assert "All 12 in the list" in text
        assert answer.text.count('href="/staff/people/') - answer.text.count('href="/staff/people/"') == 11
        for path in ("/staff/people/?q=zimmer", "/staff/activities/?q=zimmer", "/staff/hotlines/?q=zimmer"):
            assert path in answer.text
            assert "immer" in seen(page.get(path))

    @pytest.mark.parametrize("typed", ["", "   ", "nothing of that kind", "x" * 1000])
    def test_where_nothing_is_found_it_says_what_to_try(self, page, typed):
        cast.person("Somebody")
        text = seen(page.get(SEARCH, {"q": typed}))
        assert "accents and capitals do not matter" in text if typed.strip() else "Type any part" in text
        assert "Somebody" not in text

    def test_a_whole_register_id_opens_its_record(self, page):
        ada = cast.person(register_id="P7")
        made = ledger.activity("One")
        assert page.get(SEARCH, {"q": "P7"}).url == f"/staff/people/{ada.pk}/"
        assert page.get(SEARCH, {"q": made.register_id}).url == f"/staff/activities/{made.pk}/"
        assert page.get(SEARCH, {"q": "P"}).status_code == 200

    def test_an_id_that_two_records_have_opens_neither(self, page):
        cast.person(register_id="A0")
        ledger.activity("One")
        assert page.get(SEARCH, {"q": "A0"}).status_code == 200

    def test_nothing_is_opened_while_somebody_types(self, page):
        cast.person(register_id="P7")
        assert page.get(SEARCH, {"q": "P7"}, headers={"hx-request": "true"}).status_code == 200

    def test_names_are_text_and_never_markup(self, page):
        cast.person("<b>Bold</b>", email="<i>x</i>")
        assert not re.search("<b>Bold|<i>x", page.get(SEARCH, {"q": "bold"}).text)

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.STAFF])
    def test_nobody_but_staff_searches(self, role):
        cast.person("Secret")
        at = cast.hotline() if role == Role.HOTLINE_MANAGER else None
        client = cast.signed_in(cast.user(role, at))
        answer = client.get(SEARCH, {"q": "secret"})
        assert answer.status_code == 403
        assert "Ada Secret" not in answer.text
        assert "data-find" not in client.get("/").text

    def test_the_box_stands_on_every_page_of_staff(self, page):
        for path in ("/", "/staff/", "/staff/counts/?year=2023", SEARCH):
            assert f'action="{SEARCH}"' in page.get(path).text

    def test_it_costs_the_same_at_one_and_at_three_hits(self, page):
        def grow(number):
            someone = cast.person(f"Zimmer{number}", email=f"zimmer{number}@example.org")
            cast.affiliate(someone, cast.hotline(f"Zimmer {number}"))
            merge_persons(duplicate=cast.person(f"Zimmer twin {number}"), survivor=someone, by=None)
            ledger.activity(f"Zimmer {number}", topics=["zimmer"])

        grow(1)
        with CaptureQueriesContext(connection) as at_one:
            page.get(SEARCH, {"q": "zimmer"})
        grow(2)
        grow(3)
        with CaptureQueriesContext(connection) as at_three:
            page.get(SEARCH, {"q": "zimmer"})
        assert len(at_one) == len(at_three)


def test_a_course_somebody_keeps_to_themselves_stands_beside_no_name(page):
    """What is found of a person says nothing of their training."""
    from courses.actions.enrolments import enrol, hide
    from tests.courses.learn import school

    analyst = cast.user(Role.ANALYST)
    made: Enrolment = enrol(cohort=school.course("Kindly", self_care=True), person=analyst.person, by=analyst)
    hide(enrolment=made, hidden=True, by=analyst)
    text = page.get(SEARCH, {"q": analyst.person.family_name}).text
    assert analyst.person.family_name in text
    assert "Kindly" not in text
