"""A year's register through the desk by keyboard alone: read, mended, applied and undone."""

from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from playwright.sync_api import expect

from courses.actions.uploads.working import work_once
from courses.models import Entry, Import, RegisterUpload
from lms.people.actions.hotlines import record_hotlines
from lms.people.enums import Role
from lms.people.hotline_list import SHIPPED, read
from tests import cast
from tests.courses import naive, packing
from tests.journeys.desk import Desk
from tests.journeys.learning.conftest import window

__all__ = ["window"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WIDTHS = [pytest.param(360, id="360"), pytest.param(1280, id="1280", marks=pytest.mark.long)]
YEAR = Path(settings.BASE_DIR) / "courses" / "demo_data" / "register-2023"
BROKEN = 20


@pytest.fixture
def register(tmp_path: Path, settings: Any) -> Path:
    """The year's, in which the country of twenty participations is none."""
    settings.REGISTERS_DIR = tmp_path / "kept-registers"
    record_hotlines(rows=read(SHIPPED).rows, by=None)
    lines = naive.read(YEAR)
    for line in [one for one in lines["participations"] if one["person_id"]][:BROKEN]:
        line["country"] = "QQ"
    return packing.zip_of(tmp_path / "register-2023.zip", lines)


class Importer(Desk):
    def bring(self, file: Path) -> None:
        """Which file is chosen in a window of the browser's own, out of reach of the page."""
        self.page.goto("/staff/imports/")
        self.look()
        for _stop in range(200):
            at = self.keys.tab()
            if at and at["kind"] == "file":
                break
        else:
            pytest.fail("Tab does not lead to the file")
        self.page.locator("input[type=file]").set_input_files(file)
        self.press("Read it and show me")
        expect(self.page.get_by_role("heading", name="Waiting to be read")).to_be_visible()
        self.look()
        self.worker("To be looked at")

    def worker(self, heading: str) -> None:
        assert work_once()
        self.shows(heading)

    def rejected(self, target: Path) -> Path:
        self.keys.to("Rejected lines as CSV")
        with self.page.expect_download() as saved:
            self.keys.press("Enter")
        saved.value.save_as(target)
        return target

    def undo(self) -> None:
        self.keys.follow("What it did")
        self.look()
        self.keys.follow("Undo it")
        self.look()
        self.press("Undo it")
        expect(self.page.get_by_text("The import is undone")).to_be_visible()


def mended(packed: Path, target: Path) -> Path:
    with ZipFile(packed) as archive:
        lines = archive.read("participations.csv").decode()
    assert lines.count("QQ") == BROKEN
    return packing.zipped(target, {"participations.csv": lines.replace("QQ", "")})


@pytest.mark.parametrize("width", WIDTHS)
def test_a_year_is_brought_in_mended_applied_and_undone(window, register, tmp_path, width):
    desk = Importer(window, width)
    desk.bring(register)
    expect(desk.page.get_by_text(f"{BROKEN} things are wrong in its lines.")).to_be_visible()
    expect(desk.page.get_by_text("This is not a country code").first).to_be_visible()
    packed = desk.rejected(tmp_path / "rejected.zip")
    desk.press("Apply without the rejected lines")
    assert Entry.objects.count() == 0
    desk.worker("Applied")
    facts = Entry.objects.count()
    desk.bring(mended(packed, tmp_path / "mended.zip"))
    expect(desk.page.get_by_text("No line is rejected.")).to_be_visible()
    desk.press("Apply")
    desk.worker("Applied")
    assert Entry.objects.count() >= facts + BROKEN
    desk.undo()
    desk.page.goto(f"/staff/imports/uploads/{RegisterUpload.objects.earliest('pk').pk}/")
    desk.undo()
    desk.page.goto("/staff/imports/")
    desk.look()
    assert Import.objects.filter(undone_by__isnull=False).count() == 2
    assert not Entry.objects.standing().exists()
    assert desk.wrong == []
    assert [" ".join(one.split()) for one in desk.keys.unseen] == []


def test_without_scripts_looking_again_is_enough(window, register):
    page = window(cast.user(Role.STAFF), java_script_enabled=False)
    page.goto("/staff/imports/")
    page.locator("input[type=file]").set_input_files(register)
    page.get_by_role("button", name="Read it and show me").click()
    assert work_once()
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("button", name="Apply without the rejected lines").click()
    assert work_once()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("link", name="What it did")).to_be_visible()
