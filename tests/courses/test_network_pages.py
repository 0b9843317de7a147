"""The pages about people, hotlines and activities, and one's own transcript."""

import re

import pytest
from django.test import Client

from courses.enums import Stage
from lms.people.actions.merges import merge_persons
from lms.people.enums import Role
from lms.people.models import PersonMerge
from tests import cast
from tests.courses import ledger

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page() -> Client:
    return cast.signed_in(cast.user(Role.STAFF))


def seen(answer):
    """The page's text without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)).replace("\xa0", " ")


class TestPeople:
    def test_somebody_is_found_by_name_and_by_register_id(self, page):
        cast.person("Ķirse", "Ilze", register_id="P77")
        for asked in ("ķirse", "ilze ķir", "p77"):
            assert "Ilze Ķirse" in page.get("/staff/people/", {"q": asked}).text
        assert "Nobody by that name" in page.get("/staff/people/", {"q": "P7x"}).text
        assert page.get("/staff/people/", {"q": "\0"}).status_code == 200

    def test_a_merged_record_says_as_whom_it_is_read(self, page):
        ada, twin = cast.person("Survivor"), cast.person("Duplicate")
        merge_persons(duplicate=twin, survivor=ada, by=None)
        text = seen(page.get("/staff/people/", {"q": "Duplicate"}))
        assert "Ada Survivor" in text
        assert "This record is read as" in seen(page.get(f"/staff/people/{twin.pk}/"))
        assert "Ada Duplicate" in seen(page.get(f"/staff/people/{ada.pk}/"))

    def test_each_fact_names_its_import_line_and_hotline_of_the_time(self, page):
        ada = cast.person()
        cast.affiliate(ada, cast.hotline("New one"))
        ledger.fact(
            ada,
            ledger.activity("Basic A"),
            Stage.COMPLETED,
            at=cast.hotline("Old one"),
            on="2023-05-10",
            source=ledger.register(),
            source_line=42,
        )
        text = seen(page.get(f"/staff/people/{ada.pk}/"))
        assert "completed on 10 May 2023 Old one (FR) register-2023, line 42" in text
        assert "New one" in text

    def test_what_was_taken_back_is_struck_with_when_and_why(self, page):
        ada, mended = cast.person(), ledger.register("mended")
        wrong = ledger.fact(ada, ledger.activity(), source=ledger.register(), source_line=7)
        ledger.take_back(wrong, mended)
        answer = page.get(f"/staff/people/{ada.pk}/")
        assert "<s>register-2023, line 7</s>" in answer.text
        assert "corrected by the import mended" in seen(answer)

    def test_an_earlier_day_shows_what_was_known_then_and_says_so(self, page):
        ada = cast.person()
        ledger.fact(ada, ledger.activity("Basic A"))
        assert "Basic A" in page.get(f"/staff/people/{ada.pk}/").text
        then = page.get(f"/staff/people/{ada.pk}/?as_of=2020-01-01")
        assert "Basic A" not in then.text
        assert "Nothing was recorded yet on 1 Jan 2020" in seen(then)

    def test_a_date_that_is_none_is_said_at_its_field(self, page):
        answer = page.get(f"/staff/people/{cast.person().pk}/?as_of=soon")
        assert answer.status_code == 200
        assert "Enter a valid date" in answer.text

    def test_names_from_a_register_are_text_and_never_markup(self, page):
        ada = cast.person("<script>x</script>")
        ledger.fact(ada, ledger.activity("<b>Bold</b>"), source=ledger.register("<i>name</i>"))
        ledger.take_back(ledger.fact(ada, ledger.activity("<u>y</u>"), source=ledger.register("<em>z</em>")))
        text = page.get(f"/staff/people/{ada.pk}/").text
        assert not re.search(r"<script>x|<b>Bold|<i>name|<u>y|<em>z", text)


class TestHotlines:
    def test_the_list_shows_membership_confidence_and_source(self, page):
        one = cast.hotline("Linea")
        one.source, one.confidence = "https://example.org/list", "verified"
        one.save()
        one.memberships.create(status="full")
        text = seen(page.get("/staff/hotlines/"))
        assert "Linea France Europe full member – named in the source example.org" in text

    def test_a_source_in_words_is_shown_whole_with_its_address_as_the_link(self, page):
        one = cast.hotline("Linea")
        one.source = "Annual report: https://www.example.org/report of 2017"
        one.save()
        assert ">example.org</a>" in page.get("/staff/hotlines/").text
        text = page.get(f"/staff/hotlines/{one.pk}/").text
        address = "https://www.example.org/report"
        assert f'Annual report: <a href="{address}">{address}</a> of 2017' in text

    def test_a_source_that_is_no_web_address_is_never_a_link(self, page):
        one = cast.hotline("Linea")
        one.source = "javascript:alert(1)"
        one.save()
        for path in ("/staff/hotlines/", f"/staff/hotlines/{one.pk}/"):
            assert 'href="javascript' not in page.get(path).text

    def test_a_hotline_shows_its_people_and_years(self, page):
        own, ada = cast.hotline("Linea"), cast.person()
        cast.affiliate(ada, own)
        ledger.fact(ada, ledger.activity("Basic A"), at=own)
        text = seen(page.get(f"/staff/hotlines/{own.pk}/"))
        assert "Ada Example" in text
        assert "2023 0 1 0 1 0 0" in text

    def test_a_manager_sees_the_own_hotline_and_another_is_not_found(self):
        own, other = cast.hotline("Own"), cast.hotline("Other")
        ada, eve = cast.person("Here"), cast.person("Elsewhere")
        ledger.fact(ada, ledger.activity("Basic A"), at=own)
        ledger.fact(ada, ledger.activity("Basic B"), at=other)
        ledger.fact(eve, ledger.activity("Basic C"), at=other)
        manager = cast.signed_in(cast.user(Role.HOTLINE_MANAGER, own))
        assert manager.get("/hotline/").url == f"/hotline/{own.pk}/"
        text = manager.get(f"/hotline/{own.pk}/").text
        assert "Ada Here" in text
        assert "Basic A" in text
        assert not re.search("Basic B|Basic C|Elsewhere|/staff/", text)
        assert manager.get(f"/hotline/{other.pk}/").status_code == 404
        assert manager.get("/hotline/999999/").status_code == 404

    def test_a_manager_of_two_hotlines_has_a_choice(self):
        user = cast.user(Role.HOTLINE_MANAGER, cast.hotline("Own"))
        second = cast.hotline("Second")
        user.grants.create(role=Role.HOTLINE_MANAGER, hotline=second, from_on=cast.SINCE)
        text = cast.signed_in(user).get("/hotline/").text
        assert "Own" in text
        assert f"/hotline/{second.pk}/" in text


class TestActivities:
    def test_the_list_narrows_by_kind_year_and_status(self, page):
        ledger.activity("Basic 2023")
        ledger.activity("Basic 2022", "2022-05-10T09:00+02:00")
        ledger.activity("Cancelled webinar", kind_id="webinar", status="cancelled")
        # New Year's Eve in UTC is already the next year in the reporting zone.
        ledger.activity("New Year", "2021-12-31T23:30+00:00")
        found = {
            "kind=basic": {"Basic 2023", "Basic 2022", "New Year"},
            "status=cancelled": {"Cancelled webinar"},
            "year=2022": {"Basic 2022", "New Year"},
            "kind=webinar&year=2023": {"Cancelled webinar"},
            "kind=nonsense&year=x": {"Basic 2023", "Basic 2022", "New Year", "Cancelled webinar"},
        }
        for asked, titles in found.items():
            text = page.get(f"/staff/activities/?{asked}").text
            assert {title for title in found["kind=nonsense&year=x"] if f">{title}</a>" in text} == titles

    def test_an_activity_shows_both_times_its_versions_and_who_came(self, page):
        host, guest = cast.hotline("Host"), cast.hotline("Guest", "JP")
        visit = ledger.activity(
            "Visit", "2023-05-10T09:00+09:00", kind_id="exchange", timezone="Asia/Tokyo", host=host
        )
        ledger.version(visit, title="Visit to the host")
        ledger.fact(cast.person("Guest"), visit, at=guest)
        ledger.fact(None, visit, at=host, headcount=12)
        text = seen(page.get(f"/staff/activities/{visit.pk}/"))
        assert "10 May 2023, 09:00 (Asia/Tokyo)" in text
        assert "Your time 10 May 2023, 02:00 (Europe/Amsterdam)" in text
        assert "title: Visit → Visit to the host" in text
        assert "Hotlines that came Guest" in text
        assert "Ada Guest" in text
        assert "Host (FR) hotline – 12 –" in text

    def test_before_it_was_known_an_activity_has_no_name(self, page):
        visit = ledger.activity("Secret title")
        answer = page.get(f"/staff/activities/{visit.pk}/?as_of=2020-01-01")
        assert "Secret title" not in answer.text
        assert "not known yet" in answer.text


class TestMerging:
    def test_a_merge_is_shown_before_it_is_done_and_can_be_undone(self, page):
        ada, twin, both = (
            cast.person("Survivor", register_id="P1"),
            cast.person("Twin"),
            ledger.activity("Both"),
        )
        for record in (ada, twin):
            ledger.fact(record, both)
        preview = page.get(f"/staff/people/{twin.pk}/merge/", {"other": "P1"})
        assert "Ada Twin would be read as Ada Survivor" in seen(preview)
        assert "would count once: Both" in seen(preview)
        assert not PersonMerge.objects.exists()
        done = page.post(f"/staff/people/{twin.pk}/merge/", {"other": "P1"})
        assert done.url == f"/staff/people/{ada.pk}/"
        merge = PersonMerge.objects.get()
        assert (merge.duplicate, merge.survivor) == (twin, ada)
        assert "no longer read as" in seen(page.get(f"/staff/merges/{merge.pk}/undo/"))
        page.post(f"/staff/merges/{merge.pk}/undo/")
        assert PersonMerge.objects.get().undone_at

    def test_a_circle_is_refused_in_words_and_nothing_is_merged(self, page):
        ada, twin = cast.person("Survivor"), cast.person("Twin")
        merge_persons(duplicate=twin, survivor=ada, by=None)
        answer = page.post(f"/staff/people/{ada.pk}/merge/", {"other": f"#{twin.pk}"})
        assert "already read as this one" in answer.text
        assert PersonMerge.objects.count() == 1

    def test_an_unknown_record_is_said_at_the_field(self, page):
        answer = page.get(f"/staff/people/{cast.person().pk}/merge/", {"other": "#99999999999999999999"})
        assert "no such record" in answer.text

    def test_records_that_look_alike_are_offered(self, page):
        ada = cast.person("Same", email="a@test.example")
        cast.person("same", "ADA", register_id="by-name")
        cast.person("Else", email="A@test.example", register_id="by-mail")
        cast.person("Else", register_id="stranger")
        merged = cast.person("Same", register_id="merged")
        merge_persons(duplicate=merged, survivor=cast.person("Third"), by=None)
        text = page.get(f"/staff/people/{ada.pk}/merge/").text
        assert "by-name" in text
        assert "by-mail" in text
        assert not re.search("stranger|>merged<", text)


class TestMyTraining:
    def test_everybody_sees_their_own_training_and_nobody_elses(self):
        analyst = cast.user(Role.ANALYST)
        ledger.fact(analyst.person, ledger.activity("Mine"))
        ledger.fact(cast.person("Other"), ledger.activity("Theirs"))
        text = cast.signed_in(analyst).get("/me/").text
        assert "Mine" in text
        assert not re.search("Theirs|Other|/staff/", text)

    def test_a_login_without_facts_or_without_a_person_reads_why_it_is_empty(self):
        newcomer, nobody = cast.user(), cast.user()
        nobody.person = None
        nobody.save()
        for login in (newcomer, nobody):
            assert "No training is recorded for you yet" in cast.signed_in(login).get("/me/").text


def test_pages_cost_the_same_at_one_and_at_three_rows(page):
    own, visit = cast.hotline("Own"), ledger.activity()
    manager = cast.user(Role.HOTLINE_MANAGER, own)
    ada, source = manager.person, ledger.register()

    def grow(number):
        """One more of everything that a page lists."""
        someone = cast.person(f"Person {number}")
        cast.affiliate(someone, own)
        ledger.fact(someone, visit, at=own, source=source)
        more = ledger.activity(f"More {number}", host=cast.hotline(f"Host {number}"))
        cast.affiliate(ada, cast.hotline(f"Place {number}"))
        ledger.take_back(ledger.fact(ada, more, at=own, source=source), source)
        ledger.fact(ada, more, at=own, source=source)
        ledger.fact(None, visit, at=cast.hotline(f"Host {number}"), headcount=3)
        ledger.version(visit, title=f"Title {number}")
        merge_persons(duplicate=cast.person(f"Twin {number}"), survivor=ada, by=None)

    paths = {
        page: (
            "/staff/people/",
            f"/staff/people/{ada.pk}/",
            "/staff/hotlines/",
            f"/staff/hotlines/{own.pk}/",
            "/staff/activities/",
            f"/staff/activities/{visit.pk}/",
        ),
        cast.signed_in(manager): ("/me/", f"/hotline/{own.pk}/"),
    }
    grow(1)
    at_one = [cast.queries_of(client, path) for client in paths for path in paths[client]]
    grow(2)
    grow(3)
    assert [cast.queries_of(client, path) for client in paths for path in paths[client]] == at_one
