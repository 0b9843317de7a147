from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from lms.ops import grants
from lms.ops.commands import OwnerCommand


class Command(OwnerCommand, migrate.Command):
    """Django's migrate, run as the owner of the tables; grants the application's role what it needs."""

    def handle(self, *args: Any, **options: Any) -> None:
        using = options["database"]
        application = self.application_role(using)
        with self.owner(using) as connection:
            super().handle(*args, **options)
            if not (options["plan"] or options["check_unapplied"]):
                grants.apply(connection, application)
        connections[using].close()
