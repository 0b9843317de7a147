"""Engines that are wrong on purpose, to show that a run finds them. `python -m tests.chaos.run --broken NAME`.

Each is an engine as one might write it: the faults are those of trials, and of books.
"""

import datetime as dt
import time
from collections.abc import Callable

from welfare.actions import engine
from welfare.enums import OccurrenceState
from welfare.models import Notice, Occurrence
from welfare.models.wall import as_engine, database_now

# A moment for a run to kill in.
BETWEEN_SECONDS = 0.05
AHEAD = dt.timedelta(hours=20)


def mark() -> list[int]:
    """Take what is due and write down that it is told; each step commits."""
    with as_engine():
        due = Occurrence.objects.filter(
            state=OccurrenceState.PLANNED, open_from__lte=database_now()
        ).select_for_update(skip_locked=True)
        found = list(due.values_list("pk", flat=True)[: engine.BATCH])
        Occurrence.objects.filter(state=OccurrenceState.OPEN, schedule__occurrences__in=found).update(
            state=OccurrenceState.CLOSED
        )
        Occurrence.objects.filter(pk__in=found).update(state=OccurrenceState.OPEN)
    return found


def tell(found: list[int]) -> None:
    for pk in found:
        time.sleep(BETWEEN_SECONDS)
        with as_engine():
            Notice.objects.bulk_create([Notice(occurrence_id=pk)])


def mark_then_send() -> int:
    """Lost where it is killed between the two."""
    found = mark()
    tell(found)
    return len(found)


def look() -> list[int]:
    """What is due, without a lock: another sees the same."""
    with as_engine():
        due = Occurrence.objects.filter(state=OccurrenceState.PLANNED, open_from__lte=database_now())
        return list(due.values_list("pk", flat=True)[: engine.BATCH])


def send_without_lock() -> int:
    found = look()
    tell(found)
    with as_engine():
        Occurrence.objects.filter(pk__in=found).update(state=OccurrenceState.OPEN)
    return len(found)


def too_early() -> None:
    """By a clock that runs ahead, as that of another machine may."""
    engine.database_now = lambda: database_now() + AHEAD  # type: ignore[attr-defined]


def put_in_place(name: str) -> None:
    """Have this process run the engine of that name."""
    batches: dict[str, Callable[[], int]] = {
        "mark_then_send": mark_then_send,
        "send_without_lock": send_without_lock,
    }
    if name == "too_early":
        too_early()
    else:
        engine.open_batch = batches[name]
