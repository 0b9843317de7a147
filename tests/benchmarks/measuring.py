"""Clocks, counters and memory."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

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
    """The best of several runs in seconds, the queries of that run, and what it returned."""

    seconds: float = float("inf")
    queries: Queries = field(default_factory=Queries)
    result: Any = None


def once(act: Callable[[], Any]) -> Timed:
    with counted() as queries:
        started = time.perf_counter()
        result = act()
        return Timed(time.perf_counter() - started, queries, result)


def best_in_turn(*acts: Callable[[], Any]) -> list[Timed]:
    """The best run of each, taken in turn so that a busy machine is busy for all of them."""
    best = [Timed() for _ in acts]
    until = time.perf_counter() + SECONDS_EACH * len(acts)
    for _ in range(MOST_RUNS):
        runs = [once(act) for act in acts]
        best = [min(pair, key=lambda timed: timed.seconds) for pair in zip(best, runs, strict=True)]
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
