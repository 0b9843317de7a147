"""Asking for contact, answering and handing on in a real browser: by keyboard, without JavaScript, on any screen."""

import pytest
from playwright.sync_api import Page, expect

from lms.people.demo import load as load_people
from lms.people.models import User
from tests import cast
from tests.browser import EVERY, HARDEST, WITH_AND_WITHOUT
from tests.journeys.learning.conftest import window
from tests.journeys.test_ground_floor import faults
from tests.welfare import asking
from tests.welfare.asking import ask, run_after, state, states, supporter
from tests.welfare.test_sharing import words_of
from welfare import demo
from welfare.actions.sharing import share
from welfare.models import SharedItem
from welfare.models.wall import as_engine

__all__ = ["window"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NARROW = {"width": 360, "height": 740}


@pytest.fixture
def analyst() -> User:
    someone = cast.user(email="analyst@test.example")
    cast.affiliate(someone.person, cast.hotline())
    return someone


@pytest.mark.parametrize("javascript", WITH_AND_WITHOUT)
def test_from_the_five_taps_to_somebody_who_has_been_in_touch(window, analyst, javascript):
    first = supporter("Wanda")
    page = window(analyst, java_script_enabled=javascript, viewport=NARROW)
    page.goto("/checkins/pulse/")
    page.get_by_role("button", name="Done").press("Enter")
    page.get_by_role("link", name="I would like someone to contact me").press("Enter")
    page.get_by_label("Ask first").select_option(label="Wanda Example (counsellor)")
    page.get_by_label("How to reach you").fill("room 4")
    page.get_by_role("button", name="Look before sending").press("Enter")
    expect(page.get_by_text(asking.WORDS["danger"])).to_be_visible()
    assert states() == []
    page.get_by_role("button", name="Send it").press("Enter")
    expect(page.get_by_text("Wanda Example: sent, not seen yet")).to_be_visible()
    answering = window(first, java_script_enabled=javascript, viewport=NARROW)
    answering.goto("/support/")
    expect(answering.get_by_text("room 4")).to_be_visible()
    answering.get_by_role("button", name="I have seen it").press("Enter")
    page.reload()
    expect(page.get_by_text("Wanda Example: has seen it")).to_be_visible()
    answering.get_by_role("button", name="I have been in touch").press("Enter")
    expect(answering.get_by_text("You have been in touch.")).to_be_visible()
    assert state() == "answered"


def look(page: Page, looks: list[tuple[int, str]], path: str) -> list[str]:
    answer = page.goto(path)
    wrong = [] if answer and answer.status == 200 else [f"{path}: {answer and answer.status}"]
    return wrong + list(faults(page, looks))


@pytest.mark.long
@pytest.mark.parametrize(("width", "scheme"), EVERY)
def test_each_page_is_accessible_and_fits(window, analyst, width, scheme):
    looks = [(width, scheme)]
    first, second = supporter("Wanda"), supporter("Tove", kind="peer")
    words = words_of(first)
    load_people(password="stapel-lampe-17")
    demo.load(password="")
    page = window(analyst, reduced_motion="reduce")
    wrong = look(page, looks, "/checkins/contact/")
    page.get_by_label("Ask first").select_option(value=str(first.pk))
    page.get_by_label("Without an answer").select_option(value=str(first.pk))
    page.get_by_role("button", name="Look before sending").click()
    expect(page.get_by_text("Choose each person once").first).to_be_visible()
    wrong += faults(page, looks)
    page.get_by_label("Without an answer").select_option(value=str(second.pk))
    page.get_by_role("button", name="Look before sending").click()
    expect(page.get_by_role("button", name="Send it")).to_be_visible()
    wrong += faults(page, looks)
    ask(analyst, first, second, reach="room 4")
    share(item_text="In October I slept less well.", to=first.pk, by=analyst)
    wrong += look(page, looks, "/checkins/contact/") + look(page, looks, "/checkins/help/?country=FR")
    asked = window(first, reduced_motion="reduce")
    wrong += look(asked, looks, "/support/")
    with as_engine():
        item = SharedItem.objects.get().pk
    wrong += look(asked, looks, f"/support/shared/{item}/")
    asked.get_by_label("Your six words").fill(words)
    asked.get_by_role("button", name="Open").click()
    expect(asked.get_by_text("less well.")).to_be_visible()
    wrong += faults(asked, looks)
    run_after(24.1)
    run_after(24.1)
    wrong += look(page, looks, "/checkins/contact/")
    expect(page.get_by_text("Nobody has answered yet.")).to_be_visible()
    assert wrong == []


@pytest.mark.long
def test_the_lists_that_officers_keep_are_accessible_and_fit(window):
    load_people(password="stapel-lampe-17")
    demo.load(password="")
    officer = User.objects.get(email=demo.OFFICER)
    page = window(officer, reduced_motion="reduce")
    wrong = look(page, HARDEST, "/support/people/") + look(page, HARDEST, "/support/local-help/")
    page.get_by_role("link", name="Change Numéro national").click()
    expect(page.get_by_role("button", name="Remove this entry")).to_be_visible()
    wrong += faults(page, HARDEST)
    wrong += look(page, HARDEST, f"/support/people/{officer.pk}/")
    assert wrong == []
