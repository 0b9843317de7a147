"""What /readyz, /metrics and `manage.py doctor` all tell: is everything there, and who is alive."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import structlog
from django.apps import apps
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from lms.ops.embedded.service import ServiceError
from lms.ops.heartbeat import PARTS, ages

log = structlog.get_logger(__name__)
Migration = tuple[str, str]


@dataclass(frozen=True)
class Health:
    """One look at the deployment. Ages are seconds, None for never seen or not to be known."""

    database: bool
    broker: bool
    missing_migrations: list[Migration]
    ages: dict[str, float | None]
    reported: dict[str, Any] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether pages can be served; a worker that is late delays only what may wait.

        After an old backup was restored they cannot, until what was erased since is erased again.
        """
        here = self.database and self.broker and not self.missing_migrations
        return here and not self.reported.get("erasures_to_replay")


def look() -> Health:
    """Ask the database, the broker and every app; never raises."""
    database, missing = _database()
    broker, seen = _broker()
    return Health(database, broker, missing, seen, _told() if database and not missing else {})


def _database() -> tuple[bool, list[Migration]]:
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
    except (Error, ServiceError):
        return False, []
    return True, sorted(_needed() - applied)


@cache
def _needed() -> frozenset[Migration]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.graph.nodes)


def _broker() -> tuple[bool, dict[str, float | None]]:
    # Each kind of broker has errors of its own; any of them means that it does not answer.
    try:
        return True, ages()
    except Exception:
        return False, dict.fromkeys(PARTS)


def _told() -> dict[str, Any]:
    """Nothing where a report cannot be made: what else is known is needed most just then."""
    try:
        return _reports()
    except Error as error:
        log.error("a report of health failed", error=type(error).__name__)
        return {}


def _reports() -> dict[str, Any]:
    """What each app's `health.report()` tells about its own work, for example the oldest due reminder."""
    found: dict[str, Any] = {}
    for report in _reporters():
        found |= report()
    return found


@cache
def _reporters() -> list[Callable[[], dict[str, Any]]]:
    modules = [f"{config.name}.health" for config in apps.get_app_configs() if config.label != "ops"]
    return [import_module(name).report for name in modules if find_spec(name)]
