"""What the tests of lms.web share: registries of their own, and the log as text."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lms.web import home, logs, navigation


@pytest.fixture
def own_navigation(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty navigation that the test fills; the apps' entries come back afterwards."""
    monkeypatch.setattr(navigation, "_entries", {})


@pytest.fixture
def own_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "_functions", {})


@pytest.fixture
def logged() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Call it for the lines logged so far, each as the JSON a server would write."""
    before, level = logging.root.handlers, logging.root.level
    stream = io.StringIO()
    logs.set_up(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.root.handlers = before
    logging.root.setLevel(level)
