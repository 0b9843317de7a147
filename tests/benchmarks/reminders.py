"""The reminder engine: planning, a pass with nothing to do over so many schedules, opening, a changed default."""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext

from lms.outbox import moves
from tests.benchmarks.mails import (
    SERVERS,
    Workers,
    forget_deliveries,
    handed_over,
    mail_server,
    make_readers,
    sent,
)
from tests.benchmarks.scratch import scratch
from welfare.actions import engine
from welfare.models import Delivery, Occurrence, ReminderDefault, Schedule
from welfare.models.wall import CONNECTION, as_engine, as_officer, database_now

# Of so many schedules this many are worked on; the others have nothing due.
DUE = 500
FILL = """
INSERT INTO welfare_schedule (user_id, cadence, day, at, zone, working_days, quiet_from, quiet_until, holidays,
    follows, mail, tests, planned_until, next_at, revision, rule_version)
SELECT number, 'weekly', 1, '00:00', 'Europe/Lisbon', '{1,2,3,4,5,6,7}', '00:00', '00:00', '', '{rhythm}', 'login', 0,
    current_date + 30, now() + interval '40 days', 0, 1
FROM generate_series(1, %s) AS number
"""
# What such a pass would cost at the least: claiming a row and committing, one transaction each.
BARE = "UPDATE welfare_schedule SET rule_version = rule_version WHERE user_id = %s"


@dataclass
class Measure:
    """One line: so many of a thing in so many seconds, with the statements that the pass took.

    ``ratios`` hold its pace against another's of the same run, by a word for it.
    """

    name: str
    number: int
    seconds: float
    queries: int = 0
    ratios: dict[str, float] = field(default_factory=dict)

    @property
    def a_second(self) -> float:
        return self.number / self.seconds

    def over(self, **others: "Measure") -> "Measure":
        self.ratios = {name: self.a_second / other.a_second for name, other in others.items()}
        return self

    def __str__(self) -> str:
        ratios = "  ".join(f"{ratio:.2f} of {name}" for name, ratio in self.ratios.items())
        return (
            f"{self.name:52}{self.number:>9}{self.seconds:>10.3f} s{self.a_second:>12.1f} a second"
            f"{self.queries or '':>8}  {ratios}"
        )


def measured_reminders(schedules: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Nothing of it is by chance, so that no seed changes it."""
    found = []
    say(f"\n{schedules} schedules")
    with scratch():
        for one in measures(schedules):
            say(str(one))
            found.append({**asdict(one), "a_second": one.a_second})
    return {"schedules": schedules, "measures": found}


def measures(schedules: int) -> Iterator[Measure]:
    due = min(DUE, schedules)
    engine.keep_calendars()
    yield took("filling (not the program's work)", schedules, lambda: fill(schedules))
    yield idle_pass(schedules)
    claimed = took("a bare claim and commit each", due, lambda: bare(due))
    yield claimed
    make_due(range(1, due + 1))
    yield took("planning slots", due, lambda: engine.run_through(engine.plan_batch)).over(bare=claimed)
    yield took("opening with a notice", due, lambda: engine.run_through(engine.open_batch)).over(bare=claimed)
    yield took("claiming mails, a commit each", due, claim_all).over(bare=claimed)
    forget_deliveries()
    yield from mails(due, schedules, claimed)
    change_default()
    only_stale(due)
    yield took("taking up a changed default", due, lambda: engine.run_through(engine.look_again_batch))
    with as_engine():
        if Occurrence.objects.filter(state="open").count() != min((1 + 2 * len(SERVERS)) * due, schedules):
            raise AssertionError("not every reminder that was due is open")


def mails(due: int, schedules: int, claimed: Measure) -> Iterator[Measure]:
    """From due to taken by the server, beside the server's own pace over one connection just before it."""
    make_readers(min((1 + 2 * len(SERVERS)) * due, schedules))
    begin = due + 1
    for kind, handler in SERVERS.items():
        with mail_server(handler) as port:
            handed_over(port, due)
            for workers in (1, 2):
                those = range(begin, min(begin + due, schedules + 1))
                begin += due
                if not those:
                    return
                alone = took(
                    f"mails that a server takes over one line, {kind}", due, partial(handed_over, port, due)
                )
                yield alone
                yield sent_by(workers, those, port).over(server=alone, bare=claimed)


def sent_by(workers: int, those: range, port: int) -> Measure:
    make_due(those)
    team = Workers(workers, port)
    try:
        name = f"reminders from due to taken, {workers} worker{'s' * (workers > 1)}"
        return took(name, len(those), partial(team.send, sent() + len(those)))
    finally:
        team.stop()


def claim_all() -> None:
    while moves.claim(Delivery):
        pass


def took(name: str, number: int, act: Callable[[], Any]) -> Measure:
    started = time.perf_counter()
    act()
    return Measure(name, number, time.perf_counter() - started)


def idle_pass(schedules: int) -> Measure:
    """Its statements are counted in a pass of their own: each is an index look, so many there are."""
    with CaptureQueriesContext(connections[CONNECTION]) as asked:
        engine.run_once()
    measure = took("a pass with nothing to do", schedules, engine.run_once)
    measure.queries = len(asked)
    return measure


def fill(schedules: int) -> None:
    with as_engine(), connections[CONNECTION].cursor() as cursor:
        cursor.execute(FILL, [schedules])
    connections[CONNECTION].cursor().execute("ANALYZE welfare_schedule")


def bare(number: int) -> None:
    for user_id in range(1, number + 1):
        with as_engine(), connections[CONNECTION].cursor() as cursor:
            cursor.execute(BARE, [user_id])


def make_due(those: range) -> None:
    """This week's slot of these logins has come."""
    with as_engine():
        now = database_now()
        monday = now.date() - dt.timedelta(days=now.date().isoweekday() - 1)
        Schedule.objects.filter(user_id__in=those).update(
            planned_until=monday - dt.timedelta(days=1), next_at=now - dt.timedelta(hours=1)
        )


def change_default() -> None:
    with as_officer(0):
        ReminderDefault.objects.create(cadence="weekly", day=2, revision=1)


def only_stale(number: int) -> None:
    with as_engine():
        Schedule.objects.filter(user_id__gt=number).update(revision=1)
