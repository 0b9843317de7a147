"""The page of mails and the reminder's notice in a real Chromium: sound, and by keyboard without JavaScript."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests import cast
from tests.browser import HARDEST, breaches, overflows
from welfare.actions import engine
from welfare.models import Schedule
from welfare.models.wall import as_user

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("journeys"),
]
MAIL = "/checkins/reminders/mail/"


@pytest.fixture(params=[True])
def page(request, browser, chromium_process, live_server, schedule):
    """A window of somebody whom a reminder waits for, with JavaScript or without."""
    analyst = cast.user(email="analyst@test.example")
    schedule(analyst.pk)
    engine.run_once()
    context = browser.new_context(base_url=live_server.url, java_script_enabled=request.param)
    name = settings.SESSION_COOKIE_NAME
    cookie = cast.signed_in(analyst).cookies[name].value
    context.add_cookies([{"name": name, "value": cookie, "url": live_server.url}])
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.analyst = analyst
    yield page
    chromium_process.close_context(context)


def test_the_pages_are_sound(page):
    for path in (MAIL, "/me/notices/", "/checkins/reminders/", "/checkins/who-sees-what/"):
        for width, scheme in HARDEST:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.goto(path)
            assert (path, width, breaches(page)) == (path, width, [])
            assert not overflows(page)


@pytest.mark.parametrize("page", [False], indirect=True, ids=["without JavaScript"])
def test_where_mails_go_is_chosen_by_keyboard(page):
    page.goto(MAIL)
    page.get_by_role("radio", name="to the address I sign in with").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("quiet@elsewhere.example")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    with as_user(page.analyst.pk):
        assert Schedule.objects.get().mail == "private"
