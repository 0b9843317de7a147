"""No visitor keeps the database busy for long, by one question or by many words."""

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from psycopg.errors import LockNotAvailable, QueryCanceled

from lms.ops.limits import OF_PAGES, limit
from lms.people.queries.persons import found
from lms.web import middleware
from lms.web.middleware import BusyMiddleware
from lms.web.search import asked
from tests import cast
from tests.web import pages


def words(text: str) -> str:
    return asked(RequestFactory().get("/", {"q": text}))


def test_a_search_takes_eight_words_and_a_hundred_letters():
    assert words("a " * 20_000) == "a a a a a a a a"
    assert len(words("x" * 20_000)) == 100
    assert words("  Ana \0 Ruiz ") == "Ana Ruiz"


@pytest.mark.django_db
def test_a_short_search_still_finds():
    person = cast.person("Ana")
    assert list(found(words("ana"))) == [person]


def test_a_page_s_connection_is_limited_beside_what_its_address_says():
    database = {"OPTIONS": {"options": "-c search_path=public"}}
    limit(database)
    assert database["OPTIONS"]["options"].startswith("-c search_path=public -c statement_timeout=15s")
    fresh = {}
    limit(fresh)
    assert all(f"{name}={value}" in fresh["OPTIONS"]["options"] for name, value in OF_PAGES.items())


@pytest.mark.django_db
def test_commands_and_tests_are_not_limited():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone() == ("0",)


@pytest.mark.django_db
def test_a_page_that_took_too_long_says_so():
    with pytest.raises(OperationalError) as late, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '1ms'; SELECT pg_sleep(1)")
    response = BusyMiddleware(lambda _: HttpResponse()).process_exception(pages.request(), late.value)
    assert response.status_code == 503
    assert "This takes too long just now" in pages.html(response)


@pytest.mark.parametrize(
    ("cause", "busy"), [(LockNotAvailable, True), (QueryCanceled, True), (ValueError, False)]
)
def test_only_what_took_too_long_is_called_busy(cause, busy):
    error = OperationalError()
    error.__cause__ = cause()
    answer = BusyMiddleware(lambda _: HttpResponse()).process_exception(pages.request(), error)
    assert (answer is not None) is busy


@pytest.mark.parametrize(("path", "lines"), [("/", 1), ("/me/words/", 0), ("/checkins/1/", 0)])
def test_of_an_address_whose_requests_are_added_up_no_line_says_that_it_was_busy(path, lines, monkeypatch):
    said = []
    monkeypatch.setattr(middleware.log, "warning", lambda event, **more: said.append(event))
    error = OperationalError()
    error.__cause__ = QueryCanceled()
    asked = pages.request(path)
    assert BusyMiddleware(lambda _: HttpResponse()).process_exception(asked, error).status_code == 503
    assert len(said) == lines


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["\0", "\0.held.events", "basic.held.\0", "basic\0.held.events"])
def test_a_count_that_no_column_can_hold_is_not_found(code):
    from lms.people.enums import Role

    client: Client = cast.signed_in(cast.user(Role.STAFF))
    assert client.get("/staff/counts/facts/", {"count": code}).status_code == 404
