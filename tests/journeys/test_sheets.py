"""A sign-in sheet by keyboard alone on a telephone: brought in, its columns and people said, and made a register."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from courses.actions.sheets.working import work_on_sheet
from courses.models import Sheet, SheetPerson
from lms.people.enums import Role
from tests import cast
from tests.courses.gatherings import made as gathered
from tests.courses.imports_desk.sheets import DESK, SIGN_IN
from tests.journeys.desk import Desk
from tests.journeys.learning.conftest import window

__all__ = ["window"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WIDTH = 360


class Bringer(Desk):
    def write(self, name: str, text: str) -> None:
        self.at(name)
        self.type(text)

    def worker(self, heading: str) -> None:
        assert work_on_sheet()
        self.shows(heading)


@pytest.fixture
def content(tmp_path: Path, settings: Any) -> Path:
    settings.REGISTERS_DIR = tmp_path / "kept-registers"
    (tmp_path / "signed.csv").write_text(SIGN_IN, encoding="utf-8")
    return tmp_path / "signed.csv"


def test_a_sign_in_sheet_by_keyboard_on_a_telephone(window, content):
    ada = cast.person("Ek", "Ada", email="ada@linea.example")
    gathered.held(title="Tracing in Lisbon")
    desk = Bringer(window, WIDTH, ("light", "dark"))
    desk.page.goto("/staff/imports/")
    desk.keys.follow("Bring a sheet in")
    desk.look()
    desk.at("file")
    desk.page.locator("input[type=file]").set_input_files(content)
    desk.write("new_source", "Sign-in sheet Lisbon")
    desk.press("Read it")
    desk.worker("Columns to be said")
    desk.keys.follow("Say what its columns are")
    desk.look()
    desk.write("asked", "lisbon")
    desk.press("Search")
    desk.at("activity")
    desk.keys.press("ArrowDown")
    desk.look()
    desk.press("Go on to its people")
    desk.worker("People to be said")
    desk.keys.follow("Say who its people are")
    desk.look()
    for name, choice in (("Bo", "a new person"), ("Cy", "left out")):
        desk.at(f"who-{SheetPerson.objects.get(given_name=name).key}")
        desk.page.keyboard.type(choice)
    desk.press("Make the register")
    desk.worker("A register")
    desk.keys.follow("The register that came of it")
    expect(desk.page.get_by_text("The sheet that it came of")).to_be_visible()
    desk.page.goto(f"/staff/imports/sources/{Sheet.objects.get().source_id}/")
    desk.look()
    assert desk.wrong == []
    assert [" ".join(one.split()) for one in desk.keys.unseen] == []
    choices = dict(SheetPerson.objects.values_list("given_name", "choice"))
    assert choices == {"Ada": "person", "Bo": "new", "Cy": "out"}
    assert SheetPerson.objects.get(given_name="Ada").person == ada


def test_without_scripts_looking_again_is_enough(window, content):
    page = window(cast.user(Role.STAFF), java_script_enabled=False)
    page.goto(DESK)
    page.locator("input[type=file]").set_input_files(content)
    page.get_by_label("Name of the new place").fill("Lisbon")
    page.get_by_role("button", name="Read it").click()
    assert work_on_sheet()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("link", name="Say what its columns are")).to_be_visible()
