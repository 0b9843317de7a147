"""A whole course by keyboard alone, from the catalogue to the certificate."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from courses.enums import Stage
from courses.kinds.questions import kind_of
from courses.models import Attempt, Entry, LessonDone, Question
from tests.journeys.whole.conftest import EACH, SHORT
from tests.journeys.whole.keyboard import Keyboard

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WIDE = {"width": 1280, "height": 800}


def right_answers(attempt: Attempt) -> dict[str, dict]:
    asked = Question.objects.filter(pk__in=attempt.drawn)
    return {f"q{one.pk}": kind_of(one.kind).right(one.data) for one in asked}


@pytest.mark.parametrize("cohort", EACH, indirect=True)
def test_by_keyboard_alone_it_ends_in_a_certificate(window, cohort, analyst):
    version = cohort.version
    page = window(analyst, viewport=WIDE)
    keys = Keyboard(page)
    page.goto(reverse("course", args=[version.course.slug]))
    keys.follow("Begin", "submit")
    for _lesson in range(version.lessons.count()):
        keys.take_lesson()
    assert LessonDone.objects.count() == version.lessons.count()
    keys.follow("To the assessment")
    keys.follow("Begin", "submit")
    keys.fill_in(right_answers(Attempt.objects.get()))
    expect(page.get_by_text(re.compile("^100 %")).first).to_be_visible()
    keys.follow("What comes next")
    keys.follow("My training and certificates")
    assert Entry.objects.filter(stage=Stage.COMPLETED).count() == 1
    link = page.locator("a[href^='/me/certificates/']").first
    keys.to(link.inner_text().strip())
    with page.expect_download() as saved:
        keys.press("Enter")
    assert saved.value.path().read_bytes().startswith(b"%PDF")
    assert keys.unseen == []


@pytest.mark.long
@pytest.mark.parametrize("cohort", [SHORT], indirect=True)
def test_tab_leads_through_every_page_of_it_and_out_both_ways(window, cohort, analyst):
    page = window(analyst, viewport=WIDE)
    keys = Keyboard(page)
    page.goto(reverse("course", args=[cohort.version.course.slug]))
    keys.follow("Begin", "submit")
    # Without the fragment, from which Tab would set out.
    for address in (page.url.split("#")[0], reverse("left"), reverse("me"), reverse("courses")):
        page.goto(address)
        forth = keys.round("Tab")
        page.goto(address)
        assert forth == keys.round("Shift+Tab")
        assert len(forth) > 2
    assert keys.unseen == []
