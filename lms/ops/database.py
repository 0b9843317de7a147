"""Which role the database connection speaks as."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from lms.ops.roles import Roles

# What tells one role's way in from another's.
WAY_IN = ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")


@contextmanager
def as_owner(using: str = "default") -> Iterator[BaseDatabaseWrapper]:
    """Swap the connection to the role that owns the tables, and back; may be nested.

    For migrations, set-up and truncation only. Raises ImproperlyConfigured without DATABASE_OWNER_URL,
    and TransactionManagementError inside a transaction, which a swap would cut in two.
    """
    connection = connections[using]
    owner = connection.settings_dict.get("OWNER")
    if not owner:
        raise ImproperlyConfigured("Set DATABASE_OWNER_URL to the URL of the role that owns the tables.")
    if connection.settings_dict["USER"] == owner["USER"]:
        yield connection
        return
    before = _enter_as(connection, owner)
    try:
        yield connection
    finally:
        _enter_as(connection, before)


def application_role(connection: BaseDatabaseWrapper) -> str:
    """The role the application works as, also while the connection speaks as the owner."""
    role: str = connection.settings_dict.get("APPLICATION") or connection.settings_dict["USER"]
    return role


def deployed(connection: BaseDatabaseWrapper) -> Roles:
    """The roles and database of this connection, which speaks as the owner."""
    found = connection.settings_dict
    return Roles(owner=found["USER"], application=application_role(connection), database=found["NAME"])


def _enter_as(connection: BaseDatabaseWrapper, way_in: dict[str, Any]) -> dict[str, Any]:
    if connection.in_atomic_block:
        raise transaction.TransactionManagementError("The role cannot change inside a transaction.")
    connection.close()
    connection.settings_dict.setdefault("APPLICATION", connection.settings_dict["USER"])
    before = {name: connection.settings_dict[name] for name in WAY_IN}
    connection.settings_dict.update({name: way_in.get(name, {}) for name in WAY_IN})
    return before
