"""Test databases are made, migrated and emptied by the owner; every test runs as the application's role."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases

from lms.config.celery import app
from lms.ops import chromium
from lms.ops.database import as_owner
from lms.ops.embedded.valkey import Valkey
from lms.ops.heartbeat import broker_client
from tests.moments import CREATE_NEXT_MOMENT
from tests.seeds import Seeds


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Like pytest-django's own, as the owner, who alone may create a database."""
    keep = django_db_keepdb and not django_db_createdb
    with django_db_blocker.unblock(), as_owner():
        made = setup_databases(verbosity=0, interactive=False, keepdb=keep, serialized_aliases=[])
        seeds = Seeds.of(connection)
        with connection.cursor() as cursor:
            cursor.execute(CREATE_NEXT_MOMENT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: seeds.put_back(connection))
        yield
    with django_db_blocker.unblock(), as_owner():
        teardown_databases(made, verbosity=0)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the journeys out where there is no browser; under CI=true `make test` has refused already."""
    if chromium.find() or chromium.required():
        return
    journeys = [item for item in items if item.get_closest_marker("journey")]
    config.hook.pytest_deselected(items=journeys)
    items[:] = [item for item in items if item not in journeys]


@pytest.fixture(scope="session", autouse=True)
def _own_queue() -> None:
    """Tests never wake a `make run` on the same DATA_DIR, whose tasks wait in database 0."""
    number = 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    app.conf.broker_url = Valkey(settings.DATA_DIR).url(number)


@pytest.fixture(scope="session", autouse=True)
def _own_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests neither add to the files of a `make run` on the same DATA_DIR nor sweep them away."""
    settings.MEDIA_DIR = tmp_path_factory.mktemp("media")


@pytest.fixture(scope="session")
def broker(_own_queue: None) -> Valkey:
    """The real broker, started, with an empty queue of this test process's own."""
    server = Valkey(settings.DATA_DIR)
    server.ensure()
    with broker_client() as client:
        client.flushdb()
    return server
