"""What an attacker tries with a dump: each linker says of every row whose it is, among those who could have written it.

They are given more than an attacker has: who exactly kept something in a period. A linker that does better
than chance on sealed rows is a leak; each is shown to work on a plain table first.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

PAGE = 1 << 16


@dataclass(frozen=True)
class Row:
    """A row of the attacked table, as a dump and the pages of the table show it; `writer` is the truth."""

    writer: int
    period: str
    xid: int
    place: int
    position: int
    length: int
    mark: bytes
    at: float | None = None


@dataclass(frozen=True)
class Trace:
    """What else the database holds of a login in that period: a reminder that was closed, a session that began."""

    user: int
    xid: int
    place: int
    position: int
    at: float
    usual_length: int


Linker = Callable[[list[Row], list[Trace]], list[int]]
LINKERS: dict[str, Linker] = {}


def linker(name: str) -> Callable[[Linker], Linker]:
    def keep(found: Linker) -> Linker:
        LINKERS[name] = found
        return found

    return keep


def place_of(ctid: str) -> int:
    page, line = ctid.strip("()").split(",")
    return int(page) * PAGE + int(line)


def nearest(
    rows: list[Row], traces: list[Trace], mine: Callable[[Row], Any], theirs: Callable[[Trace], Any]
) -> list[int]:
    return [min(traces, key=lambda trace: abs(theirs(trace) - mine(row))).user for row in rows]


def by_rank(
    rows: list[Row], traces: list[Trace], mine: Callable[[Row], Any], theirs: Callable[[Trace], Any]
) -> list[int]:
    """The first is the first, and so on."""
    users = [trace.user for trace in sorted(traces, key=theirs)]
    order = sorted(range(len(rows)), key=lambda nth: mine(rows[nth]))
    guessed = dict(zip(order, users, strict=False))
    return [guessed.get(nth, users[0]) for nth in range(len(rows))]


@linker("transaction ids, nearest")
def by_transaction(rows: list[Row], traces: list[Trace]) -> list[int]:
    return nearest(rows, traces, lambda row: row.xid, lambda trace: trace.xid)


@linker("transaction ids, in order")
def by_transaction_order(rows: list[Row], traces: list[Trace]) -> list[int]:
    return by_rank(rows, traces, lambda row: row.xid, lambda trace: trace.xid)


@linker("physical order")
def by_place(rows: list[Row], traces: list[Trace]) -> list[int]:
    return by_rank(rows, traces, lambda row: row.place, lambda trace: trace.xid)


@linker("order in the dump")
def by_position(rows: list[Row], traces: list[Trace]) -> list[int]:
    return by_rank(rows, traces, lambda row: row.position, lambda trace: trace.at)


@linker("times")
def by_time(rows: list[Row], traces: list[Trace]) -> list[int]:
    """Rows without a time leave the order of transactions and places to hold against that of visits."""
    return by_rank(rows, traces, lambda row: (row.at or 0, row.xid, row.place), lambda trace: trace.at)


@linker("lengths")
def by_length(rows: list[Row], traces: list[Trace]) -> list[int]:
    """Some are brief and some are not, and a dump of the courses shows who."""
    return by_rank(rows, traces, lambda row: row.length, lambda trace: trace.usual_length)


@linker("marks against numbers of logins")
def by_mark(rows: list[Row], traces: list[Trace]) -> list[int]:
    return by_rank(rows, traces, lambda row: row.mark, lambda trace: trace.user)


def kept_or_not(rows: list[Row], closed: list[Trace]) -> set[int]:
    """Of all who closed a reminder, as many as there are rows: those that closed it right after one was written."""
    writes = sorted(row.xid for row in rows)

    def gap(trace: Trace) -> int:
        return min((trace.xid - xid for xid in writes if xid <= trace.xid), default=1 << 40)

    return {trace.user for trace in sorted(closed, key=lambda trace: (gap(trace), trace.place))[: len(rows)]}


def hits(rows: list[Row], guesses: Iterable[int]) -> int:
    return sum(row.writer == guess for row, guess in zip(rows, guesses, strict=True))
