"""What commands of the owner share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from lms.ops.database import as_owner
from lms.ops.embedded.service import ServiceError


@contextmanager
def owner(using: str = "default") -> Iterator[BaseDatabaseWrapper]:
    """as_owner for commands: what stands in the way becomes one sentence and exit status 2."""
    try:
        with as_owner(using) as connection:
            connection.ensure_connection()
            yield connection
    except (ImproperlyConfigured, ServiceError) as error:
        raise CommandError(str(error), returncode=2) from error
    except OperationalError as error:
        raise CommandError(f"The database does not answer: {str(error).strip()}", returncode=2) from error


class OwnerCommand(BaseCommand):
    """A command that runs as the owner from its first check on, which asks the database already."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        using = options.get("database") or "default"
        try:
            with owner(using):
                return super().execute(*args, **options)
        finally:
            connections[using].close()
