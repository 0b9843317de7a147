"""Training sessions in a browser: a trainer plans a series by keyboard, moves it and calls one off; an analyst reads it."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from lms.people.models import User
from tests.browser import HARDEST, WITH_AND_WITHOUT
from tests.courses.cohorts import made as cohorts
from tests.courses.sessions import made
from tests.journeys.learning.conftest import window
from tests.journeys.test_ground_floor import faults

__all__ = ["window"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
Looks = Sequence[tuple[int, str]]
BOTH: Looks = [*HARDEST, (1280, "light")]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).press("Enter")


@pytest.mark.parametrize("javascript", WITH_AND_WITHOUT)
def test_a_series_is_planned_moved_and_called_off_by_keyboard(window, javascript):
    cohort, trainer = made.cohort()
    analyst = cohorts.person(cohort).person.user
    User.objects.filter(pk=analyst.pk).update(zone="America/Sao_Paulo")
    page = window(trainer, java_script_enabled=javascript, reduced_motion="reduce")
    wrong: list[str] = []

    def look(looks: Looks = HARDEST) -> None:
        wrong.extend(faults(page, looks) if javascript else [])

    page.goto(f"/teach/cohorts/{cohort.pk}/")
    page.get_by_role("link", name="Training sessions").press("Enter")
    look()
    page.get_by_role("link", name="Plan training sessions").first.press("Enter")
    page.get_by_label("Title").fill("Unit 1")
    page.get_by_label("Date").fill("2030-03-04")
    page.get_by_label("Starts at").fill("10:00")
    page.get_by_label("Time zone of the place").select_option("Europe/Berlin")
    page.get_by_label("Link of the call").fill("https://call.example/1")
    page.get_by_label("By weeks, on the weekdays below").press("Space")
    page.get_by_label("So many times").fill("5")
    press(page, "See all dates")
    expect(page.locator("#preview tbody tr")).to_have_count(5)
    look(BOTH)
    press(page, "Plan these")
    page.get_by_text("5 training sessions are planned.").wait_for()
    look()
    page.get_by_role("link", name="Mon 11 Mar 2030").press("Enter")
    look()
    page.get_by_role("link", name="Change").press("Enter")
    page.get_by_label("this one and the following ones").press("Space")
    page.get_by_label("Starts at").fill("14:00")
    press(page, "See what would change")
    look()
    press(page, "Change it so")
    page.get_by_text("4 training sessions are changed.").wait_for()
    page.get_by_role("link", name="Cancel it").press("Enter")
    page.get_by_label("Why").fill("The trainer is ill.")
    look()
    press(page, "Cancel it")
    page.get_by_text("Cancelled. You can take that back").wait_for()
    look()
    page.goto(f"/teach/cohorts/{cohort.pk}/slots/?week=2030-03-04&minutes=60")
    look()
    theirs = window(analyst, java_script_enabled=javascript, reduced_motion="reduce")
    theirs.goto("/me/sessions/")
    theirs.get_by_text("Mon 4 Mar 2030, 06:00 – 07:30 (America/Sao_Paulo)").wait_for()
    theirs.get_by_text("Cancelled: The trainer is ill.").wait_for()
    wrong.extend(faults(theirs, BOTH) if javascript else [])
    theirs.get_by_role("link", name="In my own calendar").press("Enter")
    press(theirs, "Make an address")
    address = theirs.get_by_label("Copy it now").input_value()
    wrong.extend(faults(theirs) if javascript else [])
    assert wrong == []
    answer = theirs.request.get(urlsplit(address).path)
    assert answer.text().count("BEGIN:VEVENT") == 5
    assert "STATUS:CANCELLED" in answer.text()
