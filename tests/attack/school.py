"""What goes on in the attacked site: months in which analysts are reminded, sign in, answer and keep, or do not.

All of it through the pages and actions of the program, on a database whose clock is moved. Beside it a plain table is filled at the same moments, as a simple design would fill it.
"""

import datetime as dt
import random
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse

from courses.actions import reflections
from courses.actions.enrolments import enrol
from courses.queries.reflections import marks as reflection_marks
from courses.queries.reflections import reflection_blocks
from lms.kit.sealing import Cost, new_pair
from lms.outbox import drain
from lms.people.actions.own_keys import give_keys, speaking_for
from lms.people.enums import Role
from lms.people.models import OwnKeys, User
from lms.people.queries.own_keys import Held
from tests import cast
from tests.attack.outside import Watch
from tests.chaos.cluster import Cluster
from tests.courses.learn import school
from welfare.actions.engine import run_once
from welfare.actions.schedules import set_reminders
from welfare.kinds.pulse import ITEMS, PLACES
from welfare.models.wall import database_now
from welfare.queries.sealed import marks, week_at

# The real cost of a try would only make this slower: nobody here tries to guess the words.
CHEAP = Cost(operations=1, memory=8 * 2**20)
PLAIN = """
CREATE TABLE plain (id bigserial, period text, mark bytea, answers text, created_at timestamptz DEFAULT clock_timestamp())
"""
EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
MONTH = dt.timedelta(days=31)
COMES, KEEPS = 0.8, 0.6


@dataclass
class Site:
    """The people and the truth about them, which the attacker does not have."""

    cluster: Cluster
    chance: random.Random
    users: list[User] = field(default_factory=list)
    words: dict[int, str] = field(default_factory=dict)
    # Mark of a row: who wrote it, and in which period.
    written: dict[bytes, tuple[int, str]] = field(default_factory=dict)
    reflected: dict[bytes, int] = field(default_factory=dict)
    closed: dict[str, set[int]] = field(default_factory=dict)
    kept: dict[str, set[int]] = field(default_factory=dict)
    sessions: dict[int, str] = field(default_factory=dict)
    lengths: dict[int, int] = field(default_factory=dict)
    watch: Watch = field(default_factory=Watch)
    # The words of every mail that somebody got.
    letters: dict[str, list[str]] = field(default_factory=dict)

    def fill(self, people: int) -> None:
        cohort = school.course()
        self.users = [cast.user(Role.ANALYST) for _nth in range(people)]
        EmailAddress.objects.bulk_create(
            EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in self.users
        )
        self.chance.shuffle(self.users)
        give_keys(users=self.users, by=None)
        for user in self.users:
            enrol(cohort=cohort, person=user.person, by=user)
            self.words[user.pk] = f"words of {user.pk}"
            self.lengths[user.pk] = self.chance.randint(40, 1500)
            self.take_words(user)
            usual = {
                "cadence": "monthly",
                "day": 1,
                "at": dt.time(0),
                "zone": "UTC",
                "working_days": EVERY_DAY,
            }
            set_reminders(by=user, **usual, quiet_from=dt.time(0), quiet_until=dt.time(0))
        self.cluster.ask(PLAIN)

    def take_words(self, user: User) -> None:
        from django.db import transaction

        pair = new_pair(self.words[user.pk], cost=CHEAP)
        with transaction.atomic(), speaking_for(str(user.pk)):
            OwnKeys.objects.filter(user=user).update(kept=Held(pair, in_use=True).wrapped(user.pk))

    def month(self, *, comes: float = COMES, measured: bool = False) -> str:
        """All are reminded; most come, in an order by chance; most of these keep what they answer."""
        now = database_now()
        first = (now.replace(day=1, hour=3, minute=0, second=0, microsecond=0) + MONTH).replace(day=1)
        self.cluster.jump(first - now)
        run_once()
        period = f"M{first:%Y-%m}"
        self.post(period)
        self.closed[period], self.kept[period] = set(), set()
        for user in self.chance.sample(self.users, len(self.users)):
            if self.chance.random() < comes:
                self.visit(user, period, measured=measured)
        self.post(period)
        return period

    def post(self, period: str) -> None:
        """What is due goes out, and whoever reads all mailboxes has it."""
        drain.run_once()
        for one in django_mail.outbox:
            self.letters.setdefault(one.to[0], []).append(str(one.body))
        self.watch.take_mails(period)

    def mailbox(self, user: User) -> list[str]:
        return self.letters.get(user.email, [])

    def visit(self, user: User, period: str, *, measured: bool = False) -> None:
        """Signs in, answers and keeps it, or keeps nothing, or puts it away."""
        client: Client = cast.signed_in(user)
        self.sessions[user.pk] = client.session.session_key
        with self.watch.visit(user, period, measured=measured) as visit:
            client.get(reverse("home"))
            if self.chance.random() < KEEPS:
                visit.kept = True
                self.answer(client, user, period)
            elif self.chance.random() < 0.5:
                client.post(reverse("checkin-pulse"), self.answers())
            else:
                client.post(reverse("checkin-not-this-time"))
        self.closed[period].add(user.pk)

    def answers(self) -> dict[str, str]:
        return {item.key: self.chance.choice(PLACES) for item in ITEMS}

    def answer(self, client: Client, user: User, period: str) -> None:
        """Keeps it sealed, and the same in the plain table."""
        mark = marks(user.pk, week_at(database_now(), user))[0]
        said = "x" * self.lengths[user.pk]
        self.cluster.ask("INSERT INTO plain (period, mark, answers) VALUES (%s, %s, %s)", period, mark, said)
        client.post(reverse("checkin-pulse"), self.answers() | {"keep": "sealed"})
        self.written[mark] = (user.pk, period)
        self.kept[period].add(user.pk)

    def reflect(self) -> None:
        """Everybody keeps a text of a length of one's own, in an order by chance."""
        for user in self.chance.sample(self.users, len(self.users)):
            block = reflection_blocks(user).get()
            cast.signed_in(user)
            reflections.keep(block=block, text="x" * self.lengths[user.pk], by=user)
            self.reflected[reflection_marks(user.pk, block.pk)[0]] = user.pk

    def shuffle(self) -> None:
        """As the worker does every hour, and as is done before a dump."""
        from lms.ops.management.commands.rotate_welfare_keys import SHUFFLES

        for shuffle in SHUFFLES:
            # The rows of reminders are written again as well, and would then be no trace for any linker:
            # the attacker is given them as they were.
            if shuffle.__module__ != "welfare.actions.retention":
                shuffle()
