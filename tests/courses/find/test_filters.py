"""Lists narrowed by what is known of their rows, and sets of filters with a name."""

import datetime as dt
import re

import pytest
from django.test import Client

from courses.actions.enrolments import enrol, hide
from courses.actions.ledger import record_stage
from courses.actions.saved_filters import change_filter, delete_filter, open_with, restore_filter, save_filter
from courses.enums import ListName, Stage
from courses.models import DefaultFilter, SavedFilter
from courses.queries.find.lists import LISTS
from lms.kit import clock
from lms.kit.errors import Refused
from lms.people.actions.merges import merge_persons
from lms.people.enums import Audience, Role
from lms.people.models import Affiliation, Person, User
from tests import cast
from tests.courses import ledger
from tests.courses.learn import school
from tests.threads import at_once

pytestmark = pytest.mark.django_db
PEOPLE, ACTIVITIES, HOTLINES = ListName.PEOPLE, ListName.ACTIVITIES, ListName.HOTLINES


@pytest.fixture
def staff() -> User:
    return cast.user(Role.STAFF)


@pytest.fixture
def page(staff) -> Client:
    return cast.signed_in(staff)


def seen(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)).replace("\xa0", " ")


def people(**values: object) -> set[str]:
    rows = LISTS[PEOPLE].rows({key: str(value) for key, value in values.items()})
    return set(rows.values_list("family_name", flat=True)) - {"Example"}


def titles(**values: object) -> set[str]:
    rows = LISTS[ACTIVITIES].rows({key: str(value) for key, value in values.items()})
    return set(rows.values_list("title", flat=True))


class TestPeople:
    def test_where_they_belong_today_is_one_affiliation(self):
        linea, other = cast.hotline("Linea", "FR"), cast.hotline("Other", "DE")
        cast.affiliate(cast.person("Linea"), linea)
        cast.affiliate(cast.person("Other"), other)
        Affiliation.objects.create(
            person=cast.person("Officer"), audience=Audience.LAW_ENFORCEMENT, country_id="FR"
        )
        over = cast.affiliate(cast.person("Former"), linea)
        Affiliation.objects.filter(pk=over.pk).update(until_on=clock.today() - dt.timedelta(days=1))
        cast.person("Nowhere")
        assert people(hotline=linea.pk) == {"Linea"}
        assert people(country="FR") == {"Linea", "Officer"}
        assert people(audience="hotline") == {"Linea", "Other"}
        assert people(hotline=linea.pk, country="DE") == set()
        assert people(country="FR", audience="law_enforcement") == {"Officer"}
        assert people(affiliation="with") == {"Linea", "Other", "Officer"}
        assert people(affiliation="without") == {"Former", "Nowhere"}

    def test_with_and_without_a_login(self, staff):
        staff.person.family_name = "Login"
        staff.person.save()
        cast.person("None")
        assert people(login="with") == {"Login"}
        assert people(login="without") == {"None"}

    def test_what_they_were_trained_in_and_when(self):
        basic = ledger.activity("Basic", "2023-05-10T09:00+02:00")
        webinar = ledger.activity("Webinar", "2024-05-10T09:00+02:00", kind_id="webinar")
        came, completed, enrolled, absent = (
            cast.person(name) for name in ("Came", "Completed", "Enrolled", "Absent")
        )
        ledger.fact(came, basic)
        ledger.fact(completed, basic)
        ledger.fact(completed, basic, Stage.COMPLETED, on="2024-01-02")
        ledger.fact(completed, webinar)
        ledger.fact(enrolled, basic, Stage.ENROLLED, on="2023-05-01")
        ledger.fact(absent, basic, absent=True)
        cast.person("Nobody")
        assert people(kind="basic", year=2023) == {"Came", "Completed"}
        assert people(kind="basic", year=2024) == {"Completed"}
        assert people(kind="webinar") == {"Completed"}
        assert people(training="completed", kind="basic") == {"Completed"}
        assert people(training="completed", year=2023) == set()
        assert people(training="not_completed", kind="basic") == {"Came", "Enrolled"}
        assert people(training="nothing", kind="basic") == {"Enrolled", "Absent", "Nobody"}
        assert people(training="nothing", year=2024) == {"Came", "Enrolled", "Absent", "Nobody"}

    def test_what_was_taken_back_or_cancelled_or_withdrawn_trained_nobody(self):
        for name, after in (("Cancelled", {"status": "cancelled"}), ("Withdrawn", {"withdrawn": True})):
            made = ledger.activity(name)
            ledger.fact(cast.person(name), made)
            ledger.version(made, **after)
        ledger.take_back(ledger.fact(cast.person("Reversed"), ledger.activity("Held")))
        assert people(training="took_part") == set()

    def test_records_that_are_read_as_one_person_meet_it_alike(self):
        twin, survivor, last = cast.person("Twin"), cast.person("Survivor"), cast.person("Last")
        ledger.fact(twin, ledger.activity())
        merge_persons(duplicate=twin, survivor=survivor, by=None)
        merge_persons(duplicate=survivor, survivor=last, by=None)
        assert people(training="took_part") == {"Twin", "Survivor", "Last"}
        assert people(training="nothing") == set()

    def test_a_course_that_somebody_keeps_to_themselves_is_in_no_filter(self):
        analyst = cast.user(Role.ANALYST)
        analyst.person.family_name = "Kept"
        analyst.person.save()
        linea = cast.hotline("Linea")
        cast.affiliate(analyst.person, linea)
        cohort = school.course("Kindly", self_care=True)
        made = enrol(cohort=cohort, person=analyst.person, by=analyst)
        today = clock.today()
        record_stage(
            activity=cohort.activity,
            person=analyst.person,
            stage=Stage.COMPLETED,
            happened_on=today,
            standing_on=today,
            by=None,
        )
        assert people(training="completed", year=today.year) == {"Kept"}
        assert not LISTS[HOTLINES].rows({"untrained": str(today.year)}).exists()
        hide(enrolment=made, hidden=True, by=analyst)
        assert people(training="completed", year=today.year) == set()
        assert people(training="nothing") == {"Kept"}
        assert LISTS[HOTLINES].rows({"untrained": str(today.year)}).get() == linea


class TestOthers:
    def test_activities_by_what_is_known_of_them_and_what_is_not(self):
        host = cast.hotline("Host", "JP")
        ledger.activity(
            "One", host=host, country_id="JP", mode="online", topics=["Law", "Work"], place="Kyoto"
        )
        ledger.activity("Two", "2022-12-31T23:30+00:00", kind_id="webinar", status="planned", timezone="UTC")
        assert titles(kind="webinar") == titles(status="planned") == {"Two"}
        # In Amsterdam the year had begun.
        assert titles(year=2023) == {"One", "Two"}
        assert titles(year=2022) == set()
        assert titles(host=host.pk) == titles(country="JP") == titles(mode="online") == {"One"}
        assert titles(topic="Law", kind="basic") == {"One"}
        assert titles(topic="Law", kind="webinar") == set()
        assert titles(lacks="place") == titles(lacks="host") == titles(lacks="topics") == {"Two"}
        assert titles(lacks="funder") == {"One", "Two"}
        assert titles(lacks="zone") == set()

    def test_hotlines_by_region_membership_and_whom_they_trained(self):
        one, two = cast.hotline("One", "FR"), cast.hotline("Two", "JP")
        one.memberships.create(status="full", until_on=dt.date(2020, 1, 1))
        one.memberships.create(status="former", from_on=dt.date(2020, 1, 2))
        ledger.fact(None, ledger.activity(), at=two, headcount=5)

        def found(**values):
            return set(LISTS[HOTLINES].rows(values).values_list("name", flat=True))

        assert found(region="Europe") == {"One"}
        assert found(membership="former") == {"One"}
        assert found(membership="full") == set()
        assert found(membership="none") == {"Two"}
        assert found(untrained="2023") == {"One"}
        assert found(untrained="2022") == {"One", "Two"}


class TestPages:
    def test_filters_in_force_are_taken_off_one_by_one(self, page):
        linea = cast.hotline("Linea")
        text = page.get(f"/staff/people/?q=x&hotline={linea.pk}&audience=hotline&page=2").text
        assert "Take off:" in text
        assert f'href="?q=x&amp;hotline={linea.pk}"' in text
        assert 'href="?q=x&amp;audience=hotline"' in text
        assert 'href="?all=1"' in page.get("/staff/people/?audience=hotline").text

    def test_what_names_nothing_that_is_there_is_left_out_and_said(self, page):
        cast.person("Somebody")
        text = seen(page.get("/staff/people/?hotline=999999&year=x&audience=hotline&login=%00"))
        assert "Hotline today: this filter names something that is no longer there" in text
        assert "In the year: this filter names" in text
        assert "Audience today: hotline" in text

    def test_a_list_says_which_methods_it_takes(self, page):
        assert page.options("/staff/people/").status_code == 200

    @pytest.mark.parametrize("listing", ["people", "activities", "hotlines"])
    def test_each_page_costs_the_same_at_one_and_at_three_rows(self, page, staff, listing):
        def grow(number):
            made = ledger.activity(f"A{number}", topics=[f"T{number}"], host=cast.hotline(f"H{number}"))
            someone = cast.person(f"P{number}")
            cast.affiliate(someone, cast.hotline(f"H{number}"))
            ledger.fact(someone, made, at=cast.hotline(f"H{number}"))
            merge_persons(duplicate=cast.person(f"Twin {number}"), survivor=someone, by=None)
            for one in ListName:
                save_filter(listing=one, values={"year": "2023"}, name=f"F{number}", by=staff)

        narrowed = {
            "people": "kind=basic&affiliation=with",
            "activities": "year=2023",
            "hotlines": "region=Europe",
        }
        paths = [f"/staff/{listing}/", f"/staff/{listing}/?{narrowed[listing]}&q=h", "/staff/filters/"]
        grow(1)
        at_one = [cast.queries_of(page, path) for path in paths]
        grow(2)
        grow(3)
        assert [cast.queries_of(page, path) for path in paths] == at_one


class TestSaved:
    def test_a_set_is_saved_from_the_list_and_holds_no_words(self, page, staff):
        where = "?audience=hotline&q=secret"
        assert "/staff/filters/new/people/?audience=hotline" in page.get(f"/staff/people/{where}").text
        done = page.post(f"/staff/filters/new/people/{where}", {"name": "  Analysts  "})
        one = SavedFilter.objects.get()
        assert (one.name, one.values, one.owner, one.shared) == (
            "Analysts",
            {"audience": "hotline"},
            staff,
            False,
        )
        assert done.url == f"/staff/people/?audience=hotline&saved={one.pk}"
        assert 'aria-current="true">Analysts' in page.get(done.url).text

    @pytest.mark.parametrize(
        ("path", "said", "sentence"),
        [
            ("?audience=hotline", {"name": " "}, "This field is required"),
            ("?audience=hotline", {"name": "TAKEN"}, "There is a saved filter of this name"),
            ("?q=words", {"name": "Words"}, "Choose at least one filter first"),
        ],
    )
    def test_what_cannot_be_saved_is_said_and_nothing_typed_is_lost(self, page, staff, path, said, sentence):
        save_filter(listing=PEOPLE, values={"login": "with"}, name="Taken", by=staff)
        answer = page.post(f"/staff/filters/new/people/{path}", said)
        assert sentence in answer.text
        assert said["name"].strip() in answer.text
        assert SavedFilter.objects.count() == 1

    def test_another_sees_what_is_shared_and_not_what_is_ones_own(self, staff):
        other = cast.user(Role.STAFF)
        own = save_filter(listing=PEOPLE, values={"login": "with"}, name="My own", by=staff)
        shared = save_filter(listing=PEOPLE, values={"login": "with"}, name="Of all", shared=True, by=staff)
        text = cast.signed_in(other).get("/staff/people/").text
        assert "Of all" in text
        assert "My own" not in text
        assert cast.signed_in(other).get(f"/staff/filters/{own.pk}/").status_code == 404
        for act in (
            lambda: change_filter(saved=own, number=1, name="x", shared=False, by=other),
            lambda: delete_filter(saved=own, number=1, by=other),
            lambda: open_with(listing=PEOPLE, saved=own, by=other),
        ):
            with pytest.raises(Refused, match="somebody else's own"):
                act()
        with pytest.raises(Refused, match="Whoever saved it"):
            change_filter(saved=shared, number=1, name="x", shared=False, by=other)
        change_filter(saved=shared, number=1, name="Better", shared=True, by=other)
        own.refresh_from_db()
        assert (own.name, own.deleted_at) == ("My own", None)

    def test_nobody_but_staff_saves(self):
        with pytest.raises(Refused, match="Only INHOPE staff"):
            save_filter(listing=PEOPLE, values={"login": "with"}, name="x", by=cast.user(Role.TRAINER))
        assert not SavedFilter.objects.exists()

    def test_a_list_opens_with_the_default_until_everything_is_asked_for(self, page, staff):
        one = save_filter(listing=PEOPLE, values={"login": "with"}, name="Logins", by=staff)
        page.post(f"/staff/filters/{one.pk}/", {"number": 1, "name": "Logins", "default": "on"})
        assert page.get("/staff/people/").url == f"/staff/people/?login=with&saved={one.pk}"
        assert page.get("/staff/people/?all=1").status_code == 200
        assert page.get("/staff/activities/").status_code == 200
        assert cast.signed_in(cast.user(Role.STAFF)).get("/staff/people/").status_code == 200
        page.post(f"/staff/filters/{one.pk}/", {"number": 2, "name": "Logins"})
        assert page.get("/staff/people/").status_code == 200

    def test_a_deleted_one_is_gone_and_is_taken_back(self, page, staff):
        one = save_filter(listing=PEOPLE, values={"login": "with"}, name="Logins", by=staff)
        open_with(listing=PEOPLE, saved=one, by=staff)
        page.post(f"/staff/filters/{one.pk}/", {"number": 1, "delete": "1"})
        assert "Logins" not in page.get("/staff/people/").text
        assert "Take the deletion back" in page.get("/staff/filters/").text
        page.post("/staff/filters/", {"restore": one.pk})
        assert "Logins" in page.get("/staff/people/", follow=True).text

    def test_a_deletion_is_not_taken_back_over_a_new_one_of_its_name(self, staff):
        one = save_filter(listing=PEOPLE, values={"login": "with"}, name="Logins", by=staff)
        delete_filter(saved=one, number=1, by=staff)
        save_filter(listing=PEOPLE, values={"login": "without"}, name="logins", by=staff)
        with pytest.raises(Refused, match="of this name"):
            restore_filter(saved=one, by=staff)
        assert SavedFilter.objects.filter(deleted_at=None).get().values == {"login": "without"}

    def test_of_two_who_change_one_the_second_is_told(self, page, staff):
        one = save_filter(listing=PEOPLE, values={"login": "with"}, name="Logins", shared=True, by=staff)
        change_filter(saved=one, number=1, name="First", shared=True, by=cast.user(Role.STAFF))
        answer = page.post(f"/staff/filters/{one.pk}/", {"number": 1, "name": "Second", "shared": "on"})
        assert "Somebody changed or deleted this filter" in answer.text
        assert SavedFilter.objects.get().name == "First"

    def test_one_that_names_what_is_gone_says_so(self, page, staff):
        gone = cast.hotline("Gone")
        one = save_filter(
            listing=PEOPLE, values={"hotline": str(gone.pk), "login": "with"}, name="Old", by=staff
        )
        gone.delete()
        text = seen(page.get(f"/staff/people/?hotline={gone.pk}&login=with&saved={one.pk}"))
        assert "Hotline today: this filter names something that is no longer there" in text
        assert "something that is no longer there" in seen(page.get(f"/staff/filters/{one.pk}/"))


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_one_name_is_saved_once(self):
        staff = cast.user(Role.STAFF)
        act = lambda: save_filter(listing=PEOPLE, values={"login": "with"}, name="Twice", by=staff)  # noqa: E731
        outcomes = at_once(3, act)
        assert sum(isinstance(one, SavedFilter) for one in outcomes) == 1
        assert sum(isinstance(one, Refused) for one in outcomes) == 2
        assert SavedFilter.objects.count() == 1

    def test_one_default_is_left(self):
        staff = cast.user(Role.STAFF)
        one = save_filter(listing=PEOPLE, values={"login": "with"}, name="One", by=staff)
        assert at_once(3, lambda: open_with(listing=PEOPLE, saved=one, by=staff)) == [None] * 3
        assert DefaultFilter.objects.count() == 1
        assert Person.objects.exists()
