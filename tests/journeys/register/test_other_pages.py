"""The other pages of a register in Chromium: the code by keyboard, and each page in every look."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from courses.models import RegisterMark
from tests.browser import EVERY, breaches, overflows
from tests.courses.register import made
from tests.courses.register.test_calls import ZOOM

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cohort():
    return made.cohort("tracing", timezone.now().replace(minute=0, second=0, microsecond=0))


@pytest.fixture
def session(cohort):
    return made.sessions(cohort)[0]


@pytest.fixture
def trainer(cohort):
    return made.trainer(cohort)


def test_a_code_on_the_trainers_screen_is_typed_by_who_is_there(window, cohort, session, trainer):
    one = made.person(cohort)
    screen = window(trainer)
    screen.goto(f"/teach/sessions/{session.pk}/register/code/")
    screen.get_by_role("button", name="Show a code").press("Enter")
    code = screen.locator(".code-now").text_content()
    seat = window(one.person.user, viewport={"width": 360, "height": 700})
    seat.goto("/me/here/")
    seat.get_by_label("Code").fill(code)
    seat.keyboard.press("Enter")
    expect(seat.get_by_role("status").first).to_contain_text("You are on the register of Tracing")
    assert RegisterMark.objects.get().source == "self"
    assert breaches(seat) == breaches(screen) == []


def test_without_javascript_the_register_is_a_form(window, cohort, session, trainer):
    one, two = made.person(cohort, "Able"), made.person(cohort, "Baker")
    page = window(trainer, java_script_enabled=False)
    page.goto(f"/teach/sessions/{session.pk}/register/")
    page.get_by_role("group", name="Ada Able").get_by_label("came late").check()
    page.get_by_role("group", name="Ada Baker").get_by_label("absent").check()
    page.get_by_role("button", name="Save all changes").click()
    expect(page.get_by_text("2 marks are saved.")).to_be_visible()
    assert made.said(session, one) == [("late", None)]
    assert made.said(session, two) == [("absent", None)]


@pytest.mark.long
def test_every_page_is_accessible_and_needs_no_sideways_scroll(window, cohort, session, trainer):
    made.person(cohort, "Schmidt", "Anna")
    made.person(made.another(cohort.version, made.SECOND), "Guest", "Gerda")
    register = f"/teach/sessions/{session.pk}/register/"
    pages = [register, *(f"{register}{more}" for more in ("close/", "guests/?q=ge", "code/", "call/"))]
    pages += ["/teach/registers/", "/me/here/", f"/teach/cohorts/{cohort.pk}/attendance/"]
    wrong = {}
    for width, scheme in EVERY:
        page = window(
            trainer, viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
        )
        for address in pages:
            page.goto(address)
            if found := breaches(page) + ["sideways"] * overflows(page):
                wrong[address, width, scheme] = found
        page.goto(f"{register}call/")
        file = {"name": "list.csv", "mimeType": "text/csv", "buffer": ZOOM.encode()}
        page.locator("[type=file]").set_input_files(file)
        page.get_by_role("button", name="Look at it").click()
        if found := breaches(page) + ["sideways"] * overflows(page):
            wrong["review", width, scheme] = found
    assert wrong == {}
