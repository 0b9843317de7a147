"""The search box that stands on every page of who may use it."""

from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import AnonymousUser

from lms.web import search
from tests.web import pages


@pytest.fixture
def registered() -> None:
    search.register("Search everything", "home", pages.staff_only)


@pytest.mark.usefixtures("registered")
def test_who_may_use_it_has_it_and_nobody_else():
    ana = pages.ana()
    assert search.box_for(ana) is None
    ana.email = "staff@hotline.example"
    box = search.box_for(ana)
    assert box is not None
    assert (box.label, box.url) == ("Search everything", "/")
    assert search.box_for(AnonymousUser()) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [("  two   words ", "two words"), ("\0", ""), ("x" * 1000, "x" * 100), ("a " * 20, " ".join("a" * 8))],
)
def test_what_is_asked_is_bounded(typed, read):
    assert search.asked(pages.request(f"/?{urlencode({'q': typed})}")) == read
