"""Somebody of INHOPE's staff finds, narrows and changes many rows by keyboard alone, on a small screen."""

import pytest
from playwright.sync_api import expect

from courses.models import BulkAction, BulkState
from lms.people.enums import Role
from tests import cast
from tests.courses import ledger
from tests.courses.find import made
from tests.journeys.desk import Desk
from tests.journeys.learning.conftest import window

__all__ = ["window"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WIDTHS = [pytest.param(360, id="360"), pytest.param(1280, id="1280", marks=pytest.mark.long)]


class Finder(Desk):
    def find(self, text: str) -> None:
        self.keys.press("/")
        self.type(text)
        self.enter()


@pytest.mark.parametrize("width", WIDTHS)
def test_rows_are_found_narrowed_changed_and_put_back(window, width):
    cast.person("Müller", "Eva", register_id="P7")
    rows = [ledger.activity("Tracing", topics=["Old"]), ledger.activity("Welfare"), ledger.activity("Law")]
    desk = Finder(window, width)
    desk.page.goto("/staff/")
    desk.find("muller ev")
    desk.look()
    desk.keys.press("/")
    desk.keys.press("ArrowDown")
    desk.enter()
    expect(desk.page.get_by_role("heading", name="Eva Müller")).to_be_visible()
    desk.find("P7")
    expect(desk.page.get_by_role("heading", name="Eva Müller")).to_be_visible()
    desk.page.goto("/staff/activities/")
    desk.keys.to("Filters")
    desk.keys.press("Enter")
    desk.at("kind")
    desk.type("Basic")
    desk.press("Narrow the list")
    desk.look()
    expect(desk.page.get_by_role("link", name="Take off: Kind: Basic training")).to_be_visible()
    desk.keys.follow("Save these filters")
    desk.at("name")
    desk.type("Basic ones")
    desk.press("Save")
    expect(desk.page.get_by_role("link", name="Basic ones")).to_be_visible()
    for _row in rows[:2]:
        desk.at("tick")
        desk.keys.press("Space")
    desk.press("Take the ticked rows")
    desk.look()
    desk.at("add")
    desk.type("New")
    desk.at("reason")
    desk.type("Named anew.")
    desk.press("Show me what would change")
    desk.look()
    desk.press("Do it")
    changed = [one for one in rows if "New" in made.known(one)["topics"]]
    assert len(changed) == 2
    desk.keys.to("Undo it")
    desk.keys.press("Enter")
    desk.at("reason")
    desk.type("Not so.")
    desk.press("Show me what would be put back")
    desk.press("Do it")
    assert [made.known(one)["topics"] for one in rows] == [["Old"], [], []]
    assert set(BulkAction.objects.values_list("state", flat=True)) == {BulkState.APPLIED}
    desk.page.goto("/staff/bulk/")
    desk.look()
    assert desk.wrong == []
    assert [" ".join(one.split()) for one in desk.keys.unseen] == []


def test_what_is_found_shows_while_somebody_types(window):
    cast.person("Müller", "Eva")
    page = window(cast.user(Role.STAFF))
    page.goto("/staff/search/")
    page.get_by_label("Names, places, topics").press_sequentially("mull")
    expect(page.get_by_role("link", name="Eva Müller")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Eva Müller")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Names, places, topics")).to_be_focused()


def test_without_scripts_the_same_forms_are_enough(window):
    ledger.activity("Tracing")
    page = window(cast.user(Role.STAFF), java_script_enabled=False)
    page.goto("/staff/")
    page.get_by_role("searchbox", name="Search the network").first.fill("tracing")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="1 in the list").click()
    page.get_by_role("button", name="Take the 1 row that fits").click()
    page.get_by_label("Topics to add").fill("Law")
    page.get_by_label("Why").fill("Asked for.")
    page.get_by_role("button", name="Show me what would change").click()
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_text("1 row was changed.")).to_be_visible()
