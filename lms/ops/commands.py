"""What commands of the owner share."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from lms.ops.database import application_role, as_owner
from lms.ops.embedded.service import ServiceError


class OwnerCommand(BaseCommand):
    """A command that needs the owner's role; a missing one or a server that fails is one sentence."""

    @contextmanager
    def owner(self, using: str = "default") -> Iterator[BaseDatabaseWrapper]:
        try:
            with as_owner(using) as connection:
                connection.ensure_connection()
                yield connection
        except (ImproperlyConfigured, ServiceError) as error:
            raise CommandError(str(error), returncode=2) from error

    def application_role(self, using: str = "default") -> str:
        """The role of DATABASE_URL, whichever role the connection speaks as now."""
        return application_role(connections[using])
