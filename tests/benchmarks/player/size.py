"""Everything that is measured with so many analysts."""

import http.client
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from django.conf import settings
from django.test import Client

from tests.benchmarks.measuring import counted
from tests.benchmarks.player import load, school
from tests.benchmarks.player.asked import TOKEN, Asked, everything, get
from tests.benchmarks.player.first_load import FirstLoad, first_load
from tests.benchmarks.player.school import Analyst
from tests.benchmarks.player.server import Server, collect_static, serving
from tests.benchmarks.scratch import scratch

CONCURRENCIES = (1, 4, 16)
# Every round asks for everything in turn, so that a busy machine is busy for all of it.
ROUNDS = 4
SECONDS = 0.75
WARM_UP = 24
ASKERS = 200
REALLY_SIGNED_IN = 4
HEADINGS = (
    f"{'at once':>8}{'a second':>10}{'of bare':>9}{'p50 ms':>9}{'p99 ms':>9}{'p99/p50':>9}"
    f"{'cpu ms':>8}{'db cpu':>8}{'of bare':>9}{'client':>8}{'answers':>9}"
)


@dataclass
class Rounds:
    """What one kind of request gave at one concurrency, over all rounds; seconds on the processor too."""

    name: str
    concurrency: int
    latencies: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    web_cpu: float = 0.0
    database_cpu: float = 0.0
    client_cpu: float = 0.0
    seconds: float = 0.0
    ratios: list[float] = field(default_factory=list)
    cpu_ratios: list[float] = field(default_factory=list)

    def add(self, one: load.Load, web: float, database: float, bare: "Bare") -> None:
        self.latencies += one.latencies
        self.rates.append(one.rate)
        self.ratios.append(one.rate / bare.rate)
        self.cpu_ratios.append(bare.cpu / (web / len(one.latencies)))
        self.web_cpu += web
        self.database_cpu += database
        self.client_cpu += one.client_cpu
        self.seconds += one.seconds

    def percentile(self, share: float) -> float:
        """In seconds; of few answers the slowest."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def as_json(self) -> dict[str, Any]:
        asked = len(self.latencies)
        return {
            "name": self.name,
            "concurrency": self.concurrency,
            "answers": asked,
            "a_second": round(statistics.median(self.rates), 1),
            "of_bare": round(statistics.median(self.ratios), 3),
            "p50_ms": round(self.percentile(0.50) * 1000, 2),
            "p99_ms": round(self.percentile(0.99) * 1000, 2),
            "cpu_of_bare": round(statistics.median(self.cpu_ratios), 3),
            "web_cpu_ms": round(self.web_cpu / asked * 1000, 2),
            "database_cpu_ms": round(self.database_cpu / asked * 1000, 2),
            "client_share": round(self.client_cpu / self.seconds, 3),
        }


@dataclass(frozen=True)
class Bare:
    """The bare page of a round: requests a second, and seconds on the processor for one."""

    rate: float
    cpu: float


@dataclass
class Weighed:
    """One page by itself: the queries it asks, and what a first load of it takes."""

    name: str
    queries: int
    load: FirstLoad | None

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "queries": self.queries, "first_load": self.load and asdict(self.load)}


@dataclass
class Start:
    """From the start of the process until the catalogue was answered, its first and its tenth time."""

    listening: float
    answered: float
    first: float
    tenth: float

    def as_json(self) -> dict[str, Any]:
        return {name: round(value * 1000, 1) for name, value in asdict(self).items()}


Shown = Callable[[Start | Weighed | Rounds | str], None]


def measure_size(persons: int, seed: int, shown: Shown) -> dict[str, Any]:
    """Fill a scratch database with so many analysts and measure; `shown` gets each result."""
    collect_static()
    with scratch():
        school.fill(persons, seed)
        analysts = school.analysts(min(persons, ASKERS))
        asked = everything(analysts, rounds=ROUNDS * len(CONCURRENCIES) + 1)
        with serving() as server:
            start = warm_start(server, analysts[0])
            shown(start)
            sign_in(server, analysts[:REALLY_SIGNED_IN])
            weighed = list(weigh(server, asked, shown))
            rounds = list(measure(server, asked, shown))
    return {
        "analysts": persons,
        "start": start.as_json(),
        "weighed": [one.as_json() for one in weighed],
        "rounds": [one.as_json() for one in rounds],
    }


def warm_start(server: Server, analyst: Analyst) -> Start:
    """The database is up and filled; the server has just begun to listen and has answered nobody."""
    listening = time.perf_counter() - server.started
    taken = [catalogue(server, analyst)]
    answered = time.perf_counter() - server.started
    taken += [catalogue(server, analyst) for _again in range(9)]
    return Start(listening, answered, taken[0], taken[-1])


def catalogue(server: Server, analyst: Analyst) -> float:
    """Seconds that one answer takes."""
    one = load.ask(server.port, iter([get("/courses/", analyst)]), status=200, concurrency=1, seconds=30)
    return one.latencies[0]


def sign_in(server: Server, analysts: list[Analyst]) -> None:
    """Through the form, as everybody does; raises where a session row would not have been the same."""
    for analyst in analysts:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        body = f"login={analyst.email}&password={school.PASSWORD.replace(' ', '+')}"
        heads = {
            "Host": settings.ALLOWED_HOSTS[0],
            "Cookie": f"csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request("POST", "/accounts/login/", body, heads)
        answer = connection.getresponse()
        if answer.status != 302 or settings.SESSION_COOKIE_NAME not in str(answer.headers):
            raise RuntimeError(f"Signing in answered {answer.status}")
        connection.close()


def weigh(server: Server, asked: list[Asked], shown: Shown) -> Iterator[Weighed]:
    for one in asked:
        page = first_load(server.port, one.path, one.analyst) if not one.posted else None
        weighed = Weighed(one.name, queries(one), page)
        shown(weighed)
        yield weighed


def queries(one: Asked) -> int:
    """Counted in this process, where a query can be seen; the bare page is one by what it is."""
    if one.name.startswith("bare"):
        return 1 if one.analyst is None else 3
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])
    assert one.analyst
    client.cookies[settings.SESSION_COOKIE_NAME] = one.analyst.session
    heads = {"Accept": "application/json"} if one.json else {}
    with counted() as queries:
        answer = client.post(one.path, one.posted, headers=heads) if one.posted else client.get(one.path)
    if answer.status_code != one.status:
        raise RuntimeError(f"{one.path} answered {answer.status_code}")
    return queries.number


def measure(server: Server, asked: list[Asked], shown: Shown) -> Iterator[Rounds]:
    for one in asked:
        load.ask(server.port, islice(one.requests, WARM_UP), status=one.status, concurrency=4, seconds=5)
    for concurrency in CONCURRENCIES:
        found = {one.name: Rounds(one.name, concurrency) for one in asked}
        for number in range(1, ROUNDS + 1):
            shown(f"{concurrency} at once, round {number} of {ROUNDS}")
            one_round(server, asked, found)
        shown(f"{'':24}{HEADINGS}")
        for rounds in found.values():
            shown(rounds)
            yield rounds


def one_round(server: Server, asked: list[Asked], found: dict[str, Rounds]) -> None:
    """Everything once, the bare page first, which the others of the round are held against."""
    bare = None
    for one in asked:
        rounds = found[one.name]
        requests = islice(one.requests, one.most) if one.most else one.requests
        web, database = server.cpu()
        given = load.ask(
            server.port, requests, status=one.status, concurrency=rounds.concurrency, seconds=SECONDS
        )
        web_then, database_then = server.cpu()
        bare = bare or Bare(given.rate, (web_then - web) / len(given.latencies))
        rounds.add(given, web_then - web, database_then - database, bare)
