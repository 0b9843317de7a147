"""What the tests of lms.web share: registries of their own, and the log as text."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lms.web import home, logs, navigation, notices, permissions, search


@pytest.fixture(autouse=True)
def own_navigation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only Home, and what the test adds: the rules of the apps would ask the database."""
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register("Home", "home", permissions.signed_in, order=0)


@pytest.fixture(autouse=True)
def own_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    """No card but those the test adds."""
    monkeypatch.setattr(home, "_functions", {})


@pytest.fixture(autouse=True)
def own_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    """No notices but those of the test's own sources."""
    monkeypatch.setattr(notices, "_sources", {})


@pytest.fixture(autouse=True)
def own_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """No search box but those the test adds."""
    monkeypatch.setattr(search, "_boxes", {})


@pytest.fixture
def logged() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Call it for the lines logged so far, each as the JSON a server would write."""
    before, level = logging.root.handlers, logging.root.level
    stream = io.StringIO()
    logs.set_up(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.root.handlers = before
    logging.root.setLevel(level)
