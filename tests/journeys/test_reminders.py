"""Reminders in a browser: put off and asked for by keyboard, without JavaScript too; an officer looks before saving."""

import datetime as dt

import pytest

from lms.people.enums import Role
from tests import cast
from tests.browser import HARDEST, WITH_AND_WITHOUT
from tests.journeys.learning.conftest import window
from tests.journeys.test_ground_floor import faults
from tests.welfare.test_pages import make_due
from welfare.actions.schedules import set_reminders
from welfare.models import Occurrence
from welfare.models.wall import as_user, database_now

__all__ = ["window"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", WITH_AND_WITHOUT)
def test_an_analyst_puts_one_off_and_asks_for_a_day(window, javascript):
    analyst = cast.user(email="analyst@test.example")
    cast.affiliate(analyst.person, cast.hotline())
    analyst.zone = "Asia/Tokyo"
    analyst.save()
    make_due(analyst)
    page = window(analyst, java_script_enabled=javascript, reduced_motion="reduce")
    page.goto("/checkins/")
    page.get_by_role("link", name="Later").click()
    page.get_by_label("in a week").check()
    wrong = list(faults(page, HARDEST)) if javascript else []
    page.get_by_role("button", name="Remind me then").press("Enter")
    page.get_by_text("Until then nothing waits for you.").wait_for()
    set_reminders(by=analyst, paused_until=(database_now() + dt.timedelta(days=20)).date())
    page.goto("/checkins/reminders/")
    page.get_by_role("link", name="Remind me on a day I choose").click()
    page.get_by_label("Day").fill((database_now() + dt.timedelta(days=40)).date().isoformat())
    page.get_by_label("At").fill("10:15")
    wrong += list(faults(page, HARDEST)) if javascript else []
    page.get_by_role("button", name="Remind me then").press("Enter")
    page.get_by_text("Dates you asked for").wait_for()
    wrong += list(faults(page, HARDEST)) if javascript else []
    page.get_by_role("button", name="End the pause now").press("Enter")
    page.get_by_text("The pause is over.").wait_for()
    assert wrong == []
    with as_user(analyst.pk):
        assert Occurrence.objects.filter(state="planned", slot_key__startswith="event:").count() == 2


def test_an_officer_looks_before_saving_and_edits_a_calendar(window):
    page = window(cast.user(Role.WELFARE_OFFICER), reduced_motion="reduce")
    page.goto("/support/reminders/0/")
    page.get_by_label("How often").select_option("weekly")
    wrong = list(faults(page, HARDEST))
    page.get_by_role("button", name="See what would move").press("Enter")
    page.get_by_text("Fewer than 10 of the next dates, or none,").first.wait_for()
    wrong += list(faults(page, HARDEST))
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    page.get_by_text("every week, on Monday").wait_for()
    wrong += list(faults(page, HARDEST))
    page.goto("/support/reminders/holidays/?country=FR&year=2030")
    page.get_by_role("button", name="Take off 14 July").press("Enter")
    page.get_by_role("button", name="Put back 14 July").wait_for()
    wrong += list(faults(page, HARDEST))
    assert wrong == []
