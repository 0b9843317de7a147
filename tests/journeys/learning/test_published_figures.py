"""A figure is frozen, a correction comes late, and the page explains it: by keyboard, at both widths, with axe."""

import pytest
from playwright.sync_api import Page, expect

from courses.kinds.figures.proof import Frozen, decoded
from courses.models import Snapshot
from lms.people.enums import Role
from tests import cast
from tests.browser import HARDEST
from tests.courses import ledger
from tests.journeys.test_ground_floor import faults

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("journeys"),
]
WIDTHS = [pytest.param(360, marks=pytest.mark.long), 1280]


def press(page: Page, name: str, role: str = "button") -> None:
    page.get_by_role(role, name=name, exact=True).first.focus()
    page.keyboard.press("Enter")


def write(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).focus()
    page.keyboard.type(text)


def sound(page: Page, width: int) -> list[str]:
    found = list(faults(page, HARDEST))
    page.set_viewport_size({"width": width, "height": 800})
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_a_late_correction_after_a_freeze_is_explained(window, width, tmp_path):
    room = ledger.activity("Basic in May")
    ledger.fact(cast.person("Ek"), room)
    wrong = ledger.fact(cast.person("Lind"), room)
    page = window(cast.user(Role.STAFF), viewport={"width": width, "height": 800}, reduced_motion="reduce")
    page.goto("/staff/counts/?year=2023")
    press(page, "Freeze this figure", "link")
    expect(page.get_by_text("2 entries of the ledger")).to_be_visible()
    broken = sound(page, width)
    write(page, "Title", "Trained in 2023")
    write(page, "Where it is published (optional)", "Annual report, page 4")
    press(page, "Freeze it")
    expect(page.get_by_text("Today's numbers are those of the figure.")).to_be_visible()

    ledger.take_back(wrong, ledger.register("register-2023-corrected"))
    ledger.fact(
        cast.person("Berg"), ledger.activity("Basic in June"), source=ledger.register("june"), source_line=7
    )
    page.goto("/staff/figures/")
    broken += sound(page, width)
    press(page, "Trained in 2023", "link")
    since = page.locator("#since")
    for said in (
        "taken back: attended", "corrected by the import register-2023-corrected", "Ada Lind",
        "recorded late: attended", "june, line 7", "Ada Berg",
    ):  # fmt: skip
        expect(since.get_by_text(said).first).to_be_visible()
    broken += sound(page, width)
    with page.expect_download() as download:
        press(page, "JSON", "link")
    kept = tmp_path / "figure.json"
    download.value.save_as(kept)
    frozen = Frozen.parse(decoded(kept.read_bytes()))
    assert list(frozen.disagreements()) == []
    assert frozen.digest == Snapshot.objects.get().digest
    assert broken == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_manager_confirms_the_year_and_is_asked_again_after_a_change(window, width):
    at = cast.hotline()
    ledger.fact(cast.person("Ek"), ledger.activity("Basic in May"), at=at)
    manager = cast.user(Role.HOTLINE_MANAGER, at)
    page = window(manager, viewport={"width": width, "height": 800}, reduced_motion="reduce")
    page.goto(f"/hotline/{at.pk}/year/2023/")
    broken = sound(page, width)
    press(page, "Confirm this year")
    expect(page.get_by_text("Nothing has changed since.")).to_be_visible()
    ledger.fact(cast.person("Lind"), ledger.activity("Basic in June"), at=at)
    page.reload()
    expect(page.get_by_text("It has changed since")).to_be_visible()
    expect(page.get_by_text("recorded late: attended").first).to_be_visible()
    broken += sound(page, width)
    press(page, "Something is not right", "link")
    write(page, "What is not right", "Lind was with us in May, not in June.")
    broken += sound(page, width)
    press(page, "Send it to INHOPE staff")
    expect(page.get_by_text("Lind was with us in May, not in June.")).to_be_visible()
    assert broken == []
