"""The site with its demo data on a port of loopback, for all journeys of a module."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, Page

from courses import demo as courses_demo
from lms.ops.database import as_owner
from lms.people import demo as people_demo
from lms.people.models import User
from tests import cast
from tests.browser import Chromium
from tests.seeds import Seeds

PASSWORD = "stapel-lampe-17"


@dataclass(frozen=True)
class Site:
    """Its address without a slash, and the session of each demo login by the first part of its e-mail."""

    url: str
    sessions: dict[str, str]


@contextmanager
def served() -> Iterator[str]:
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    with django_db_blocker.unblock():
        with as_owner():
            seeds = Seeds.of(connection.copy())
        people_demo.load(PASSWORD)
        courses_demo.load(PASSWORD)
        sessions = {
            user.email.split("@")[0]: cast.signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
            for user in User.objects.order_by("pk")
        }
        with served() as url:
            yield Site(url, sessions)
        seeds.put_back()
        seeds.owner.close()


@pytest.fixture
def enter(site: Site, browser: Browser, chromium_process: Chromium) -> Iterator[Callable[..., Page]]:
    """Call it with a login's name ('' for nobody) for a page of its own; options are the browser's."""
    contexts = []

    def page(login: str = "", **options: Any) -> Page:
        # Colours that fade from one scheme to the other would be looked at half-way.
        context = browser.new_context(base_url=site.url, reduced_motion="reduce", **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        if login:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": site.sessions[login], "url": site.url}
            context.add_cookies([cookie])
        return context.new_page()

    yield page
    for context in contexts:
        chromium_process.close_context(context)
