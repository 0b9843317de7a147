from collections.abc import Iterator
from typing import Any

import pytest

from lms.outbox import transport
from tests.outbox.sink import EMAIL, Sink, running


@pytest.fixture
def sink(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """A mail server of the test's own, which the site sends to; nobody waits long for its answers."""
    monkeypatch.setattr(transport, "ANSWER_SECONDS", 0.5)
    with running() as server:
        for name, value in {**EMAIL, "EMAIL_PORT": server.port, "EMAIL_TIMEOUT": 5}.items():
            setattr(settings, name, value)
        yield server
