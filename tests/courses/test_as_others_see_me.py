"""See me as they see me: the true pages of others about oneself, all of them, and nobody else's rows."""

import re

import pytest
from django.db import InternalError, ProgrammingError, transaction
from django.test import Client
from django.urls import resolve, reverse

from courses.actions.enrolments import enrol, hide
from courses.models import Enrolment
from courses.web.people import PeoplePage
from lms.people.actions.merges import merge_persons
from lms.people.enums import Role
from lms.people.models import Person, RoleGrant, User
from lms.people.narrowing import narrowed_to, shown_persons
from lms.web.as_seen import Look, Said, about
from lms.web.as_seen.inert import content_of
from lms.web.as_seen.standing_in import NOBODY, page_of
from lms.web.tables import Column
from tests import cast
from tests.courses.assessments import made as assessed
from tests.courses.cohorts import made
from tests.courses.test_kept_to_themselves import NAME, addresses, clients, taken
from tests.courses.test_kept_to_themselves import page_of as text_at
from tests.house.test_urls_as_every_role import TABLE

pytestmark = pytest.mark.django_db
__all__ = ["taken"]
LIST = "/me/as-others-see-me/"
OTHER = "Wolkenstein"
LOOKERS = (Role.HOTLINE_MANAGER, Role.TRAINER, Role.STAFF, Role.ADMINISTRATOR)


@pytest.fixture
def analyst(taken: dict[str, Enrolment]) -> User:
    """With a certificate, an essay, a sign-off and an assessment with a time limit."""
    login = taken["done"].person.user
    signed = made.cohort("signed")
    trainer = made.trainer(signed)
    one = made.person(signed, NAME, login=login)
    cast.signed_in(trainer).post(f"/teach/cohorts/{signed.pk}/", {"apply": "1", "chosen": one.pk})
    assessed.enrolment(assessed.version(minutes=30), login)
    return login


def looks(login: User) -> list[Look]:
    return [one for one in about(login.person) if isinstance(one, Look)]


def url(look: Look) -> str:
    return reverse("as-others-see-my", args=[look.role, look.route, *look.args])


def opened(login: User, look: Look) -> str:
    answer = cast.signed_in(login).get(url(look))
    assert answer.status_code == 200, look
    return answer.text


def colleague(login: User, look: Look) -> Client:
    """A real one, who sees the same page from his own login."""
    real = cast.user(look.role, look.hotline)
    for one in login.person.enrolments.all():
        one.cohort.trainers.add(real)
    return cast.signed_in(real)


def others_everywhere(login: User) -> None:
    """Somebody else in each list that the analyst is in."""
    other = cast.user(Role.ANALYST)
    other.person.family_name = OTHER
    other.person.save()
    cast.affiliate(other.person, cast.hotline())
    for one in login.person.enrolments.all():
        enrol(cohort=one.cohort, person=other.person, by=other)


class TestTheTruePage:
    def test_there_are_pages_of_each_role_that_has_any(self, analyst):
        routes = {(one.role, one.route) for one in looks(analyst)}
        assert {role for role, _route in routes} == set(LOOKERS)
        assert {route for role, route in routes if role == Role.TRAINER} == {
            "teach-cohort", "teach-marks", "teach-essay", "teach-extra-times", "teach-extra-time",
            "teach-sign-off", "revoke-certificate", "teach-place", "teach-withdraw", "teach-transfer",
        }  # fmt: skip

    def test_each_is_the_page_that_a_colleague_gets_letter_by_letter(self, analyst):
        for look in looks(analyst):
            if look.route in ("staff-people", "admin-users"):
                # These list every login, the colleague's too; the next test is about them.
                continue
            true = colleague(analyst, look).get(reverse(look.route, args=look.args)).text
            content, _body_class = content_of(true)
            assert content.strip() in opened(analyst, look), look

    def test_a_new_column_is_there_at_once(self, analyst, monkeypatch):
        more = Column("shoes", "Size of the shoes", value=lambda person: "size 41")
        monkeypatch.setattr(PeoplePage, "columns", [*PeoplePage.columns, more])
        (look,) = [one for one in looks(analyst) if one.route == "staff-people"]
        assert opened(analyst, look).count("size 41") == 1

    @pytest.mark.long
    def test_each_says_whose_eyes_these_are(self, analyst):
        for look in looks(analyst):
            assert "Whose eyes these are" in opened(analyst, look)

    def test_the_list_costs_the_same_however_much_there_is(self, analyst):
        client = cast.signed_in(analyst)
        before = cast.queries_of(client, LIST)
        for number in range(2):
            cohort = made.cohort(f"more-{number}")
            made.person(cohort, NAME, login=analyst)
            cast.affiliate(analyst.person, cast.hotline(f"More {number}"))
        assert cast.queries_of(client, LIST) == before

    def test_a_page_costs_the_same_however_many_others_there_are(self, analyst):
        client = cast.signed_in(analyst)
        (look,) = [one for one in looks(analyst) if one.route == "own-hotline"]
        before = cast.queries_of(client, url(look))
        others_everywhere(analyst)
        others_everywhere(analyst)
        assert cast.queries_of(client, url(look)) == before


class TestComplete:
    """A page about somebody that is new must be shown to them, or be said in words."""

    def test_every_page_of_others_with_ones_name_is_shown_or_said(self, analyst, taken):
        known = {(one.role, one.route) for one in looks(analyst)}
        known |= {
            (one.role, route)
            for one in about(analyst.person)
            if isinstance(one, Said)
            for route in one.routes
        }
        assert named_on(taken) - known == set()

    @pytest.mark.long
    def test_the_walk_finds_the_pages_that_are_shown(self, analyst, taken):
        found = named_on(taken)
        assert found >= {
            (Role.HOTLINE_MANAGER, "own-hotline"),
            (Role.TRAINER, "teach-cohort"),
            (Role.STAFF, "staff-person"),
            (Role.STAFF, "staff-people"),
            (Role.STAFF, "staff-counts-facts"),
            (Role.ADMINISTRATOR, "admin-user"),
        }

    def test_every_page_said_in_words_exists(self, analyst):
        said = [one for one in about(analyst.person) if isinstance(one, Said)]
        assert said
        for route in {route for one in said for route in one.routes}:
            assert route in TABLE

    def test_a_welfare_officer_has_none_and_the_page_says_so(self, analyst):
        text = cast.signed_in(analyst).get(LIST).text
        assert "A welfare officer has no page about you." in text
        assert "A manager has no page about you." not in text


def named_on(taken: dict[str, Enrolment]) -> set[tuple[Role, str]]:
    """(role, route) of every page of others that has the analyst's name on it."""
    found = set()
    for role, client in clients(taken).items():
        for address in {address for one in taken.values() for address in addresses(one, role)}:
            if NAME in text_at(client, address):
                found.add((role, resolve(address.split("?")[0]).view_name))
    return found


class TestNobodyElse:
    def test_no_page_shows_anybody_elses_row(self, analyst):
        others_everywhere(analyst)
        for look in looks(analyst):
            assert OTHER not in opened(analyst, look), look

    def test_the_same_others_are_on_the_colleagues_pages(self, analyst):
        others_everywhere(analyst)
        shown = {
            look.route
            for look in looks(analyst)
            if OTHER in colleague(analyst, look).get(reverse(look.route, args=look.args)).text
        }
        assert shown >= {
            "own-hotline", "teach-cohort", "teach-extra-times", "staff-people", "staff-hotline",
            "staff-activity", "admin-users",
        }  # fmt: skip

    def test_numbers_count_oneself_alone(self, analyst):
        others_everywhere(analyst)
        (look,) = [one for one in looks(analyst) if one.route == "staff-hotline"]
        alone = years(opened(analyst, look))
        real = years(colleague(analyst, look).get(reverse("staff-hotline", args=look.args)).text)
        both = list(zip(alone, real, strict=True))
        assert all(mine <= all_of_them for mine, all_of_them in both)
        assert any(0 < mine < all_of_them for mine, all_of_them in both)

    def test_another_persons_pages_are_not_found_whatever_the_number(self, analyst):
        others_everywhere(analyst)
        other = cast.user(Role.ANALYST)
        cast.affiliate(other.person, cast.hotline("Elsewhere"))
        made.person(made.cohort("elsewhere"), OTHER, login=other)
        client, own = cast.signed_in(analyst), {url(look) for look in looks(analyst)}
        wrong = {}
        every = [one for one in (*looks(analyst), *looks(other)) if one.pk]
        for role, route in {(one.role, one.route) for one in every}:
            # Theirs, one's own, and numbers of nothing.
            for pk in {one.pk for one in every if one.route == route} | {1, 2, 3, 999_999}:
                address = reverse("as-others-see-my", args=[role, route, pk])
                status = client.get(address).status_code
                if status != (200 if address in own else 404):
                    wrong[address] = status
        assert wrong == {}

    @pytest.mark.parametrize(
        "address",
        ["staff/staff-person/", "staff/staff-counts/", "staff/checkins/", "analyst/me/", "nobody/x/3/"],
    )
    def test_what_is_no_page_about_oneself_is_not_found(self, analyst, address):
        assert cast.signed_in(analyst).get(f"{LIST}{address}").status_code == 404

    def test_a_login_without_a_person_has_no_pages(self):
        login = cast.user(Role.STAFF)
        User.objects.filter(pk=login.pk).update(person=None)
        client = cast.signed_in(User.objects.get(pk=login.pk))
        assert "belongs to no person on record" in client.get(LIST).text
        assert client.get(f"{LIST}staff/staff-people/").status_code == 404

    def test_a_record_that_is_read_as_ones_own_is_ones_own(self, analyst):
        duplicate = cast.person("Doubled")
        elsewhere = cast.hotline("Elsewhere")
        cast.affiliate(duplicate, elsewhere)
        merge_persons(duplicate=duplicate, survivor=analyst.person, by=None)
        look = Look(
            Role.HOTLINE_MANAGER, "own-hotline", "The page of the hotline Elsewhere", elsewhere.pk, elsewhere
        )
        assert look in looks(analyst)
        assert "Doubled" in opened(analyst, look)

    def test_what_is_kept_to_oneself_is_on_none_of_them(self, analyst, taken):
        hide(enrolment=taken["done"], hidden=True, by=analyst)
        title = taken["done"].cohort.version.title
        pages = [opened(analyst, look) for look in looks(analyst) if look.route != "revoke-certificate"]
        assert not [page for page in pages if title in page]


def years(page: str) -> list[int]:
    """The numbers in the table of a hotline's years."""
    table = page.split("Years of the reporting zone")[-1].split("</table>")[0]
    return [int(number) for number in re.findall(r"<td[^>]*>\s*(\d+)\s*</td>", table)]


class TestNothingHappens:
    def test_nothing_can_be_posted_through_it(self, analyst):
        client = cast.signed_in(analyst)
        for look in looks(analyst):
            answer = client.post(url(look), {"apply": "1", "reason": "x", "per_cent": "50", "chosen": "1"})
            assert answer.status_code == 405, look

    @pytest.mark.long
    def test_nothing_on_it_leads_or_sends_anywhere(self, analyst):
        for look in looks(analyst):
            page = opened(analyst, look)
            inner = page.split("</aside>", 1)[1].split("</main>")[0]
            assert not re.findall(r"\s(href|action|method|hx-\w+|formaction)=", inner), look
            fields = re.findall(r"<(?:input|button|select|textarea)\b[^>]*>", inner)
            assert not [one for one in fields if "disabled" not in one], look

    def test_it_stands_in_for_a_role_and_for_no_login(self, analyst, rf):
        (look,) = [one for one in looks(analyst) if one.route == "staff-person"]
        before = User.objects.count(), RoleGrant.objects.count()
        page_of(look, {analyst.person_id}, rf.get("/"))
        assert (User.objects.count(), RoleGrant.objects.count()) == before
        assert not User.objects.filter(pk=NOBODY).exists()
        assert shown_persons() is None

    def test_the_database_refuses_a_page_that_writes(self, analyst, rf, monkeypatch):
        def writing(page):
            with transaction.atomic():
                Person.objects.update(given_name="Changed")

        monkeypatch.setattr(PeoplePage, "get_rows", writing)
        (look,) = [one for one in looks(analyst) if one.route == "staff-people"]
        with pytest.raises((InternalError, ProgrammingError), match="read-only"):
            page_of(look, {analyst.person_id}, rf.get("/"))
        assert shown_persons() is None

    def test_narrowing_ends_with_the_page(self):
        with pytest.raises(KeyError), narrowed_to([1]):
            raise KeyError
        assert shown_persons() is None

    def test_it_leaves_no_line_in_the_request_log(self, analyst, settings):
        assert LIST.startswith(tuple(settings.MERGED_IN_LOG))
