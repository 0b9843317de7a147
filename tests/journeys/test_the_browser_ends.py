"""The tests' own browser: a driver or a browser that hangs is ended, and one that died is replaced."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
# A process of its own: there can be one driver in a thread.
SCRIPT = """
import os, signal, sys
from tests.browser import Chromium, children, descendants
running = Chromium()
page = running.browser.new_page()
(driver,) = running.drivers
(browser, *_) = children(driver)
print(driver, *descendants(driver), flush=True)
"""
STOPPED = """
os.kill({who}, signal.SIGSTOP)
running.stop(seconds=1)
"""
CONTEXT = """
os.kill(browser, signal.SIGSTOP)
from tests import browser as module
module.CLOSING = 1
running.close_context(page.context)
print(running.browser.new_page().evaluate("6 * 7"))
running.stop()
"""
KILLED = """
os.kill(browser, signal.SIGKILL)
running.close_context(page.context)
print(running.browser.new_page().evaluate("6 * 7"))
running.stop()
"""


def run(script: str) -> tuple[list[int], str]:
    """The processes it started, and what it said in the end."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT + script],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    first, *rest = done.stdout.splitlines()
    return [int(pid) for pid in first.split()], "".join(rest)


def alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("who", ["driver", "browser"])
def test_what_hangs_while_it_is_stopped_is_killed(who):
    started, _said = run(STOPPED.format(who=who))
    assert len(started) > 2
    assert not [pid for pid in started if alive(pid)]


@pytest.mark.parametrize("script", [CONTEXT, KILLED], ids=["hung", "killed"])
def test_a_browser_that_ended_is_replaced(script):
    started, said = run(script)
    assert said == "42"
    assert not [pid for pid in started if alive(pid)]
