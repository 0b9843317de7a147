"""A real Chromium against a real server on loopback, signed in without the cost of a password."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from lms.people.models import User
from tests import cast
from tests.browser import Chromium


@pytest.fixture
def window(browser: Browser, chromium_process: Chromium, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Call it with a login for a window of that person's; more arguments are the browser's own."""
    contexts = []

    def open_window(login: User | None, **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        for cookie in cast.signed_in(login).cookies.values():
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        context.set_default_timeout(15_000)
        return context.new_page()

    yield open_window
    for context in contexts:
        chromium_process.close_context(context)
