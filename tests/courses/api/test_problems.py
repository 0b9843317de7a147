"""Whatever goes wrong is a problem of RFC 9457, and a program that asks too often is told when to ask again."""

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from psycopg.errors import QueryCanceled
from redis.exceptions import ConnectionError as RedisConnectionError

from courses.queries import readable
from lms.people.enums import Role
from lms.web.api import parsing, throttling
from tests import cast
from tests.courses.api import made
from tests.courses.api.made import API, JSON, problem

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "status", "name"),
    [("people/?x=1", 400, "bad-request"), ("people/999/", 404, "not-found"), ("nothing/", 404, "not-found")],
)
def test_its_type_leads_to_where_it_is_explained(path, status, name):
    told = problem(made.staff().get(f"{API}/{path}"), status)
    page = cast.signed_in(cast.user()).get(f"{API}/docs/").text
    assert told["type"].endswith(f"{API}/docs/#{name}")
    assert f'id="{name}"' in page


def test_an_address_that_is_none_is_a_problem_without_a_token_too():
    problem(Client().get(f"{API}/nothing/"), 404)
    problem(Client().get("/api/v2/people/"), 404)
    assert Client().get("/nothing/").headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_a_method_that_is_not_there_says_which_are(method):
    answer = getattr(made.staff(), method)(f"{API}/people/")
    problem(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD"


def test_another_format_than_json_is_not_acceptable():
    problem(made.staff().get(f"{API}/people/", headers={"Accept": "text/html"}), 406)
    assert made.staff().get(f"{API}/people/?format=json").status_code == 400


def test_a_body_that_is_no_json_is_not_taken():
    client, url = made.staff(), f"{API}/reconcile/"
    problem(client.post(url, "year=2023", "application/x-www-form-urlencoded"), 415)
    problem(client.post(url, {"year": 2023}), 415)
    for body in ("{", "[NaN]", b"\xff", "[" * 100_000):
        problem(client.post(url, body, JSON), 400)


def test_a_body_beyond_the_bound_is_not_read(monkeypatch):
    monkeypatch.setattr(parsing, "MOST_BYTES", 100)
    problem(made.staff().post(f"{API}/reconcile/", {"title": "x" * 200}, JSON), 413)


def test_a_fault_is_a_problem_without_its_words(monkeypatch):
    def broken(user):
        raise RuntimeError("secret words")

    monkeypatch.setattr(readable, "hotlines", broken)
    client = made.staff()
    client.raise_request_exception = False
    answer = client.get(f"{API}/hotlines/")
    told = problem(answer, 500)
    assert "secret" not in answer.text
    assert "X-Request-ID" in told["detail"]


def test_a_database_that_does_not_answer_in_time_is_said_so(monkeypatch):
    def slow(user):
        raise OperationalError from QueryCanceled()

    monkeypatch.setattr(readable, "hotlines", slow)
    problem(made.staff().get(f"{API}/hotlines/"), 503)


class TestTheLimit:
    @pytest.fixture(autouse=True)
    def _three_a_minute(self, settings, monkeypatch):
        settings.API_REQUESTS_A_MINUTE = 3
        cache.clear()
        monkeypatch.setattr(throttling.time, "time", lambda: 6_000_050.0)

    def test_too_many_of_one_token_wait_for_the_next_minute_and_another_does_not(self, monkeypatch):
        client, other = made.staff(), made.staff()
        answers = [client.get(f"{API}/hotlines/") for _ in range(4)]
        assert [answer.status_code for answer in answers[:3]] == [200] * 3
        problem(answers[3], 429)
        assert answers[3].headers["Retry-After"] == "10"
        assert other.get(f"{API}/hotlines/").status_code == 200
        monkeypatch.setattr(throttling.time, "time", lambda: 6_000_060.0)
        assert client.get(f"{API}/hotlines/").status_code == 200

    def test_a_cache_that_is_down_limits_nobody(self, monkeypatch):
        def down(*_args, **_more):
            raise RedisConnectionError

        monkeypatch.setattr(throttling.cache, "add", down)
        client = made.staff()
        assert {client.get(f"{API}/hotlines/").status_code for _ in range(5)} == {200}


def test_nothing_is_kept_by_a_browser_or_proxy():
    assert made.staff().get(f"{API}/hotlines/").headers["Cache-Control"] == "no-store"


class TestTheDescription:
    def test_every_login_and_every_token_reads_it(self):
        answer = cast.signed_in(cast.user(Role.ANALYST)).get(f"{API}/schema/")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, JSON)
        told = answer.json()
        assert told["openapi"] == "3.1.0"
        assert made.bearer(cast.user(Role.ANALYST)).get(f"{API}/schema/").json() == told
        problem(Client().get(f"{API}/schema/"), 401)
        problem(Client(headers={"Authorization": "Bearer x"}).get(f"{API}/schema/"), 401)

    def test_it_says_nothing_of_what_is_behind_the_wall(self):
        text = cast.signed_in(cast.user(Role.STAFF)).get(f"{API}/schema/").text.casefold()
        assert not [
            word for word in ("welfare", "check-in", "checkin", "reminder", "support") if word in text
        ]

    def test_the_page_lists_every_address_without_a_script(self):
        told = cast.signed_in(cast.user()).get(f"{API}/schema/").json()
        page = cast.signed_in(cast.user()).get(f"{API}/docs/").text
        assert len(told["paths"]) == 16
        assert all(path.removeprefix(API) in page for path in told["paths"])
        assert "<script>" not in page
        assert " style=" not in page
