"""What is over goes, and what is left is written again, so that no row tells when somebody did something."""

from typing import Any

import structlog
from django.db import OperationalError, connections, models
from psycopg.errors import LockNotAvailable

from lms.outbox.states import LEASED
from welfare.enums import OccurrenceState
from welfare.models import Delivery, Leave, Notice, Occurrence, Schedule
from welfare.models.wall import CONNECTION, as_engine, as_rewriter

# Rows a transaction, as the engine has it.
BATCH = 500
KEEP_DAYS = 14
# Parents first: whoever writes begins with the schedule, so that nobody waits for us who holds what we want.
REWRITTEN: list[type[models.Model]] = [Schedule, Leave, Occurrence, Notice, Delivery]
# Shorter than the database's patience with a deadlock: whoever writes never loses to us.
PATIENCE, ATTEMPTS = "500ms", 5
# The last local day of an occurrence's period by its key (welfare/kinds/periods.py); of one without a period
# the day it is due. One that was told later than that, after leave or an outage, is kept from then on: else it
# would be gone within the hour. What is planned is kept: it was not told yet. What is being sent goes the next time.
FORGOTTEN = """
SELECT o.id FROM welfare_occurrence o
WHERE o.state <> %(planned)s
  AND NOT EXISTS (SELECT FROM welfare_delivery d WHERE d.occurrence_id = o.id AND d.state = ANY(%(leased)s))
  AND greatest((o.open_from AT TIME ZONE 'UTC')::date, CASE substr(o.slot_key, 1, 1)
        WHEN 'W' THEN substr(o.slot_key, 2, 10)::date + 6
        WHEN 'F' THEN substr(o.slot_key, 2, 10)::date + 13
        WHEN 'M' THEN (to_date(substr(o.slot_key, 2, 7), 'YYYY-MM') + interval '1 month')::date - 1
        WHEN 'Q' THEN (to_date(substr(o.slot_key, 2, 7), 'YYYY-MM') + interval '3 months')::date - 1
        ELSE (coalesce(o.due_at, o.open_from) AT TIME ZONE 'UTC')::date
      END) < (clock_timestamp() AT TIME ZONE 'UTC')::date - %(days)s
ORDER BY o.id LIMIT %(batch)s
"""
# Sent or cancelled would tell who was quicker than the mail. Its newest mail is enough to end mails by.
PASSED = """
SELECT d.id FROM welfare_delivery d JOIN welfare_occurrence o ON o.id = d.occurrence_id
WHERE o.state = %(closed)s AND NOT d.state = ANY(%(leased)s)
  AND EXISTS (
    SELECT FROM welfare_occurrence n JOIN welfare_notice t ON t.occurrence_id = n.id
    WHERE n.schedule_id = o.schedule_id AND n.open_from > o.open_from
  )
ORDER BY d.id LIMIT %(batch)s
"""
# Of all tables together: a row written since the last time, or one that is alone with its number.
CHANGED = " UNION ALL ".join(f"SELECT xmin::text AS x FROM {model._meta.db_table}" for model in REWRITTEN)  # noqa: S608 - constants

log = structlog.get_logger(__name__)


def forget() -> int:
    """Remove what is over for two weeks, and mails that a newer one followed; how many rows were named.

    Test messages are counted anew.
    """
    with as_engine():
        Schedule.objects.filter(tests__gt=0).update(tests=0)
    return _through(PASSED, Delivery) + _through(FORGOTTEN, Occurrence)


def rewrite() -> bool:
    """Write all rows in random order in one transaction, if any was written since; whether that was done.

    Afterwards neither place nor transaction number tell which row was written when, or beside what else.
    Whoever is writing goes before; after some attempts it is left to the next time.
    """
    for _attempt in range(ATTEMPTS):
        try:
            return _rewrite()
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            log.info("the rewriting gave way")
    return False


def _through(which: str, model: type[models.Model]) -> int:
    done = 0
    while found := _remove(which, model):
        done += found
    return done


def _remove(which: str, model: type[models.Model]) -> int:
    asked: dict[str, Any] = {
        "planned": OccurrenceState.PLANNED.value,
        "closed": OccurrenceState.CLOSED.value,
        "leased": [state.value for state in LEASED],
        "days": KEEP_DAYS,
        "batch": BATCH,
    }
    with as_engine(), connections[CONNECTION].cursor() as cursor:
        cursor.execute(which, asked)
        ids = [row[0] for row in cursor.fetchall()]
        model._default_manager.filter(pk__in=ids).delete()
    return len(ids)


def _rewrite() -> bool:
    with as_rewriter(), connections[CONNECTION].cursor() as cursor:
        cursor.execute(f"SELECT count(DISTINCT x) > 1 OR count(*) = 1 FROM ({CHANGED}) AS rows")  # noqa: S608 - constants
        changed = bool(cursor.fetchone()[0])
        if changed:
            tables = ", ".join(model._meta.db_table for model in REWRITTEN)
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            cursor.execute(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")
            for model in REWRITTEN:
                cursor.execute(_again(model))
    return changed


def _again(model: type[models.Model]) -> str:
    """A deleted row is gone at once for the indexes, so that both halves may be one statement."""
    table = model._meta.db_table
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    return (
        f"WITH gone AS (DELETE FROM {table} RETURNING {columns})"  # noqa: S608 - names of our own
        f" INSERT INTO {table} ({columns}) SELECT {columns} FROM gone ORDER BY random()"
    )
