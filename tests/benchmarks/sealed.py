"""Sealed check-ins: keeping and opening one, and the shuffle and the key rotation of a table of so many rows."""

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice
from typing import Any

from django.conf import settings
from django.db import connections
from django.test.utils import override_settings
from nacl.public import PrivateKey

from lms.kit.keyring import keyring
from lms.kit.sealing import SEAL_BYTES
from lms.people.actions.own_keys import give_keys, offer_words, open_keys, take_words
from lms.people.models import User
from tests.benchmarks.measuring import cpu_seconds
from tests.benchmarks.scratch import scratch
from welfare.actions import sealed
from welfare.kinds.kept import SIZE
from welfare.kinds.pulse import ITEMS
from welfare.models.sealed import SEALED_BYTES
from welfare.models.wall import CONNECTION, as_keeper, database_now
from welfare.queries.sealed import kept_by, marks, opened, weeks_of, weeks_since

# Weeks that each login keeps: almost five years of answering every week.
WEEKS = 250
WRITERS = 20
SECONDS_EACH = 3
ANSWERS = {item.key: "3" for item in ITEMS}
FILL = """
INSERT INTO sealed_answer (period, mark, sealed)
SELECT 'M' || to_char(now(), 'YYYY-MM'), * FROM unnest(%s::bytea[], %s::bytea[])
"""
BARE = """
INSERT INTO sealed_answer VALUES ('M2000-01', %s, %s) ON CONFLICT (mark) DO UPDATE SET sealed = excluded.sealed
"""


@dataclass
class Measure:
    """One line: ``seconds`` by the clock and ``cpu`` on the processor for ``number`` of a thing."""

    name: str
    number: int
    seconds: float
    cpu: float
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def a_second(self) -> float:
        return self.number / self.seconds

    def __str__(self) -> str:
        more = "  ".join(f"{name} {value}" for name, value in self.more.items())
        each = f"{self.cpu / self.number * 1000:>9.3f} cpu ms each"
        rate = f"{self.seconds:>10.2f} s{self.a_second:>11.1f} a second"
        return f"{self.name:36}{self.number:>9}{rate}{each}  {more}"


def measured_sealed(rows: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Nothing of it is by chance but what has to be, so that no seed changes it."""
    found = []
    say(f"\n{rows} rows: filling")
    with scratch():
        for one in measures(rows):
            say(str(one))
            found.append({**asdict(one), "a_second": one.a_second})
    return {"rows": rows, "measures": found}


def measures(rows: int) -> Iterator[Measure]:
    logins = made_logins(max(rows // WEEKS, WRITERS))
    yield took("filling (not the program's work)", rows, lambda: fill(logins, rows))
    writers = logins[:WRITERS]
    words = {user.pk: words_of(user) for user in writers}
    yield repeated("a bare write of such a row", bare_write, writers)
    yield repeated("keeping one", lambda user: sealed.keep(answers=ANSWERS, by=user), writers)
    private: dict[int, PrivateKey] = {}

    def unlock() -> None:
        private.update({user.pk: open_keys(words=words[user.pk], by=user) for user in writers})

    yield took("unlocking with six words (Argon2id)", WRITERS, unlock)
    yield repeated("reading a whole history", lambda user: read(user, private[user.pk]), writers)
    yield opening(writers[0], private[writers[0].pk])
    forget_bare()
    yield took("shuffle", count(), sealed.shuffle_answers)
    yield rotation()
    yield took("shuffle after it", count(), sealed.shuffle_answers)


def made_logins(number: int) -> list[User]:
    joined = database_now() - dt.timedelta(weeks=WEEKS)
    User.objects.bulk_create(
        (User(email=f"{nth}@bench.example", password="!", date_joined=joined) for nth in range(number)),
        batch_size=1000,
    )
    users = list(User.objects.order_by("pk"))
    give_keys(users=users[:WRITERS], by=None)
    return users


def fill(logins: list[User], rows: int) -> None:
    """Rows as large as real ones, under real marks; what is in them opens with nothing."""
    weeks = weeks_since(logins[0].date_joined, now=database_now())[:WEEKS]
    places = islice(((user.pk, week) for week in weeks for user in logins), rows)
    ring, content = keyring(), os.urandom(SEAL_BYTES + SIZE)
    while some := list(islice(places, 10_000)):
        found = [marks(*place)[0] for place in some]
        with as_keeper(), connections[CONNECTION].cursor() as cursor:
            cursor.execute(FILL, [found, [ring.wrap(content, about=mark) for mark in found]])


def bare_write(user: User) -> None:
    """The floor for keeping one: the same row again in a transaction, with nothing to seal or to ask."""
    with as_keeper(), connections[CONNECTION].cursor() as cursor:
        cursor.execute(BARE, [marks(user.pk, "bare")[0], bytes(SEALED_BYTES)])


def words_of(user: User) -> str:
    offer = offer_words(by=user)
    take_words(ticket=offer.ticket(user), typed=offer.words, by=user)
    return offer.words


def read(user: User, private: PrivateKey) -> int:
    return len([opened(one, private) for one in kept_by(user)])


def opening(user: User, private: PrivateKey) -> Measure:
    """Only what the processor does: unwrap, open, read."""
    kept = next(one for one in kept_by(user) if opened(one, private))
    return repeated("opening one that is at hand", lambda _user: opened(kept, private), [user])


def rotation() -> Measure:
    places = User.objects.count() * len(weeks_of(User.objects.order_by("pk")[0]))
    with override_settings(WELFARE_KEYS=[os.urandom(32), *settings.WELFARE_KEYS]):
        number = count()
        made = took("key rotation", number, lambda: [None for _step in sealed.rewrap_answers()])
        left = count_earlier()
    if left or count() != number:
        raise RuntimeError(f"{left} rows are still under the earlier key, {count()} of {number} are there")
    made.more = {"places": places}
    return made


def took(name: str, number: int, act: Callable[[], object]) -> Measure:
    started, cpu = time.perf_counter(), cpu_seconds()
    act()
    return Measure(name, number, time.perf_counter() - started, cpu_seconds() - cpu)


def repeated(name: str, act: Callable[[User], object], users: list[User]) -> Measure:
    """As often as goes into SECONDS_EACH, for each in turn."""
    until, number = time.perf_counter() + SECONDS_EACH, 0

    def again() -> None:
        nonlocal number
        for user in cycle(users):
            act(user)
            number += 1
            if time.perf_counter() > until:
                return

    made = took(name, 1, again)
    made.number = number
    return made


def forget_bare() -> None:
    with as_keeper(), connections[CONNECTION].cursor() as cursor:
        cursor.execute("DELETE FROM sealed_answer WHERE period = 'M2000-01'")


def count() -> int:
    return asked("SELECT count(*) FROM sealed_answer")


def count_earlier() -> int:
    return asked("SELECT count(*) FROM sealed_answer WHERE substr(sealed, 1, 9) <> %s", keyring().newest.head)


def asked(sql: str, *parameters: object) -> int:
    with as_keeper(), connections[CONNECTION].cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.fetchone()[0])
