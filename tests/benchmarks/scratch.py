"""A database of the benchmarks' own, beside the user's, which is never opened."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections

from lms.ops.database import as_owner

NAME = "hotline_bench"
# The same tables, to load the same rows by COPY.
COPIED = "hotline_bench_copy"
TEMPLATE = "hotline_bench_template"


@contextmanager
def migrated_template() -> Iterator[None]:
    """Make an empty, migrated database for `scratch` to copy; what an ended run left behind is dropped."""
    own = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = TEMPLATE
    with as_owner():
        drop(COPIED, NAME, TEMPLATE)
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    try:
        yield
    finally:
        connection.close()
        with as_owner():
            connection.creation.destroy_test_db(own, verbosity=0)


@contextmanager
def scratch() -> Iterator[None]:
    """An empty database under NAME that the connection speaks to, and another under COPIED."""
    with as_owner():
        drop(COPIED, NAME)
        administer(f"CREATE DATABASE {NAME} TEMPLATE {TEMPLATE}")
        administer(f"CREATE DATABASE {COPIED} TEMPLATE {TEMPLATE}")
    with speaking_to(NAME):
        yield
    with as_owner():
        drop(COPIED, NAME)


@contextmanager
def speaking_to(name: str) -> Iterator[None]:
    """Point both connections at another database of the server, and back."""
    before = {one.alias: one.settings_dict["NAME"] for one in connections.all()}
    point(dict.fromkeys(before, name))
    try:
        yield
    finally:
        point(before)


def point(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def drop(*names: str) -> None:
    for name in names:
        administer(f"DROP DATABASE IF EXISTS {name}")


def administer(statement: str) -> None:
    """Run a statement that no transaction may hold, outside any database of ours."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)
