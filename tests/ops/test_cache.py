"""Outside a demo attempts to sign in are counted in Redis, so that every process sees them."""

import base64
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.test import Client

from lms.config.environment import Environment
from lms.ops.embedded.valkey import Valkey
from tests.ops.test_environment import PRODUCTION

WRONG = {"login": "nobody@hotline.example", "password": base64.b64encode(b"wrong").decode()}


@pytest.fixture
def shared(broker: Valkey, monkeypatch, settings, tmp_path) -> Iterator[None]:
    """The cache that a deployment would have, on the broker of the tests."""
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DEMO", raising=False)
    monkeypatch.setenv(
        "CACHE_URL", broker.url(5).replace("redis+socket:", "unix:").replace("virtual_host", "db")
    )
    settings.CACHES = {"default": Environment(tmp_path).cache}
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.mark.django_db
def test_another_process_goes_on_counting(shared, settings):
    for _ in range(5):
        answer = Client().post("/accounts/login/", WRONG)
        # A new process knows nothing but what is in the cache.
        del caches["default"]
    assert "not correct" in answer.content.decode()
    for _ in range(30):
        answer = Client().post("/accounts/login/", WRONG)
        if answer.status_code == 429 or "Too many failed login attempts" in answer.content.decode():
            return
    raise AssertionError("nobody counted")
