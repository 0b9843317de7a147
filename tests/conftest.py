"""Test databases are made, migrated and emptied by the owner; every test runs as the application's role."""

import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.template.base import Template
from django.test import TransactionTestCase
from django.test.signals import template_rendered
from django.test.utils import setup_databases, teardown_databases
from django.utils.safestring import SafeString
from playwright.sync_api import Browser, expect

from lms.config.celery import app
from lms.ops import chromium
from lms.ops.database import as_owner
from lms.ops.embedded.valkey import Valkey
from lms.ops.heartbeat import broker_client
from tests.browser import Chromium, started
from tests.moments import CREATE_NEXT_MOMENT
from tests.seeds import Seeds

# Every page may look behind the wall: the home page says whether a check-in waits.
TransactionTestCase.databases = frozenset(settings.DATABASES)
# The browser's driver runs an event loop in the tests' own thread from its first use to the end of the
# session, and Django refuses the database to a thread with a loop. No test of ours awaits anything.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
# Nobody takes the power away in the middle of a test, and killed servers lose nothing by it. Emptied tables
# are new files, and every checkpoint would wait for all of them to reach the disk.
os.environ.setdefault("EMBEDDED_POSTGRES", "fsync=off")
# Milliseconds: a machine that does other work too is slow, not wrong.
expect.set_options(timeout=15_000)


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
        seeds = Seeds.of(connection.copy())
        with connection.cursor() as cursor:
            cursor.execute(CREATE_NEXT_MOMENT)
            # Nobody takes the power away in the middle of a test; those that kill a server have their own.
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit TO off")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: seeds.put_back())
        yield
    with django_db_blocker.unblock():
        # A database is not dropped while somebody looks at it, and two connections did.
        connections.close_all()
        seeds.owner.close()
        with as_owner():
            teardown_databases(made, verbosity=0, keepdb=keep)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the journeys out where there is no browser; under CI=true `make test` has refused already."""
    if chromium.find() or chromium.required():
        return
    journeys = [item for item in items if item.get_closest_marker("journey")]
    config.hook.pytest_deselected(items=journeys)
    items[:] = [item for item in items if item not in journeys]


@pytest.fixture(scope="session", autouse=True)
def _told_once_a_page(django_test_environment: None) -> Iterator[None]:
    """Django keeps the context of every template for a test, of each part of a page too: a fifth of the time
    of a test that asks for pages. That of the page itself is enough for ``response.context``.
    """

    def render(template: Template, context: Any) -> SafeString:
        if context.template is template:
            template_rendered.send(sender=template, template=template, context=context)
        return template.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_queue() -> None:
    """Tests never wake a `make run` on the same DATA_DIR, whose tasks wait in database 0."""
    number = 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    app.conf.broker_url = Valkey(settings.DATA_DIR).url(number)


@pytest.fixture(scope="session", autouse=True)
def _own_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests neither add to the files of a `make run` on the same DATA_DIR nor sweep them away."""
    settings.MEDIA_DIR = tmp_path_factory.mktemp("media")
    settings.REGISTERS_DIR = tmp_path_factory.mktemp("registers")


@pytest.fixture(autouse=True)
def _own_erasures(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of its own for each test, whose database begins anew as well."""
    monkeypatch.setattr(settings, "ERASURE_LIST", settings.MEDIA_DIR / f"erasures-{uuid.uuid4().hex}")


@pytest.fixture(scope="session")
def broker(_own_queue: None) -> Valkey:
    """The real broker, started, with an empty queue of this test process's own."""
    server = Valkey(settings.DATA_DIR)
    server.ensure()
    with broker_client() as client:
        client.flushdb()
    return server


@pytest.fixture(scope="session")
def chromium_process() -> Iterator[Chromium]:
    """One Chromium for all that this test process does in a browser."""
    with started() as running:
        yield running


@pytest.fixture
def browser(chromium_process: Chromium) -> Browser:
    """The shared browser; where a test before this one ended it, another."""
    return chromium_process.browser


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests have to tell beside whether they passed, past xdist: seeds and counts."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, words in report.user_properties:
                if name == "told" and report.when == "call":
                    terminalreporter.write_line(words)
