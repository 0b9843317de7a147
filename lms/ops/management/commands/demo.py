import os
import time
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from lms.ops.commands import owner
from lms.ops.database import deployed
from lms.ops.roles import WELFARE_SCHEMA, schema_grants
from lms.people.demo import DEMO_DOMAIN
from welfare.actions.erasing import replay_or_begin

# What one app's demo data leans on comes before it; any further app follows.
ORDER = ("lms.people", "courses", "welfare")


class Command(BaseCommand):
    help = "Load the demo data: the logins, courses and cohorts that `make run` shows on a first start."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="empty the database first; demo mode only")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "Demo data is for demo mode only: unset DATABASE_URL, or set DEMO=1.", returncode=2
            )
        if options["fresh"]:
            refuse_real_data()
            self.stdout.write("Emptying the database ...")
            self._empty()
            replay_or_begin()
        self._load()

    def _empty(self) -> None:
        with owner() as swapped, swapped.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS public, {WELFARE_SCHEMA} CASCADE; CREATE SCHEMA public")
            cursor.execute("; ".join(schema_grants(deployed(swapped))))
        call_command("migrate", verbosity=0, interactive=False)

    def _load(self) -> None:
        started = time.monotonic()
        # All or nothing: a start that was interrupted must not pass for a demo that is there.
        with transaction.atomic():
            for number, (name, load) in enumerate(loaders := _loaders(), start=1):
                self.stdout.write(f"Demo data {number} of {len(loaders)}: {name} ...")
                self.stdout.flush()
                load(password=settings.DEMO_PASSWORD)
        self.stdout.write(f"Demo data loaded in {time.monotonic() - started:.1f} s.")


def refuse_real_data() -> None:
    """DEMO=1 beside a DATABASE_URL may be a slip on a real deployment: only a demo may be emptied there."""
    tables = set(connection.introspection.table_names())
    if "DATABASE_URL" not in os.environ or not tables:
        return
    users = get_user_model().objects
    ours = users.model._meta.db_table in tables and users.exists()
    if not ours or users.exclude(email__iendswith=DEMO_DOMAIN).exists():
        raise CommandError(
            f"The database of DATABASE_URL holds more than demo logins ({DEMO_DOMAIN}) and is not emptied:"
            " unset DATABASE_URL, or empty it yourself.",
            returncode=2,
        )


def _loaders() -> list[tuple[str, Callable[..., None]]]:
    names = sorted((config.name for config in apps.get_app_configs()), key=_rank)
    return [(name, partial(_load_app, name)) for name in names if find_spec(f"{name}.demo")]


def _load_app(name: str, password: str) -> None:
    """What an app has to show, and then, where it says so, people who are at work in it."""
    module = import_module(f"{name}.demo")
    module.load(password=password)
    if hasattr(module, "populate"):
        module.populate()


def _rank(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)
