"""What the attacker holds: the rows of a table as a dump and its pages show them, and the traces of logins beside them."""

from pathlib import Path

from tests.attack.linkers import Row, Trace, place_of
from tests.attack.school import Site

# In the order in which COPY, and so a dump, writes them.
SEALED = "SELECT xmin::text::bigint, ctid::text, period, mark, length(sealed) FROM welfare.sealed_answer"
REFLECTIONS = (
    "SELECT xmin::text::bigint, ctid::text, 'once', mark, length(sealed) FROM courses_keptreflection"
)
PLAIN = "SELECT xmin::text::bigint, ctid::text, period, mark, length(answers), created_at FROM plain"
CLOSED = """
SELECT s.user_id, o.xmin::text::bigint, o.ctid::text, o.slot_key, u.last_login
FROM welfare.welfare_occurrence o JOIN welfare.welfare_schedule s ON s.id = o.schedule_id
JOIN people_user u ON u.id = s.user_id WHERE o.state = 'closed'
"""
SIGNED_IN = (
    "SELECT id, xmin::text::bigint, ctid::text, last_login FROM people_user WHERE last_login IS NOT NULL"
)


def rows_of(site: Site, sql: str, writers: dict[bytes, int]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for position, (xid, ctid, period, mark, length, *at) in enumerate(site.cluster.ask(sql)):
        when = at[0].timestamp() if at else None
        row = Row(writers[bytes(mark)], period, xid, place_of(ctid), position, length, bytes(mark), when)
        found.setdefault(period, []).append(row)
    return found


def closings(site: Site) -> dict[str, list[Trace]]:
    """By period: reminders that were closed, by whose they are."""
    found: dict[str, list[Trace]] = {}
    for position, (user, xid, ctid, slot, last) in enumerate(site.cluster.ask(CLOSED)):
        # A session of that month is gone by now; the order of closings is the order of visits.
        at = last.timestamp() if slot == max(site.closed) else float(xid)
        found.setdefault(slot, []).append(_trace(site, user, xid, ctid, position, at))
    return found


def sign_ins(site: Site) -> list[Trace]:
    found = enumerate(site.cluster.ask(SIGNED_IN))
    return [
        _trace(site, user, xid, ctid, position, at.timestamp()) for position, (user, xid, ctid, at) in found
    ]


def _trace(site: Site, user: int, xid: int, ctid: str, position: int, at: float) -> Trace:
    return Trace(user, xid, place_of(ctid), position, at, site.lengths.get(user, 0))


def of_keepers(traces: list[Trace], keepers: set[int]) -> list[Trace]:
    return [trace for trace in traces if trace.user in keepers]


def write_ahead_log(site: Site) -> bytes:
    """The raw bytes of pg_wal, oldest first."""
    site.cluster.ask("CHECKPOINT")
    names = site.cluster.ask("SELECT name FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$' ORDER BY name")
    folder: Path = site.cluster.data / "pg_wal"
    return b"".join((folder / name).read_bytes() for (name,) in names)


def by_log(site: Site, rows: list[Row], log: bytes) -> list[int]:
    """Whose session was written last before the row first was."""
    began = {user: log.find(key.encode()) for user, key in site.sessions.items()}
    known = sorted((position, user) for user, position in began.items() if position >= 0)
    return [_last_before(known, log.find(row.mark)) for row in rows]


def _last_before(known: list[tuple[int, int]], position: int) -> int:
    before = [user for began, user in known if began < position]
    return before[-1] if before else 0
