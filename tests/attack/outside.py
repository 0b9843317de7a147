"""What an attacker has beside the database: the application's log, its metrics, all mail; and the same of a plain design.

The plain design logs who asked for what, counts check-ins, and thanks for each by mail: each linker must work on that.
"""

import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.core import mail as django_mail

from lms.ops import metrics
from lms.people.models import User
from lms.web import logs
from tests.attack.linkers import Row, Trace

SERIES = re.compile(r"^(\w+(?:\{[^}]*\})?) (\S+)$", re.MULTILINE)


@dataclass
class Visit:
    """One sign-in, as it lies between two looks at log and metrics; `user` and `kept` are the truth."""

    user: int
    period: str
    kept: bool = False
    lines: list[str] = field(default_factory=list)
    counted: dict[str, float] = field(default_factory=dict)
    plain_lines: list[str] = field(default_factory=list)
    plain_counted: float = 0.0


class Watch:
    """Writes down what leaves the site while somebody is on it."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        logs.set_up(self.stream, level="DEBUG")
        self.visits: list[Visit] = []
        # Who was thanked by mail, in that order, by the plain design.
        self.thanked: dict[str, list[int]] = {}
        self.mails: dict[str, list[tuple[str, str, int]]] = {}

    @contextmanager
    def visit(self, user: User, period: str, *, measured: bool) -> Iterator[Visit]:
        """``measured`` asks for the metrics before and after, as nobody's monitoring would."""
        found = Visit(user.pk, period)
        start, before = self.stream.tell(), scraped() if measured else {}
        yield found
        self.stream.seek(start)
        found.lines = [line for line in self.stream.read().splitlines() if line]
        after = scraped() if measured else {}
        found.counted = {name: after[name] - before.get(name, 0.0) for name in after}
        for path, wanted in (("/", True), ("/checkins/", found.kept)):
            found.plain_lines += [json.dumps({"user": user.pk, "path": path})] if wanted else []
        found.plain_counted = float(found.kept)
        if found.kept:
            self.thanked.setdefault(period, []).append(user.pk)
        self.visits.append(found)

    def take_mails(self, period: str) -> None:
        """Everything that left for a mailbox since the last time: to whom, under which id, how long."""
        box = django_mail.outbox
        taken = [(one.to[0], _id_of(one), len(one.message().as_bytes())) for one in box]
        self.mails.setdefault(period, []).extend(taken)
        box.clear()

    def of(self, period: str) -> list[Visit]:
        return [visit for visit in self.visits if visit.period == period]


def _id_of(one: django_mail.EmailMessage) -> str:
    return str(one.extra_headers.get("Message-ID", ""))


def scraped() -> dict[str, float]:
    return {name: float(value) for name, value in SERIES.findall(metrics.render().decode())}


def by_plain_log(watch: Watch, keepers: set[int], period: str) -> list[Trace]:
    """Who asked for the check-in, in the order of the lines."""
    lines = [json.loads(line) for visit in watch.of(period) for line in visit.plain_lines]
    asked = [line["user"] for line in lines if line["path"] == "/checkins/"]
    return _in_order([user for user in asked if user in keepers])


def by_log(watch: Watch, users: dict[int, User], keepers: set[int], period: str) -> list[Trace]:
    """Who was there, in the order of the lines: by whatever names somebody, else by the order of sign-ins."""
    found: list[int] = []
    for visit in watch.of(period):
        named = named_in(visit.lines, users)
        # The order in which they signed in is in the dump; the log's lines of the home page have the same.
        found.append(named if named else visit.user)
    return _in_order([user for user in found if user in keepers])


def named_in(lines: list[str], users: dict[int, User]) -> int:
    """Whose number or address stands in a line as a value of its own; 0 for nobody's."""
    addresses = {user.email: pk for pk, user in users.items()}
    for line in lines:
        values = {str(value) for value in json.loads(line).values()}
        for value in values & addresses.keys():
            return addresses[value]
        for key, value in json.loads(line).items():
            if key in ("user", "user_id", "login", "person") and value in users:
                return int(value)
    return 0


def by_mail(users: list[int]) -> list[Trace]:
    """In the order in which mail came."""
    return _in_order(list(dict.fromkeys(users)))


def by_message_id(mails: list[tuple[str, str, int]], users: dict[str, int], keepers: set[int]) -> list[Trace]:
    """By the numbers of their mails, and by how long these are."""
    return [
        Trace(users[to], nth, nth, nth, float(nth), size)
        for nth, (to, _number, size) in enumerate(sorted(mails, key=lambda one: one[1]))
        if users.get(to) in keepers
    ]


def _in_order(users: list[int]) -> list[Trace]:
    return [Trace(user, nth, nth, nth, float(nth), 0) for nth, user in enumerate(users)]


def in_order(rows: list[Row], traces: list[Trace]) -> list[int]:
    """The first row by time, by transaction or by place is the first trace's, and so on."""
    order = sorted(range(len(rows)), key=lambda nth: (rows[nth].at or 0, rows[nth].xid, rows[nth].place))
    users = [trace.user for trace in sorted(traces, key=lambda trace: trace.at)]
    guessed = dict(zip(order, users, strict=False))
    return [guessed.get(nth, users[0] if users else 0) for nth in range(len(rows))]


def series(visits: list[Visit]) -> list[str]:
    """The numbers of /metrics that moved in any visit."""
    return sorted({name for visit in visits for name, moved in visit.counted.items() if moved})
