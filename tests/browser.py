"""One Chromium for each test process, closed in bounded time, and what axe finds on a page."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import product
from pathlib import Path

import axe_core_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from lms.ops import chromium

AXE = Path(axe_core_python.__file__).with_name("axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Width in pixels and colour scheme that a page is looked at in: the hardest with every change, the others in
# `make journeys`.
LOOKS = [
    (360, "dark"),
    *(
        pytest.param(*look, marks=pytest.mark.long)
        for look in ((1280, "light"), (360, "light"), (1280, "dark"))
    ),
]
# With JavaScript with every change, without it in `make journeys`.
WITH_AND_WITHOUT = [
    pytest.param(True, id="with JavaScript"),
    pytest.param(False, id="without", marks=pytest.mark.long),
]
# The same for what looks at many pages in one test.
HARDEST = [(360, "dark")]
EVERY = list(product((360, 1280), ("light", "dark")))
RUN = """options => axe.run({...options, resultTypes: ['violations']}).then(result =>
  result.violations.map(breach => `${breach.id}: ${breach.nodes[0].html}`))"""
# Seconds that closing may take; Playwright itself would wait for ever.
CLOSING = 10


class Chromium:
    """The browser of this process and its driver: started when first asked for, replaced when it died."""

    def __init__(self) -> None:
        before = children(os.getpid())
        self._playwright = sync_playwright().start()
        self.drivers = children(os.getpid()) - before
        self._browser: Browser | None = None

    @property
    def browser(self) -> Browser:
        if self._browser is None or not self._browser.is_connected():
            self._browser = self.launch()
        return self._browser

    def launch(self) -> Browser:
        """Another browser beside the shared one, for a test that will kill it."""
        # Chromium's own sandbox is refused to root and in most containers.
        return self._playwright.chromium.launch(
            executable_path=chromium.find(), args=["--no-sandbox"], timeout=60_000
        )

    def close_context(self, context: BrowserContext) -> None:
        # Where the browser died there is nothing left to close.
        with bounded(CLOSING, self.kill_browsers), suppress(Error):
            context.close()

    def stop(self, seconds: float = CLOSING) -> None:
        with bounded(seconds, self.kill):
            if self._browser is not None and self._browser.is_connected():
                self._browser.close()
            self._playwright.stop()

    def browsers(self) -> set[int]:
        """The first process of each browser that runs."""
        return {pid for driver in self.drivers for pid in children(driver)}

    def kill_browsers(self) -> None:
        kill(*(pid for driver in self.drivers for pid in descendants(driver)))

    def kill(self) -> None:
        self.kill_browsers()
        kill(*self.drivers)


@contextmanager
def bounded(seconds: float, end: Callable[[], None]) -> Iterator[None]:
    """Call ``end`` from another thread once the time is over; what fails because of that is no error."""
    fired = threading.Event()

    def fire() -> None:
        fired.set()
        end()

    watch = threading.Timer(seconds, fire)
    watch.daemon = True
    watch.start()
    try:
        yield
    except Exception:
        if not fired.is_set():
            raise
    finally:
        watch.cancel()


def children(pid: int) -> set[int]:
    """The processes that any thread of this one started and that still run."""
    found: set[int] = set()
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found |= set(map(int, listed.read_text().split()))
    return found


def descendants(pid: int) -> list[int]:
    """Children before their children, so that nobody is left to start another."""
    return [one for child in children(pid) for one in (child, *descendants(child))]


def kill(*pids: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


_running: Chromium | None = None


@contextmanager
def started() -> Iterator[Chromium]:
    """The Chromium of this process: the one that runs, or one that ends with this block.

    A second driver in one thread is refused by Playwright, whose loop runs there until the first ends.
    """
    global _running
    if _running is not None:
        yield _running
        return
    _running = Chromium()
    try:
        yield _running
    finally:
        ending, _running = _running, None
        ending.stop()


@contextmanager
def launched() -> Iterator[Browser]:
    """Its browser."""
    with started() as running:
        yield running.browser


def lose(page: Page) -> None:
    """Close a page as a crash would. One that is offline is online for a moment at its end, and would send."""
    page.evaluate("() => { window.fetch = () => new Promise(() => {}) }")
    page.context.close()


def breaches(page: Page, rule: str = "") -> list[str]:
    """What breaks the rules of axe, or one rule of it; works under any policy, but not without JavaScript.

    The script comes in through the debugger, which no policy binds.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    return page.evaluate(RUN, {"runOnly": [rule] if rule else RULES})


def overflows(page: Page) -> bool:
    """Whether the page has to be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
