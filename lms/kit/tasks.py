"""The only way to declare a Celery task: a wake-up that carries no facts and may come twice or never."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TypeAlias

import structlog
from celery import Task, shared_task
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

# Celery's Task takes types for the checker only.
WakeUp: TypeAlias = "Task[[], None]"

log = structlog.get_logger(__name__)


@dataclass
class Ticks:
    """How often beat wakes which task; the Celery application reads this once all tasks are known."""

    every: dict[str, timedelta] = field(default_factory=dict)


ticks = Ticks()


# From the soft limit, which work can still end by itself, to the one that ends its process.
LAST_SECONDS = 30


def task(
    *, name: str, every: timedelta | None = None, most: timedelta | None = None
) -> Callable[[Callable[[], None]], WakeUp]:
    """Make a function without parameters a task; with `every`, beat wakes it that often.

    `most` is a time limit of its own, for work that cannot be parted. Beyond the broker's visibility timeout
    it comes a second time while it runs: that one has to find the work taken.

    Raises TypeError for a function with parameters: what is to be done stands in a row, where it survives
    the broker, and the task claims it there.
    """

    def declare(function: Callable[[], None]) -> WakeUp:
        if inspect.signature(function).parameters:
            raise TypeError(f"{name} takes parameters: write a row and let the task claim it")
        if every:
            ticks.every[name] = every
        seconds = most.seconds if most else settings.CELERY_TASK_SOFT_TIME_LIMIT
        limited = shared_task(name=name, soft_time_limit=seconds, time_limit=seconds + LAST_SECONDS)
        made: WakeUp = limited(function)
        return made

    return declare


def nudge(woken: WakeUp) -> None:
    """Wake a task once the running transaction is committed, at once outside of one.

    Never raises for a broker that is down: the task's own tick finds the row later.
    """
    transaction.on_commit(partial(_send, woken))


def _send(woken: WakeUp) -> None:
    try:
        woken.apply_async(retry=False)
    except (OperationalError, OSError):
        log.warning("nudge not sent, the next tick will find the work", task=woken.name)
