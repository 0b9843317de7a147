"""A real Chromium against a real server on loopback, signed in without the cost of a password."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from lms.ops import chromium
from lms.people.models import User
from tests import cast


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # The browser's driver runs an event loop in this thread, where Django would refuse the database.
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        running = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def window(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Call it with a login for a window of that person's; more arguments are the browser's own."""
    contexts = []

    def open_window(login: User, **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        session = cast.signed_in(login).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        context.set_default_timeout(15_000)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
