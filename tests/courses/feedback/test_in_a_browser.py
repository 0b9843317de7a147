"""Asking for feedback and answering it in a real browser: by keyboard, with and without JavaScript, at 360 px."""

import pytest
from playwright.sync_api import expect

from courses.models import FeedbackAnswer
from tests.browser import EVERY, WITH_AND_WITHOUT
from tests.courses.cohorts import made as cohorts
from tests.courses.feedback import made
from tests.journeys.learning.conftest import window
from tests.journeys.test_ground_floor import faults

__all__ = ["window"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NARROW = {"width": 360, "height": 740}


@pytest.mark.parametrize("javascript", WITH_AND_WITHOUT)
def test_from_asking_to_a_result_that_names_nobody(window, javascript):
    cohort = cohorts.cohort()
    trainer = cohorts.trainer(cohort)
    asking = window(trainer, java_script_enabled=javascript, viewport=NARROW, reduced_motion="reduce")
    asking.goto(f"/teach/cohorts/{cohort.pk}/")
    asking.get_by_role("link", name="Ask for feedback").press("Enter")
    asking.get_by_role("button", name="Ask", exact=True).press("Enter")
    expect(asking.get_by_text("Everybody who took part is asked")).to_be_visible()
    form = cohort.activity.feedback.get()
    answering = window(made.taker(form), java_script_enabled=javascript, viewport=NARROW)
    answering.goto("/feedback/")
    answering.get_by_role("link", name="Tracing").press("Enter")
    answering.get_by_role("radio", name="very good").press("Space")
    answering.get_by_label("What should stay as it is?").fill("The cases")
    answering.get_by_role("button", name="Send").press("Enter")
    expect(answering.get_by_text("Thank you")).to_be_visible()
    assert FeedbackAnswer.objects.get().data == {"overall": "very_good", "keep": "The cases"}
    for rating in ("good", "good", "fair", "poor"):
        made.answer(form, rating)
    made.over(form)
    asking.goto(f"/feedback/asked/{form.pk}/")
    expect(asking.get_by_text("60 % said “good” or “very good”: 3 of 5 who answered.")).to_be_visible()
    if javascript:
        assert list(faults(asking, EVERY)) == []
