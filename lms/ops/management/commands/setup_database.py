from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from lms.ops import powers, roles
from lms.ops.commands import owner
from lms.ops.database import application_role


class Command(BaseCommand):
    help = (
        "Make the application's role and its grants on a real server, as the role of DATABASE_OWNER_URL. "
        "Where that role may not make roles, --print-sql gives the SQL for a superuser."
    )
    # The checks of the models ask a database that may not be there yet.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--print-sql", action="store_true", help="print the SQL and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        names = deployed_roles(settings.DATABASES["default"])
        if options["print_sql"]:
            self.stdout.write(script(names))
            return
        # Read before the swap, which puts the owner's password in its place.
        password = settings.DATABASES["default"]["PASSWORD"]
        with owner() as swapped:
            self.make_roles(swapped, names, password)
            execute(swapped, [*roles.database_grants(names), *roles.schema_grants(names)])
        self.refuse_powers()
        self.stdout.write("The roles are ready: run `manage.py migrate` next.")

    def make_roles(self, swapped: BaseDatabaseWrapper, names: roles.Roles, password: str) -> None:
        known = {name for (name,) in rows(swapped, "SELECT rolname FROM pg_roles")}
        missing = [] if names.application in known else [with_password(swapped, names.application, password)]
        missing += [] if names.welfare in known else roles.welfare_role(names)
        try:
            execute(swapped, missing)
        except ProgrammingError as error:
            raise CommandError(
                f"{names.owner} may not make roles:"
                " have a superuser run what `manage.py setup_database --print-sql` prints.",
                returncode=2,
            ) from error

    def refuse_powers(self) -> None:
        """The second role is worth nothing if it can do what the first one can."""
        if found := powers.beyond(connection):
            raise CommandError(
                "Set DATABASE_URL to a role that owns nothing and may make nothing; of this one: "
                + "; ".join(found)
                + ".",
                returncode=2,
            )


def deployed_roles(database: dict[str, Any]) -> roles.Roles:
    """The names in DATABASE_URL and DATABASE_OWNER_URL; exit status 2 without the latter."""
    if not database.get("OWNER"):
        raise CommandError(
            "Set DATABASE_OWNER_URL to the URL of the role that owns the tables.", returncode=2
        )
    return roles.Roles(
        owner=database["OWNER"]["USER"], application=application_role(connection), database=database["NAME"]
    )


def script(names: roles.Roles) -> str:
    """What a superuser feeds to psql; the passwords are asked for there and stand in no file."""
    database = roles.quoted(names.database)
    lines = [
        "-- psql -f this-file as a superuser; then set both passwords:",
        f"--   \\password {names.owner}",
        f"--   \\password {names.application}",
        *(f"{statement};" for statement in roles.bootstrap(names)),
        f"\\connect {database}",
        *(f"{statement};" for statement in roles.schema_grants(names)),
    ]
    return "\n".join(lines)


def with_password(swapped: BaseDatabaseWrapper, role: str, password: str) -> str:
    """CREATE ROLE with its password hashed here, so that no server's log holds it."""
    raw: Any = swapped.connection
    hashed = raw.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    return f"CREATE ROLE {roles.quoted(role)} LOGIN PASSWORD '{hashed}'"


def rows(asked: BaseDatabaseWrapper, sql: str) -> list[tuple[Any, ...]]:
    with asked.cursor() as cursor:
        cursor.execute(sql)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def execute(asked: BaseDatabaseWrapper, statements: list[str]) -> None:
    with asked.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
