"""One run: servers, processes, people, faults round by round, and the judgement at the end."""

import contextlib
import datetime as dt
import os
import pickle
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from kombu.exceptions import OperationalError

from tests.chaos import officers, people
from tests.chaos.audit import EVENTS, MAILS, install, mark
from tests.chaos.cluster import Cluster
from tests.chaos.faults import AMONG_HOLIDAYS, FAULTS
from tests.chaos.mails import Mail, MailVerdict, judge_mails, of_invitations, write_mails
from tests.chaos.network import PLACES
from tests.chaos.parts import Part, Parts
from tests.chaos.postbox import Postbox
from tests.chaos.truth import Verdict, judge

SETTLED_SECONDS = 240.0
SETTLING_TURNS = 10
INSISTED_SECONDS = 60.0
# As many as a mail has tries.
MAIL_TURNS = 5
# One of so many does something in a round.
LIVELY = 50
MAIL_SECONDS = 120.0
MAIL_TABLES = ("people_invitationmail", "welfare.welfare_delivery")
MINUTE = dt.timedelta(minutes=1)
QUARTER = 15 * MINUTE
HOUR_LATER = dt.timedelta(minutes=75)
NEWEST = """greatest((SELECT max(revision) FROM welfare.welfare_reminderdefault),
                   (SELECT max(revision) FROM welfare.welfare_holidaycalendar))"""
DUE = f"""
SELECT (SELECT count(*) FROM welfare.welfare_schedule WHERE next_at <= clock_timestamp())
     + (SELECT count(*) FROM welfare.welfare_schedule WHERE revision < {NEWEST})
     + (SELECT count(*) FROM welfare.welfare_occurrence WHERE state = 'planned' AND open_from <= clock_timestamp())
"""


class World:
    """Everything that a run has, for the faults to harm."""

    def __init__(self, *, seed: int, number: int, mode: str, stay: tuple[str, ...], broken: str = "") -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a run that can be repeated
        self.people = number
        self.cluster = Cluster(settings.DATA_DIR)
        folder = Path(settings.DATA_DIR) / "chaos"
        self.postbox = Postbox(folder / "post", dict(os.environ))
        environment = os.environ | {
            "EMAIL_URL": f"smtp://127.0.0.1:{self.postbox.port}",
            "OUTBOX_UNCERTAIN": mode,
            "CHAOS_BROKEN": broken,
        }
        self.parts = Parts(environment, folder / "logs", stay)
        self.mode = mode
        self.done: Counter[str] = Counter()
        self.keepers: list[subprocess.Popen[bytes]] = []
        self.rounds = self.edited = 0

    def start(self) -> None:
        self.cluster.start()
        connections["default"].ensure_connection()
        install(self.cluster.ask)
        self.on(dt.timedelta())
        officers.begin_network(self.chance)
        people.begin_all(self.people, self.chance)
        self.postbox.start()
        self.parts.heal()

    def part(self, name: str, chance: random.Random) -> Part:
        """One of its kind; a one-shot is begun for it."""
        if name == "oneshot":
            return self.parts.start("oneshot")
        return self.parts.running[chance.choice([one for one in self.parts.stay if one.startswith(name)])]

    def broker(self, *words: str) -> Any:
        from lms.ops.heartbeat import broker_client

        self.cluster.valkey.ensure()
        with broker_client() as client:
            return client.execute_command(*words)

    def insist(self, work: Callable[[], Any]) -> None:
        """As somebody who presses again after an error page, until it is done; no more than a minute."""
        deadline = time.monotonic() + INSISTED_SECONDS
        while True:
            try:
                work()
            except DatabaseError:
                connections.close_all()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def write_mails(self) -> None:
        self.insist(write_mails)

    # --- time
    def on(self, by: dt.timedelta) -> None:
        """Move the clock in one step, to two minutes after a quarter: nothing comes due while a round runs."""
        then = self.cluster.now() + by
        over = dt.timedelta(minutes=then.minute % 15, seconds=then.second, microseconds=then.microsecond)
        mark(self.cluster.ask, "shift")
        self.cluster.jump(by + QUARTER - over + 2 * MINUTE)

    # --- a round
    def round(self, by: dt.timedelta, faults: list[str]) -> None:
        """Time passes, faults happen while there is work, all is mended, and all must then be done."""
        self.rounds += 1
        self.on(by)
        self.write_mails()
        self.live()
        for name in faults:
            self.harm(name)
        self.heal()
        self.settle()

    def live(self) -> None:
        """Meanwhile some come and answer, put off, or ask for a date."""
        for _nth in range(self.people // LIVELY):
            by, act = people.somebody(self.chance, self.people), self.chance.choice(people.ORDINARY)
            self.insist(lambda by=by, act=act: act(by, self.chance))

    def holidays(self) -> None:
        """Officers edit holidays while nothing is due; somebody is killed while all take them up."""
        self.insist(lambda: officers.edit_holidays(self.chance))
        for name in self.chance.sample(AMONG_HOLIDAYS, 2):
            self.harm(name)
        self.heal()
        self.wait_until_done()
        self.edited += 1

    def harm(self, name: str) -> None:
        with contextlib.suppress(OperationalError, OSError):
            FAULTS[name](self, self.chance)
            self.done[name] += 1
        self.heal_some()

    def heal_some(self) -> None:
        """Most of the time the dead come back soon; sometimes the next fault finds them still dead."""
        if self.chance.random() < 0.7:
            self.heal()

    def heal(self) -> None:
        self.cluster.postgres.ensure()
        self.cluster.valkey.ensure()
        for pid in self.cluster.backends():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        self.postbox.set_mood("well")
        self.postbox.start()
        self.parts.heal()

    def wait_until_done(self) -> None:
        deadline = time.monotonic() + SETTLED_SECONDS
        while self.cluster.ask(DUE)[0][0]:
            if time.monotonic() > deadline:
                raise TimeoutError("what is due was not done in time: see the logs of the run")
            time.sleep(0.1)

    # --- the end
    def end(self) -> tuple[Verdict, MailVerdict]:
        """Stop everybody, then judge."""
        self.heal()
        self.settle_mails()
        for keeper in self.keepers:
            keeper.wait(60)
        self.parts.stop()
        self.postbox.stop()
        connections.close_all()
        mails = [*of_invitations(), *(Mail(*row) for row in self.cluster.ask(MAILS))]
        events, places = self.cluster.ask(EVENTS), self.cluster.ask(PLACES)
        # To be judged again, should it be the judge that was wrong.
        (self.parts.logs / "events.pickle").write_bytes(pickle.dumps((events, places)))
        return judge(events, places), judge_mails(
            self.postbox.taken(), mails, self.mode, self.mails_waiting()
        )

    def settle_mails(self) -> None:
        """A day of ticks: leases end and every try that waits has its moment."""
        for _turn in range(MAIL_TURNS):
            self.on(dt.timedelta(hours=4))
            self.wait_until_done()
            self.wait_until_mailed()
        self.settle()
        # What came due in that last hour has a mail too.
        self.wait_until_mailed()

    def wait_until_mailed(self) -> None:
        deadline = time.monotonic() + MAIL_SECONDS
        while self.mails_due() and time.monotonic() < deadline:
            time.sleep(0.2)

    def settle(self) -> None:
        """What failed for a passing reason was set aside for an hour; after it, all must be done.

        On a busy machine something may fail in that hour, too: it is waited for once more.
        """
        self.wait_until_done()
        for _turn in range(SETTLING_TURNS):
            aside = self.parts.set_aside()
            self.on(HOUR_LATER)
            self.wait_until_done()
            if self.parts.set_aside() == aside:
                break
        mark(self.cluster.ask, "settled")

    def mails_waiting(self) -> set[str]:
        ahead = "SELECT message_id FROM {} WHERE state IN ('pending', 'retry') AND available_at > clock_timestamp()"
        return {one for table in MAIL_TABLES for (one,) in self.cluster.ask(ahead.format(table))}

    def mails_due(self) -> int:
        return sum(
            self.cluster.ask(
                f"SELECT count(*) FROM {table} WHERE state IN ('claimed', 'transmitting')"
                " OR state IN ('pending', 'retry') AND available_at <= clock_timestamp()"
            )[0][0]
            for table in MAIL_TABLES
        )
