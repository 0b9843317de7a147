"""Who is let in by a token, and what of: scopes and roles, a manager's own hotline, and nothing kept."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from courses.actions.enrolments import hide
from courses.models import Entry
from lms.kit.clock import today
from lms.people.actions.roles import close_login, revoke_role
from lms.people.actions.tokens import revoke_token
from lms.people.enums import Role
from lms.people.models import ApiToken
from tests import cast
from tests.courses import ledger
from tests.courses.api import made
from tests.courses.api.made import API, bearer, problem, results
from tests.courses.cohorts import made as cohorts

pytestmark = pytest.mark.django_db
LISTS = (
    "hotlines/",
    "people/",
    "activities/",
    "participations/",
    "ledger/",
    "counts/?year=2023",
    "snapshots/",
)


class TestTheToken:
    def test_without_one_nothing_is_told(self):
        for path in LISTS:
            answer = Client().get(f"{API}/{path}")
            told = problem(answer, 401)
            assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'
            assert told["type"].endswith("/api/v1/docs/#no-token")

    def test_a_session_opens_nothing(self):
        problem(cast.signed_in(cast.user(Role.STAFF)).get(f"{API}/people/"), 401)

    def test_unknown_revoked_expired_and_closed_ones_are_answered_alike(self):
        user = cast.user(Role.STAFF)
        client = bearer(user)
        assert client.get(f"{API}/people/").status_code == 200
        nothing = Client().get(f"{API}/people/").content

        def answer():
            got = client.get(f"{API}/people/")
            assert got.status_code == 401
            return got.content

        with time_machine.travel(timezone.now() + dt.timedelta(days=2), tick=False):
            assert answer() == nothing
        cast.user(Role.ADMINISTRATOR)
        close_login(user=user, by=None)
        assert answer() == nothing
        user.is_active = True
        user.save()
        assert client.get(f"{API}/people/").status_code == 200
        revoke_token(token=ApiToken.objects.get(), by=user)
        assert answer() == nothing
        unknown = Client(headers={"Authorization": "Bearer hlat_nobody"})
        assert unknown.get(f"{API}/people/").content == nothing
        basic = Client(headers={"Authorization": "Basic c3RhZmY6c2VjcmV0"})
        assert basic.get(f"{API}/people/").content == nothing

    def test_the_day_of_its_last_use_is_kept_and_written_once(self):
        client = made.staff()
        assert ApiToken.objects.get().last_used_on is None
        client.get(f"{API}/hotlines/")
        assert ApiToken.objects.get().last_used_on == today()

    @pytest.mark.parametrize(
        ("scope", "open_to"),
        [
            ("read", {"hotlines/", "people/", "activities/", "participations/", "ledger/"}),
            ("counts", {"counts/?year=2023", "snapshots/"}),
            ("write", set()),
        ],
    )
    def test_it_opens_what_its_scope_is_about(self, scope, open_to):
        client = made.staff(scope)
        answers = {path: client.get(f"{API}/{path}") for path in LISTS}
        assert {path for path, answer in answers.items() if answer.status_code == 200} == open_to
        closed = next(answer for path, answer in answers.items() if path not in open_to)
        assert "scope" in problem(closed, 403)["detail"]

    def test_a_read_token_writes_nothing(self):
        client = made.staff("read", "counts")
        line = {"activity_id": "A1", "person_id": "P1", "attended": "yes"}
        problem(client.post(f"{API}/participations/upsert/", {"lines": [line]}, made.JSON), 403)
        problem(client.put(f"{API}/participations/A1/P1/", {}, made.JSON), 403)
        assert not Entry.objects.exists()


@pytest.mark.parametrize("role", [Role.ANALYST, Role.TRAINER, Role.WELFARE_OFFICER, Role.ADMINISTRATOR])
def test_to_other_roles_nothing_is_open(role):
    client = bearer(cast.user(role))
    for path in LISTS:
        assert "roles" in problem(client.get(f"{API}/{path}"), 403)["detail"]


def test_a_role_that_is_taken_back_is_missing_at_once():
    user = cast.user(Role.STAFF)
    client = bearer(user)
    assert client.get(f"{API}/people/").status_code == 200
    revoke_role(grant=user.grants.get(), by=None)
    problem(client.get(f"{API}/people/"), 403)


class TestAManager:
    @pytest.fixture
    def own(self):
        return cast.hotline("Own", "FR")

    @pytest.fixture
    def other(self):
        return cast.hotline("Other", "DE")

    def test_reads_the_own_hotline_alone(self, own, other):
        client = made.manager(own)
        assert [one["name"] for one in results(client, "hotlines/")] == ["Own"]
        problem(client.get(f"{API}/hotlines/{other.pk}/"), 404)

    def test_reads_own_people_without_addresses_and_without_their_other_ties(self, own, other):
        mine = cast.person("Mine", email="mine@test.example", register_id="P1")
        theirs = cast.person("Theirs")
        cast.affiliate(mine, own)
        cast.affiliate(mine, other)
        cast.affiliate(theirs, other)
        client = made.manager(own)
        (found,) = results(client, "people/")
        assert (found["family_name"], found["register_id"], found["email"]) == ("Mine", "P1", None)
        assert [tie["hotline"]["name"] for tie in found["affiliations"]] == ["Own"]
        problem(client.get(f"{API}/people/{theirs.pk}/"), 404)
        assert {one["family_name"] for one in results(made.staff(), "people/")} >= {"Mine", "Theirs"}

    def test_reads_what_was_recorded_for_the_own_hotline(self, own, other):
        who, shared, elsewhere = cast.person(), ledger.activity("Shared"), ledger.activity("Elsewhere")
        hosted = ledger.activity("Hosted", host_id=own.pk)
        mine = ledger.fact(who, shared, at=own)
        ledger.fact(cast.person(), shared, at=other)
        theirs = ledger.fact(who, elsewhere, at=other)
        client = made.manager(own)
        assert [one["id"] for one in results(client, "ledger/")] == [mine.pk]
        assert [one["id"] for one in results(client, "participations/")] == [mine.participation_id]
        assert [one["title"] for one in results(client, "activities/")] == ["Shared", "Hosted"]
        problem(client.get(f"{API}/ledger/{theirs.pk}/"), 404)
        problem(client.get(f"{API}/participations/{theirs.participation_id}/"), 404)
        problem(client.get(f"{API}/activities/{elsewhere.pk}/"), 404)
        assert client.get(f"{API}/activities/{hosted.pk}/").status_code == 200

    def test_counts_are_those_of_the_own_year(self, own, other):
        what = ledger.activity()
        ledger.fact(cast.person(), what, at=own)
        ledger.fact(cast.person(), what, at=other)
        client = made.manager(own)

        def people(**query):
            answer = client.get(f"{API}/counts/", {"year": 2023} | query)
            counts = answer.json()["counts"]
            return [one["value"] for one in counts if one["code"] == "basic.attended.people"]

        assert people() == people(where="hotline=Own") == [1]
        assert people(by="country") == [1]
        for name in ("Other", "No such"):
            told = problem(client.get(f"{API}/counts/", {"year": 2023, "where": f"hotline={name}"}), 400)
            assert told["errors"] == [{"field": "where", "detail": f"No hotline “{name}” is known here."}]

    def test_of_two_hotlines_one_has_to_be_named(self, own, other):
        user = cast.user(Role.HOTLINE_MANAGER, own)
        user.grants.create(role=Role.HOTLINE_MANAGER, hotline=other, from_on=cast.SINCE)
        client = bearer(user)
        assert "say which" in problem(client.get(f"{API}/counts/?year=2023"), 400)["errors"][0]["detail"]
        assert client.get(f"{API}/counts/?year=2023&where=hotline=Other").status_code == 200

    def test_neither_reconciles_nor_reads_frozen_figures_nor_writes(self, own):
        client = made.manager(own)
        problem(client.post(f"{API}/reconcile/", {}, made.JSON), 403)
        problem(client.get(f"{API}/snapshots/"), 403)
        problem(client.post(f"{API}/participations/upsert/", {"lines": []}, made.JSON), 403)


class TestWhatIsKept:
    """A self-care course that an analyst keeps to themselves."""

    @pytest.fixture
    def kept(self):
        login = cast.user(Role.ANALYST)
        cast.affiliate(login.person, cast.hotline())
        cohort = cohorts.cohort("kindly", self_care=True, needs_sign_off=False)
        return cohorts.person(cohort, "Zephyrine", login=login)

    def test_no_list_has_it_and_a_managers_counts_do_not_either(self, kept):
        programs = {"staff": made.staff(), "manager": made.manager(cast.hotline())}
        year = f"counts/?year={today().year}"

        def seen(client):
            lists = [results(client, path) for path in ("participations/", "ledger/")]
            counts = client.get(f"{API}/{year}").json()["counts"]
            return [*map(len, lists), sum(one["code"] == "online.enrolled.people" for one in counts)]

        assert [seen(client) for client in programs.values()] == [[1, 2, 1], [1, 2, 1]]
        hide(enrolment=kept, hidden=True, by=kept.person.user)
        assert seen(programs["staff"]) == [0, 0, 1]
        assert seen(programs["manager"]) == [0, 0, 0]
        title = kept.cohort.version.title
        for client in programs.values():
            for path in ("people/", "participations/", "ledger/"):
                assert title not in client.get(f"{API}/{path}").text
            answer = client.get(f"{API}/participations/{kept.participation_id}/")
            problem(answer, 404)
        assert all(title != one["title"] for one in results(programs["manager"], "activities/"))
