"""A passkey in Chromium with a key of the computer's own: registered, used to sign in, removed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import breaches
from tests.journeys.conftest import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
OWNER = "officer@demo.example"


@pytest.fixture
def page(enter: Callable[..., Page]) -> Page:
    """At the sign-in page, in a browser whose computer holds a key; it belongs to this page alone."""
    opened = enter()
    devtools = opened.context.new_cdp_session(opened)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    opened.goto("/accounts/login/")
    return opened


def press(page: Page, name: str) -> None:
    """In what the page is about: its frame has a way out, too."""
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def confirm_it_is_you(page: Page) -> None:
    """Asked before anything that concerns the login's safety, unless it was just shown."""
    if "/reauthenticate/" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/reauthenticate/" not in url)


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    press(page, "Sign out")
    page.goto("/accounts/login/")


def test_a_passkey_is_registered_signs_in_without_a_password_and_is_removed(page):
    page.locator("[name=login]").fill(OWNER)
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Sign in")
    expect(page.get_by_role("heading", name="Hello, Wanda")).to_be_visible()

    page.goto("/accounts/2fa/webauthn/add/")
    confirm_it_is_you(page)
    page.locator("[name=name]").fill("This computer")
    page.locator("[name=passwordless]").check()
    assert breaches(page) == []
    press(page, "Add")
    page.wait_for_url(lambda url: "/add/" not in url)
    page.goto("/accounts/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("This computer")
    expect(page.locator("main")).to_contain_text("Passkey")
    assert breaches(page) == []

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Hello, Wanda")).to_be_visible()

    page.goto("/accounts/2fa/webauthn/")
    page.locator("main").get_by_role("link", name="Remove").or_(
        page.locator("main").get_by_role("button", name="Remove")
    ).click()
    confirm_it_is_you(page)
    press(page, "Remove")
    expect(page.locator("main")).not_to_contain_text("This computer")

    sign_out(page)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_load_state()
    # What was removed opens nothing, though the computer still holds it.
    expect(page.get_by_role("heading", name="Hello, Wanda")).not_to_be_visible()
    page.goto("/me/")
    assert "/accounts/login/" in page.url
