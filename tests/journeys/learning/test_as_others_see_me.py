"""The pages of others about oneself, looked at in a browser: by keyboard, in both widths, with axe."""

import pytest

from courses.models import Enrolment
from lms.people.models import User
from tests.browser import EVERY, HARDEST
from tests.courses.test_as_others_see_me import LIST, analyst, looks, others_everywhere, url
from tests.courses.test_kept_to_themselves import taken
from tests.journeys.test_ground_floor import faults

__all__ = ["analyst", "taken"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SOME = ("own-hotline", "teach-extra-time")


def wrong_on(page, addresses: list[str], widths) -> list[str]:
    found = []
    for address in addresses:
        assert page.goto(address).status == 200
        found += [f"{address}: {one}" for one in faults(page, widths)]
    return found


def test_the_list_and_some_pages(window, analyst: User, taken: dict[str, Enrolment]):
    some = [url(look) for look in looks(analyst) if look.route in SOME]
    assert wrong_on(window(analyst, reduced_motion="reduce"), [LIST, *some], HARDEST) == []


@pytest.mark.long
def test_every_page(window, analyst: User, taken: dict[str, Enrolment]):
    others_everywhere(analyst)
    every = [url(look) for look in looks(analyst)]
    assert wrong_on(window(analyst, reduced_motion="reduce"), [LIST, *every], EVERY) == []


@pytest.mark.long
def test_nothing_on_a_page_takes_the_keyboard_but_the_way_back(window, analyst: User):
    page = window(analyst, java_script_enabled=False)
    (look,) = [one for one in looks(analyst) if one.route == "teach-extra-time"]
    page.goto(url(look))
    assert page.locator("main a[href]").count() == 1
    assert page.locator("main :is(input, button, select, textarea):enabled").count() == 0
    page.locator("main a[href]").press("Enter")
    page.wait_for_url(f"**{LIST}")
