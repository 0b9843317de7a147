import pytest
from django.http import HttpResponse
from django.test import Client

from lms.web.middleware import HeadersMiddleware
from tests.web import pages


def test_no_page_is_kept_by_a_browser_or_proxy() -> None:
    assert Client().get("/nothing/")["Cache-Control"] == "no-store"
    assert "no-store" in Client().get("/accounts/login/")["Cache-Control"]


def test_a_view_that_allows_keeping_is_left_alone_and_static_files_are_kept() -> None:
    keep = HeadersMiddleware(lambda request: HttpResponse(headers={"Cache-Control": "max-age=60"}))
    assert keep(pages.request())["Cache-Control"] == "max-age=60"
    assert "no-store" not in Client().get("/static/css/app.css")["Cache-Control"]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Permissions-Policy", "camera=()"),
        ("Content-Security-Policy", "default-src 'self'"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
    ],
)
def test_every_answer_closes_what_no_page_needs(header: str, value: str) -> None:
    assert value in Client().get("/nothing/")[header]


def test_the_policy_allows_neither_inline_scripts_nor_inline_styles() -> None:
    policy = Client().get("/accounts/login/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert "style-src" not in policy
