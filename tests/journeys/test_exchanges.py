"""An exchange from the request to the count, by keyboard alone, from both sides and INHOPE."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from courses.enums import ExchangeState
from courses.models import Entry, Exchange
from lms.people.enums import Role
from tests import cast
from tests.browser import EVERY
from tests.courses.exchanges import made
from tests.journeys.learning.conftest import window
from tests.journeys.test_ground_floor import faults
from tests.journeys.whole.keyboard import Keyboard

__all__ = ["window"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WIDTHS = [pytest.param(360, id="360"), pytest.param(1280, id="1280", marks=pytest.mark.long)]


class Side:
    """One person at one browser, who has no mouse."""

    def __init__(self, window: Any, login: Any, width: int) -> None:
        size = {"width": width, "height": 800}
        self.width = width
        self.page: Page = window(login, viewport=size, reduced_motion="reduce")
        self.keys = Keyboard(self.page)

    def fill(self, label: str, text: str) -> None:
        """Tab to a field by its label and type."""
        field = self.page.get_by_label(label, exact=True)
        for _stop in range(200):
            self.keys.tab()
            if field.evaluate("field => field === document.activeElement"):
                break
        else:
            pytest.fail(f"Tab does not lead to {label!r} on {self.page.url}")
        kind = field.evaluate("field => field.type")
        if kind == "checkbox":
            self.keys.press("Space")
        elif kind == "datetime-local":
            # In which order a browser wants the parts of a date depends on its language.
            field.fill(text)
        elif kind == "select-one":
            self.page.keyboard.type(text)
        else:
            self.keys.press("Control+A")
            self.page.keyboard.type(text)

    def faults(self) -> list[str]:
        """In the side's own width."""
        return list(faults(self.page, [(self.width, "dark")]))

    def press(self, button: str) -> None:
        self.keys.to(button)
        with self.page.expect_navigation():
            self.keys.press("Enter")

    def open_waiting(self) -> None:
        """From the list over what waits on top."""
        self.page.goto("/exchanges/")
        self.page.get_by_role("heading", name="What waits for you").wait_for()


@pytest.mark.parametrize("width", WIDTHS)
def test_both_sides_take_an_exchange_to_the_count(window, width):
    host, guest = cast.hotline("Linea", "FR"), cast.hotline("Meldpunt", "NL")
    made.person(guest, "Quill")
    hosting, visiting, staff = made.manager(host), made.manager(guest), cast.user(Role.STAFF)
    at_guest = Side(window, visiting, width)
    wrong = asked(at_guest)
    at_host = Side(window, hosting, width)
    at_host.open_waiting()
    wrong += at_host.faults()
    at_host.keys.follow("Look and agree")
    at_host.press("Agree")
    at_staff = Side(window, staff, width)
    at_staff.open_waiting()
    at_staff.keys.follow("Approve it")
    at_staff.press("Approve it")
    at_host.open_waiting()
    at_host.keys.follow("It was held")
    at_host.press("It was held")
    wrong += reported(at_guest)
    for side in (at_host, at_guest):
        side.open_waiting()
        side.keys.follow("Look and confirm")
        wrong += side.faults()
        side.press("Confirm")
    at_guest.page.get_by_text("counted").first.wait_for()
    wrong += at_guest.faults()
    assert Exchange.objects.get().state == ExchangeState.COUNTED
    assert sorted(Entry.objects.values_list("headcount", flat=True)) == [1, 2]
    assert wrong == []
    assert [one.keys.unseen for one in (at_guest, at_host, at_staff)] == [[], [], []]


def asked(side: Side) -> list[Any]:
    """A visit that ended yesterday is asked for; the visiting hotline is chosen already."""
    ended = timezone.now() - dt.timedelta(days=1)
    side.page.goto("/exchanges/")
    side.keys.follow("Ask for an exchange")
    side.fill("Host", "Linea")
    side.fill("Title", "Tracing, side by side")
    side.fill("Begins", (ended - dt.timedelta(days=1)).strftime("%Y-%m-%dT09:00"))
    side.fill("Ends", ended.strftime("%Y-%m-%dT09:00"))
    wrong = side.faults()
    side.press("Ask for it")
    side.page.get_by_text("It waits for Linea.").wait_for()
    return wrong


def reported(side: Side) -> list[Any]:
    side.open_waiting()
    side.keys.follow("Say who came")
    side.fill("Ada Quill", "")
    side.fill("People without a name", "2")
    wrong = side.faults()
    side.press("Save")
    side.keys.follow("Write the report")
    side.fill("What was done", "We sat in for a day.")
    side.fill("Lessons learnt", "Two screens help.")
    wrong += side.faults()
    side.press("Save the report")
    side.page.get_by_text("The report is saved.").wait_for()
    return wrong


@pytest.mark.long
def test_every_page_is_accessible_and_needs_no_sideways_scroll(window):
    one = made.exchange(ExchangeState.COUNTED)
    made.wish("offer", one.host, one.hosting)
    wish = made.wish("request", one.guest, one.visiting)
    waiting = made.exchange(title="Another")
    page = window(one.staff, reduced_motion="reduce")
    wrong = []
    for url in (
        "/exchanges/", "/exchanges/new/", "/exchanges/year/", "/exchanges/costs/", "/exchanges/board/",
        "/exchanges/board/new/", f"/exchanges/board/{wish.pk}/", "/lessons-learnt/",
        f"/exchanges/{one.exchange.pk}/", f"/exchanges/{waiting.exchange.pk}/plan/",
        f"/exchanges/{waiting.exchange.pk}/programme/", f"/exchanges/{waiting.exchange.pk}/visits/new/",
        f"/exchanges/{waiting.exchange.pk}/yes/plan/{waiting.host.pk}/",
        f"/exchanges/{waiting.exchange.pk}/to/cancelled/", f"/exchanges/visits/{one.visit.pk}/",
        f"/exchanges/visits/{one.visit.pk}/report/", f"/exchanges/visits/{one.visit.pk}/costs/",
    ):  # fmt: skip
        page.goto(url)
        wrong += list(faults(page, EVERY))
    assert wrong == []
