"""Chromium for the journeys, and what axe finds on a page."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import axe_core_python
from playwright.sync_api import Browser, Page, sync_playwright

from lms.ops import chromium

AXE = Path(axe_core_python.__file__).with_name("axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """options => axe.run({...options, resultTypes: ['violations']}).then(result =>
  result.violations.map(breach => `${breach.id}: ${breach.nodes[0].html}`))"""


@contextmanager
def launched() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Chromium's own sandbox is refused to root and in most containers.
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        yield browser
        browser.close()


def breaches(page: Page, rule: str = "") -> list[str]:
    """What breaks the rules of axe, or one rule of it; works without JavaScript and under any policy.

    The script comes in through the debugger, which neither binds.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    return page.evaluate(RUN, {"runOnly": [rule] if rule else RULES})


def overflows(page: Page) -> bool:
    """Whether the page has to be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
