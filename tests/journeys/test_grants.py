"""A grant is entered and said of an activity, and its page counts it: by keyboard, at both widths, with axe."""

import pytest
from playwright.sync_api import Page, expect

from courses.actions.exchanges.funding import fund_visits
from courses.enums import ExchangeState
from courses.models import Grant
from lms.people.enums import Role
from tests import cast
from tests.browser import HARDEST, WITH_AND_WITHOUT
from tests.courses import ledger
from tests.courses.exchanges import made as exchanges
from tests.courses.grants import made
from tests.journeys.learning.conftest import window
from tests.journeys.test_ground_floor import faults

__all__ = ["window"]

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("journeys"),
]


def press(page: Page, name: str, role: str = "button") -> None:
    page.get_by_role(role, name=name, exact=True).first.focus()
    page.keyboard.press("Enter")


def write(page: Page, label: str, text: str) -> None:
    page.get_by_label(label).first.fill(text)


@pytest.mark.parametrize("script", WITH_AND_WITHOUT)
def test_a_grant_is_entered_said_of_an_activity_and_counted(window, script):
    room = ledger.activity("Basic in May")
    ledger.fact(cast.person("Ek"), room)
    staff = cast.user(Role.STAFF)
    page = window(staff, java_script_enabled=script, reduced_motion="reduce")
    page.goto("/staff/grants/new/")
    for label, text in (
        ("Funder", "ISF"),
        ("Number", "2023/117"),
        ("First day", "2023-01-01"),
        ("Last day", "2024-06-30"),
    ):
        write(page, label, text)
    press(page, "Enter it")
    expect(page.get_by_text("Nothing that counts was paid by it in these days.")).to_be_visible()
    press(page, "Add a work package", "link")
    write(page, "Code", "WP2")
    press(page, "Add it")
    expect(page.get_by_role("link", name="WP2")).to_be_visible()

    page.goto(f"/staff/activities/{room.pk}/")
    press(page, "Which grants paid", "link")
    page.get_by_label("ISF 2023/117 · WP2").focus()
    page.keyboard.press("Space")
    press(page, "Save")
    expect(page.get_by_text("Saved. Counts by grant have it from now on.")).to_be_visible()
    expect(page.get_by_text("ISF 2023/117 · WP2")).to_be_visible()
    page.goto(f"/staff/grants/{Grant.objects.get().pk}/")
    expect(page.get_by_role("link", name="Basic in May")).to_be_visible()
    press(page, "1", "link")
    expect(page.get_by_role("heading", name="Basic")).to_be_visible()


def test_pages_with_something_in_them_are_accessible_and_need_no_sideways_scroll(window):
    one = exchanges.exchange(ExchangeState.COUNTED)
    package = made.package(made.grant(title="A grant with a title that is as long as titles of grants are"))
    fund_visits(
        exchange=one.exchange, payers={one.visit: made.payers(package)}, by=one.staff, note="Known now."
    )
    room = ledger.activity("Basic in May")
    ledger.fact(cast.person("Ek"), room)
    made.paid(room, package)
    page = window(one.staff, reduced_motion="reduce")
    wrong = []
    for path in (
        "/staff/grants/",
        f"/staff/grants/{package.grant_id}/",
        f"/staff/grants/{package.grant_id}/change/",
        f"/staff/activities/{room.pk}/grants/",
        f"/exchanges/{one.exchange.pk}/grants/",
        "/staff/counts/?year=2023&by=grant&unit=participations",
    ):
        page.goto(path)
        wrong += faults(page, HARDEST)
    assert wrong == []
