"""The ways somebody is cut off: each does what was wanted and breaks something at a moment left to chance."""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import connection
from playwright.sync_api import Error

if TYPE_CHECKING:
    from tests.journeys.whole.walk import Walk

Step = Callable[[], object]
Cut = Callable[["Walk", Step, Step], None]
QUIET = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND (state <> 'idle' OR state_change > now() - interval '0.2 s')"
)


def settled(seconds: float = 15) -> None:
    """Wait until the server has done what was sent before somebody was cut off."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(QUIET)
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.1)


def moment(walk: "Walk") -> None:
    time.sleep(walk.chance.random() * 0.2)


def close_window(walk: "Walk", do: Step, confirmed: Step) -> None:
    """the window closed without a word"""
    do()
    moment(walk)
    walk.leave()


def crash_page(walk: "Walk", do: Step, confirmed: Step) -> None:
    """the page crashed"""
    do()
    moment(walk)
    with contextlib.suppress(Error):
        walk.page.goto("chrome://crash", timeout=5_000)
    walk.leave()


def kill_browser(walk: "Walk", do: Step, confirmed: Step) -> None:
    """the browser killed"""
    do()
    moment(walk)
    for pid in walk.own_processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 15
    while walk.browser.is_connected() and time.monotonic() < deadline:
        # Playwright hears of it only while it is asked something.
        with contextlib.suppress(Error):
            walk.page.wait_for_timeout(50)
    walk.browser = None


def lose_the_line(walk: "Walk", do: Step, confirmed: Step) -> None:
    """the network cut, and the window closed"""
    walk.page.context.set_offline(True)
    do()
    moment(walk)
    walk.leave()


def lose_the_line_for_a_while(walk: "Walk", do: Step, confirmed: Step) -> None:
    """the network cut, and back"""
    walk.page.context.set_offline(True)
    do()
    moment(walk)
    walk.page.wait_for_timeout(walk.chance.randrange(1500))
    walk.page.context.set_offline(False)
    confirmed()
    walk.confirm()
    walk.leave()


def kill_server(walk: "Walk", do: Step, confirmed: Step) -> None:
    """the server killed and started again"""
    do()
    moment(walk)
    walk.server.kill()
    walk.page.wait_for_timeout(walk.chance.randrange(500))
    walk.server.start()
    # A page that was on its way to the next one found no server; all others send again.
    if not walk.page.url.startswith("chrome-error:"):
        with contextlib.suppress(Error, AssertionError):
            confirmed()
            walk.confirm()
    walk.leave()


CUTS: dict[str, Cut] = {
    cut.__name__: cut
    for cut in (
        close_window,
        crash_page,
        kill_browser,
        lose_the_line,
        lose_the_line_for_a_while,
        kill_server,
    )
}
