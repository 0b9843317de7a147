"""Who was last seen alive, kept in the broker: worker, beat, and a task that beat sent and a worker ran."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery.beat import Scheduler
from celery.signals import heartbeat_sent

from lms.config.celery import app

KEY = "lms:seen:"
# The worker's own process, beat's loop, and the way from one through the other.
PARTS = ("worker", "beat", "task")


@contextmanager
def broker_client() -> Iterator[Any]:
    """The broker's own client, over whatever kind of URL; raises OSError or its own errors when down."""
    with app.connection_for_write() as connection:
        channel: Any = connection.default_channel
        yield channel.client


def mark(part: str) -> None:
    """Write down that `part` is alive now."""
    with broker_client() as client:
        client.set(KEY + part, repr(time.time()))


def ages() -> dict[str, float | None]:
    """Seconds since each part was last seen; None when never. Raises when the broker is down."""
    now = time.time()
    with broker_client() as client:
        seen = client.mget([KEY + part for part in PARTS])
    return {
        part: round(now - float(value), 1) if value else None for part, value in zip(PARTS, seen, strict=True)
    }


@heartbeat_sent.connect
def worker_is_alive(**kwargs: Any) -> None:
    """Called by the worker's own process, whether or not any task runs."""
    mark("worker")


class MarkingScheduler(Scheduler):
    """Beat's scheduler, in memory: its ticks are static, so there is nothing to keep in a file."""

    # Also the most seconds between two marks.
    max_interval = 5

    def tick(self, *args: Any, **kwargs: Any) -> float:
        delay: float = super().tick(*args, **kwargs)
        mark("beat")
        return delay
