"""A check-in on a bad line, and by keyboard alone: what was tapped and typed stays, and nothing is sent twice."""

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from lms.people.models import User
from tests import cast
from tests.browser import EVERY, WITH_AND_WITHOUT, breaches, overflows
from tests.journeys.learning.conftest import window
from tests.journeys.test_ground_floor import faults
from tests.welfare.asking import states, supporter
from tests.welfare.test_pages import make_due
from tests.welfare.test_sealed import table, with_keys
from welfare.models import Schedule
from welfare.models.wall import as_engine
from welfare.queries.schedules import is_waiting

__all__ = ["window"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NARROW = {"width": 360, "height": 740}
CHOICE = "Keep it sealed, so that I alone can look back with my six words"
AWAY = "Not sent: this site does not answer at the moment."
SIGNED_OUT = "Not sent: you are signed out."


@pytest.fixture
def analyst() -> User:
    cache.clear()
    someone = with_keys("analyst@test.example")
    cast.affiliate(someone.person, cast.hotline())
    return someone


def tap(page: Page) -> None:
    page.goto("/checkins/pulse/")
    page.get_by_role("group", name="I slept well enough").get_by_label("hardly").check()


def test_taps_stay_while_the_line_is_away_and_are_sent_once_it_is_back(window, analyst):
    make_due(analyst)
    page = window(analyst, viewport=NARROW, color_scheme="dark", reduced_motion="reduce")
    tap(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Done").press("Enter")
    expect(page.get_by_text(AWAY)).to_be_visible()
    assert (breaches(page), overflows(page)) == ([], False)
    assert is_waiting(analyst)
    page.context.set_offline(False)
    page.get_by_role("button", name="Done").press("Enter")
    expect(page.get_by_role("heading", name="When sleep will not come")).to_be_visible()
    assert not is_waiting(analyst)


@pytest.mark.long
def test_six_words_and_what_they_seal_wait_for_the_line_too(window, analyst):
    page = window(analyst, viewport=NARROW)
    tap(page)
    page.get_by_label(CHOICE).check()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("One thing first")).to_be_visible()
    words = " ".join(page.locator(".six-words li").all_text_contents())
    page.get_by_label("Type the six words").fill(words)
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.get_by_text(AWAY)).to_be_visible()
    assert table() == []
    page.context.set_offline(False)
    page.get_by_label("Type the six words").press("Enter")
    expect(page.get_by_text("Kept, sealed for you alone.")).to_be_visible()
    assert len(table()) == 1


@pytest.mark.long
def test_signed_out_meanwhile_somebody_signs_in_elsewhere_and_presses_once_more(window, analyst):
    supporter("Wanda")
    page = window(analyst)
    page.goto("/checkins/contact/")
    page.get_by_label("Ask first").select_option(label="Wanda Example (counsellor)")
    page.get_by_label("How to reach you").fill("room 4")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_role("button", name="Look before sending").press("Enter")
    expect(page.get_by_text(SIGNED_OUT)).to_be_visible()
    page.context.add_cookies(cookies)
    page.get_by_role("button", name="Look before sending").press("Enter")
    expect(page.get_by_role("button", name="Send it")).to_be_visible()
    expect(page.get_by_text("room 4")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Send it").press("Enter")
    expect(page.get_by_text(AWAY)).to_be_visible()
    assert states() == []
    page.context.set_offline(False)
    page.get_by_role("button", name="Send it").press("Enter")
    expect(page.get_by_text("Wanda Example: sent, not seen yet")).to_be_visible()
    assert len(states()) == 1


@pytest.mark.long
@pytest.mark.parametrize("javascript", WITH_AND_WITHOUT)
def test_five_taps_take_few_keys(window, analyst, javascript):
    """From the first sentence to the words that may help: two keys a sentence, and three for the rest."""
    page = window(analyst, java_script_enabled=javascript)
    page.goto("/checkins/pulse/")
    page.get_by_role("link", name="Who sees what, in plain words").focus()
    for key in ["Tab", "Space"] * 5 + ["Tab", "Tab", "Enter"]:
        page.keyboard.press(key)
    for heading in ("When sleep will not come", "When you feel alone with it"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()


@pytest.mark.long
@pytest.mark.parametrize("javascript", WITH_AND_WITHOUT)
def test_reminders_begin_change_and_end_by_keyboard(window, analyst, javascript):
    page = window(analyst, java_script_enabled=javascript, viewport=NARROW, reduced_motion="reduce")
    page.goto("/checkins/reminders/")
    wrong = list(faults(page, EVERY)) if javascript else []
    page.get_by_role("button", name="Switch reminders on").press("Enter")
    expect(page.get_by_text("Reminders are on.")).to_be_visible()
    page.locator("summary", has_text="Change when, or pause").press("Enter")
    page.get_by_label("How often", exact=True).select_option("weekly")
    wrong += list(faults(page, EVERY)) if javascript else []
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("no longer as proposed: how often, and the day.")).to_be_visible()
    expect(page.get_by_text("every week, on Monday (your own choice)")).to_be_visible()
    page.get_by_role("link", name="Stop reminders").press("Enter")
    page.get_by_role("button", name="Stop reminders").press("Enter")
    expect(page.get_by_text("Reminders are off, and nothing of them is kept.")).to_be_visible()
    with as_engine():
        assert not Schedule.objects.exists()
    assert wrong == []
