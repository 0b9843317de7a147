from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from lms.ops import grants
from lms.ops.commands import OwnerCommand
from lms.ops.database import application_role


class Command(OwnerCommand, migrate.Command):
    """Django's migrate, run as the owner of the tables; grants the application's role what it needs."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            connection = connections[options["database"]]
            grants.apply(connection, application_role(connection))
