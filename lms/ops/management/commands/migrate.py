from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from lms.ops import grants
from lms.ops.commands import OwnerCommand
from lms.ops.database import deployed


class Command(OwnerCommand, migrate.Command):
    """Django's migrate, run as the owner of the tables; grants the application's role what it needs."""

    def handle(self, *args: Any, **options: Any) -> None:
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        connection = connections[options["database"]]
        names = deployed(connection)
        grants.make_welfare_schema(connection, names)
        try:
            super().handle(*args, **options)
        finally:
            # A migration that failed half-way must not leave a door open that an earlier one made.
            grants.apply(connection, names)
