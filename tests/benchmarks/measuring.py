"""Clocks, counters and memory."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Small things are measured again and again; the best run is the one that others disturbed least.
SECONDS_EACH = 1.5
MOST_RUNS = 15


@dataclass
class Queries:
    """How many statements went to the database, and how long it took over them."""

    number: int = 0
    seconds: float = 0.0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            self.number += 1
            self.seconds += time.perf_counter() - started


@contextmanager
def counted() -> Iterator[Queries]:
    queries = Queries()
    with connection.execute_wrapper(queries):
        yield queries


@dataclass
class Timed:
    """The best of several runs in seconds, by the clock and by the processor; queries and result of one.

    Time on the processor is this process's and that of its database session. It hardly depends on what else
    the machine does, which the clock does very much.
    """

    seconds: float = float("inf")
    cpu: float = float("inf")
    queries: Queries = field(default_factory=Queries)
    result: Any = None

    def better(self, other: "Timed") -> "Timed":
        best = min(self, other, key=lambda timed: timed.seconds)
        return replace(best, cpu=min(self.cpu, other.cpu))


def once(act: Callable[[], Any]) -> Timed:
    with counted() as queries:
        started, cpu = time.perf_counter(), cpu_seconds()
        result = act()
        return Timed(time.perf_counter() - started, cpu_seconds() - cpu, queries, result)


def cpu_seconds() -> float:
    """What this process and its database sessions have spent on the processor.

    Without helpers of a parallel plan; a database on another machine leaves this process alone.
    """
    connection.ensure_connection()
    return time.process_time() + sum(map(of_session, connections.all(initialized_only=True)))


def of_session(one: BaseDatabaseWrapper) -> float:
    if one.connection is None:
        return 0
    session = Path(f"/proc/{one.connection.info.backend_pid}/schedstat")
    there = session.exists() and "postgres" in session.with_name("comm").read_text(encoding="ascii")
    return int(session.read_text(encoding="ascii").split()[0]) / 1e9 if there else 0


def best_in_turn(*acts: Callable[[], Any]) -> list[Timed]:
    """The best run of each, taken in turn so that a busy machine is busy for all of them."""
    best = [Timed() for _ in acts]
    until = time.perf_counter() + SECONDS_EACH * len(acts)
    for _ in range(MOST_RUNS):
        best = [timed.better(once(act)) for timed, act in zip(best, acts, strict=True)]
        if time.perf_counter() > until:
            break
    return best


def peak_memory() -> int:
    """The most memory this process ever held, in kB.

    From /proc and not by getrusage, whose number a child inherits from a bigger parent.
    """
    return memory("VmHWM")


def memory_now() -> int:
    """In kB."""
    return memory("VmRSS")


def memory(line: str) -> int:
    for found in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if found.startswith(f"{line}:"):
            return int(found.split()[1])
    raise LookupError(line)
