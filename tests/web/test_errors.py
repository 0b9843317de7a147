import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.template import engines
from django.test import Client

from lms.web import errors
from tests.web import pages

pytestmark = pytest.mark.urls("tests.web.pages")


def test_a_missing_page_answers_in_plain_words_with_the_request_id() -> None:
    response = Client().get("/nothing/")
    assert response.status_code == 404
    assert "There is no such page" in pages.html(response)
    assert response["X-Request-ID"] in pages.html(response)


def test_a_closed_section_says_who_can_open_it() -> None:
    response = errors.forbidden(pages.request(user=pages.ana()), PermissionDenied())
    assert response.status_code == 403
    assert "ask whoever manages logins" in pages.html(response)


def test_a_broken_page_answers_without_database_context_or_user() -> None:
    response = Client(raise_request_exception=False).get("/broken/")
    assert response.status_code == 500
    assert "Something went wrong on our side" in pages.html(response)
    assert response["X-Request-ID"] in pages.html(response)
    assert "ana@" not in pages.html(response)


@pytest.mark.parametrize("name", ["400", "500", "csrf"])
def test_the_plain_pages_lean_on_nothing_that_may_be_broken(name: str) -> None:
    text = engines["django"].get_template(f"errors/{name}.html").render({})
    assert "<h1>" in text
    assert 'href="/"' in text


def test_a_form_from_before_signing_in_is_refused_with_advice() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {})
    assert response.status_code == 403
    assert "This form had been open too long" in pages.html(response)


def test_an_unreadable_request_is_refused() -> None:
    response = errors.bad_request(pages.request(), BadRequest())
    assert response.status_code == 400
    assert "Nothing was changed." in pages.html(response)
