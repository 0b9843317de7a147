"""A token is made by keyboard, shown once, used by a program and ended; and the API is tried in the browser."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.browser import EVERY, HARDEST
from tests.journeys.learning.conftest import window
from tests.journeys.test_ground_floor import faults

__all__ = ["window"]
pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("journeys"),
]
PASSWORD = "stapel-lampe-17"
LOOKED_AT = [pytest.param(HARDEST, id="hardest"), pytest.param(EVERY, marks=pytest.mark.long, id="every")]


@pytest.fixture
def owner() -> User:
    user = cast.user(Role.STAFF)
    user.set_password(PASSWORD)
    user.save()
    return user


def press(page: Page, name: str, role: str = "button") -> None:
    page.get_by_role(role, name=name, exact=True).first.focus()
    page.keyboard.press("Enter")


def answered(token: str) -> int:
    return Client(headers={"Authorization": f"Bearer {token}"}).get("/api/v1/hotlines/").status_code


@pytest.mark.parametrize("looks", LOOKED_AT)
def test_a_token_from_its_making_to_its_end(window, owner, looks):
    page = window(owner, reduced_motion="reduce")
    page.goto("/me/tokens/")
    broken = list(faults(page, looks))
    press(page, "Make a token", "link")
    page.get_by_label("Password").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="A new API token")).to_be_visible()
    page.get_by_label("Name").focus()
    page.keyboard.type("Nightly export")
    page.get_by_label("read lists").focus()
    page.keyboard.press("Space")
    broken += faults(page, looks)
    press(page, "Make the token")
    expect(page.get_by_text("shown this once")).to_be_visible()
    broken += faults(page, looks)
    token = page.locator(".code").inner_text()
    assert answered(token) == 200

    press(page, "I have copied it", "link")
    expect(page.get_by_role("heading", name="API tokens", exact=True)).to_be_visible()
    assert token not in page.content()
    broken += faults(page, looks)
    press(page, "End the token Nightly export", "link")
    broken += faults(page, looks)
    press(page, "End it")
    expect(page.get_by_text("The token is ended.")).to_be_visible()
    assert answered(token) == 401
    assert broken == []


def test_the_api_is_tried_in_the_browser_under_the_sites_own_policy(window, owner):
    page = window(owner, reduced_motion="reduce")
    refused = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security" in said.text else None)
    page.goto("/api/v1/docs/")
    press(page, "Show it")
    expect(page.locator(".opblock-summary-path").get_by_text("/api/v1/ledger/").first).to_be_visible()
    expect(page.locator(".opblock")).to_have_count(16)
    assert refused == []
