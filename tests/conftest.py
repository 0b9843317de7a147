"""Test databases are made, migrated and emptied by the owner; every test runs as the application's role."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases

from lms.ops.database import as_owner
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
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: seeds.put_back(connection))
        yield
    with django_db_blocker.unblock(), as_owner():
        teardown_databases(made, verbosity=0)
