"""Notices in a real Chromium: sound at both widths, by keyboard, and without JavaScript."""

import re
from itertools import product

import pytest
from django.core import mail
from playwright.sync_api import expect

from courses.actions.nudges import plan_nudges
from courses.models import Nudge, NudgeOff
from lms.outbox import moves
from lms.outbox.drain import run_once
from lms.outbox.states import State
from lms.people.models import InvitationMail
from tests.browser import breaches, overflows
from tests.courses.learn import school
from tests.courses.nudges import made
from tests.outbox import made as mails

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("journeys"),
]
NOTICES = "/me/notices/"


@pytest.fixture
def analyst():
    """With a notice of each kind, mailed."""
    login = made.analyst()
    made.not_begun(login, of=school.course("tracing-where-it-is-hosted"))
    made.expiring(login.person, renewal_days=30)
    plan_nudges()
    run_once()
    return login


def wrong_with(page, path):
    """What breaks a rule at both widths and in both schemes."""
    found = []
    for width, scheme in product((1280, 360), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.goto(path)
        found += [f"{path} at {width}, {scheme}: {breach}" for breach in breaches(page)]
        found += [f"{path} at {width} scrolls sideways"] if overflows(page) else []
    return found


@pytest.mark.long
def test_every_page_is_sound(window, analyst):
    off = re.search(r"/notices/off/\w+/", mail.outbox[-1].body)[0]
    page = window(analyst)
    pages = [NOTICES, off, "/notices/off/guess/", "/courses/"]
    assert [fault for path in pages for fault in wrong_with(page, path)] == []
    assert wrong_with(window(made.analyst()), NOTICES) == []


@pytest.mark.long
def test_deliveries_are_sound(window):
    mails.mails(2)
    for state in (State.FAILED, State.UNCERTAIN):
        row = moves.claim(InvitationMail)
        moves.begin(row)
        moves.move(row, state, fault="SMTP 550 5.1.1")
    page = window(mails.administrator())
    assert wrong_with(page, "/admin/deliveries/") == []
    page.get_by_role("link", name=re.compile("Give up the mail to new0")).click()
    page.get_by_role("button", name="Give up").click()
    expect(page.get_by_text("The mail is given up.")).to_be_visible()
    assert mails.states()["new0@test.example"] == State.CANCELLED


def test_by_keyboard_from_the_bell_to_everything_read(window, analyst):
    page = window(analyst)
    page.goto("/")
    bell = page.get_by_role("link", name="Notices")
    expect(bell).to_contain_text("2 new")
    for _press in range(3):
        page.keyboard.press("Tab")
    expect(bell).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Mark all as read").press("Enter")
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)
    expect(bell).not_to_contain_text("new")
    assert not Nudge.objects.filter(read_at=None).exists()


def test_a_kind_is_turned_off_and_on_without_javascript(window, analyst):
    page = window(analyst, java_script_enabled=False)
    page.goto(NOTICES)
    page.locator("#kinds ~ ul").get_by_role("button", name="Turn off: A course not begun").click()
    expect(page.get_by_text("is off: no more notices and mails of this kind.")).to_be_visible()
    assert NudgeOff.objects.get().user == analyst
    page.get_by_role("button", name="Turn on: A course not begun").click()
    expect(page.get_by_text("“A course not begun” is on.")).to_be_visible()
    assert not NudgeOff.objects.exists()


def test_the_link_of_the_mail_works_without_signing_in_and_only_when_it_is_pressed(
    browser, live_server, analyst
):
    off = re.search(r"/notices/off/\w+/", mail.outbox[-1].body)[0]
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(off)
    assert not NudgeOff.objects.exists()
    page.get_by_role("button", name="Send me no more of this kind").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    assert NudgeOff.objects.get().user == analyst
    context.close()
