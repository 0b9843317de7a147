"""Five taps, kept sealed and looked back at, in a real browser: by keyboard, on any screen, without JavaScript."""

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from lms.people.models import User
from tests.browser import EVERY, WITH_AND_WITHOUT, breaches, overflows
from tests.journeys.learning.conftest import window
from tests.welfare.test_sealed import ANSWERS, put_week, table, weeks_ago, with_keys

__all__ = ["window"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NARROW = {"width": 360, "height": 740}
CHOICE = "Keep it sealed, so that I alone can look back with my six words"


@pytest.fixture
def analyst() -> User:
    cache.clear()
    return with_keys("analyst@test.example")


def tap_and_keep(page: Page) -> str:
    """Five taps and the choice, then the six words on the way; returns them."""
    page.goto("/checkins/pulse/")
    for sentence, word in (("I slept well enough", "most nights"), ("I felt supported", "partly")):
        page.get_by_role("group", name=sentence).get_by_label(word, exact=True).check()
    expect(page.get_by_label("Keep nothing: it is forgotten")).to_be_checked()
    page.get_by_label(CHOICE).check()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("One thing first")).to_be_visible()
    words = " ".join(page.locator(".six-words li").all_text_contents())
    page.get_by_label("Type the six words").fill(words)
    page.get_by_role("button", name="Take these words and keep it sealed").click()
    expect(page.get_by_text("Kept, sealed for you alone.")).to_be_visible()
    return words


@pytest.mark.parametrize("javascript", WITH_AND_WITHOUT)
def test_a_check_in_is_kept_looked_back_at_and_erased(window, analyst, javascript):
    page = window(analyst, java_script_enabled=javascript, viewport=NARROW)
    words = tap_and_keep(page)
    page.get_by_role("link", name="Look back").click()
    expect(page.locator("figure.chart")).to_have_count(0)
    page.get_by_label("Your six words").fill(words)
    page.get_by_role("button", name="Look back").click()
    page.get_by_text("As a table").click()
    expect(page.get_by_role("cell", name="most nights")).to_be_visible()
    page.locator("summary", has_text="Erase").click()
    page.get_by_role("button", name="Erase everything I keep here").click()
    page.get_by_role("button", name="Erase", exact=True).click()
    expect(page.get_by_text("You keep nothing here.")).to_be_visible()
    assert table() == []


def test_all_of_it_by_keyboard(window, analyst):
    page = window(analyst)
    page.goto("/checkins/pulse/")
    page.get_by_role("group", name="I lost patience quickly").get_by_label("often").focus()
    for key in ("Space", "ArrowRight", "Tab", "ArrowDown"):
        page.keyboard.press(key)
    # From the last sentence, answered on the way, to the choice, and on to the button.
    for key in ("Tab", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.get_by_label(CHOICE)).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_text("One thing first")).to_be_visible()
    words = " ".join(page.locator(".six-words li").all_text_contents())
    page.get_by_label("Type the six words").focus()
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Kept, sealed for you alone.")).to_be_visible()
    assert len(table()) == 1


@pytest.mark.long
@pytest.mark.parametrize(("width", "scheme"), EVERY)
def test_each_page_is_accessible_and_fits(window, analyst, width, scheme):
    page = window(
        analyst,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    found = {}

    def look(name: str) -> None:
        problems = [*breaches(page), *(["sideways scroll"] if overflows(page) else [])]
        found.update({name: problems} if problems else {})

    page.goto("/checkins/pulse/")
    look("pulse")
    page.get_by_role("group", name="I slept well enough").get_by_label("most nights").check()
    page.get_by_label(CHOICE).check()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("One thing first")).to_be_visible()
    look("words on the way")
    words = tap_and_keep(page)
    look("kept")
    for weeks in (1, 2, 4):
        put_week(analyst, weeks_ago(weeks), ANSWERS)
    page.goto("/checkins/history/")
    look("closed")
    page.get_by_label("Your six words").fill("acre actor advice agile agree april")
    page.get_by_role("button", name="Look back").click()
    expect(page.get_by_text("These words do not open it.").first).to_be_visible()
    look("wrong words")
    page.get_by_label("Your six words").fill(words)
    page.get_by_role("button", name="Look back").click()
    expect(page.locator("figure.chart")).to_be_visible()
    look("open")
    page.get_by_text("As a table").click()
    page.locator("summary", has_text="Erase").click()
    look("unfolded")
    page.get_by_role("button", name="Erase everything I keep here").click()
    expect(page.get_by_text("It cannot be brought back")).to_be_visible()
    look("asked once more")
    page.goto("/checkins/who-sees-what/")
    look("who sees what")
    assert not found
