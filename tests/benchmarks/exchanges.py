"""The pages of exchanges where the network has so many of them: p50, p99 and queries of each."""

import datetime as dt
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.test import Client
from django.utils import timezone

from courses.enums import ActivityStatus, ExchangeState, WishKind, YesTo
from courses.kinds.exchanges import STEPS
from courses.models import Activity, ActivityVersion, Exchange, ExchangeMove, ExchangeWish, ExchangeYes, Visit
from lms.kit.clock import today
from lms.people import demo
from lms.people.models import Hotline, User
from tests.benchmarks.measuring import counted, cpu_seconds
from tests.benchmarks.scratch import scratch

STAFF, MANAGER = "staff@demo.example", "manager@demo.example"
TIMES = 60
TOPICS = ("content tracing", "staff welfare", "law", "classification")
STATES = (*STEPS, ExchangeState.CANCELLED)


@dataclass
class Measure:
    """Milliseconds of one page by the clock and on the processor, its queries and its size in bytes."""

    name: str
    p50: float
    p99: float
    cpu: float
    queries: int
    size: int

    def __str__(self) -> str:
        return (
            f"{self.name:34}{self.p50:>9.1f}{self.p99:>9.1f}{self.cpu:>9.1f}{self.queries:>9}{self.size:>10}"
        )


def measured_exchanges(number: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Fill a scratch database with so many exchanges over three years, and ask for its pages."""
    with scratch():
        demo.load(password=str(seed))
        fill(number, random.Random(f"{seed}/{number}"))  # noqa: S311 - invented data, not a secret
        heading = (
            f"\n{f'{number} exchanges':34}{'p50 ms':>9}{'p99 ms':>9}{'cpu ms':>9}{'queries':>9}{'bytes':>10}"
        )
        say(heading)
        measures = []
        for measure in pages():
            say(str(measure))
            measures.append(asdict(measure))
        return {"exchanges": number, "measures": measures}


def fill(number: int, chance: random.Random) -> None:
    """In the shares of a network at work: most are counted, one in twenty waits for each other word."""
    hotlines = list(Hotline.objects.order_by("pk"))
    activities = Activity.objects.bulk_create(Activity() for _ in range(number))
    pairs = [chance.sample(hotlines, 2) for _ in activities]
    targets = [chance.choices(STATES, [1, 1, 1, 1, 1, 14, 1])[0] for _ in activities]
    made = Exchange.objects.bulk_create(
        Exchange(activity=activity, host=host)
        for activity, (host, _guest) in zip(activities, pairs, strict=True)
    )
    ActivityVersion.objects.bulk_create(
        version(activity, pair[0], target, number, chance)
        for number, (activity, pair, target) in enumerate(zip(activities, pairs, targets, strict=True))
    )
    Visit.objects.bulk_create(
        Visit(exchange=one, host=host, hotline=guest, heads=chance.randrange(1, 6))
        for one, (host, guest) in zip(made, pairs, strict=True)
    )
    ExchangeYes.objects.bulk_create(
        ExchangeYes(exchange=one, hotline=host, to=YesTo.PLAN, round=1)
        for one, (host, _guest) in zip(made, pairs, strict=True)
    )
    ExchangeMove.objects.bulk_create(
        ExchangeMove(exchange=one, number=1, before="", after=ExchangeState.REQUESTED) for one in made
    )
    move(made, targets)
    board(hotlines, chance)


def version(
    activity: Activity, host: Hotline, target: str, number: int, chance: random.Random
) -> ActivityVersion:
    ahead = target in (ExchangeState.REQUESTED, ExchangeState.AGREED)
    days = chance.randrange(5, 90) if ahead else -chance.randrange(5, 1000)
    starts = timezone.now() + dt.timedelta(days=days)
    status = ActivityStatus.HELD if target == ExchangeState.COUNTED else ActivityStatus.PLANNED
    return ActivityVersion(
        activity=activity,
        number=1,
        kind_id="exchange",
        title=f"Exchange {number}",
        starts_at=starts,
        ends_at=starts + dt.timedelta(days=2),
        timezone="Europe/Paris",
        mode="in_person",
        country_id=host.country_id,
        host=host,
        topics=chance.sample(TOPICS, 2),
        status=status,
    )


def move(made: list[Exchange], targets: list[str]) -> None:
    """Step by step, as the database wants it."""
    for step in STEPS[1:]:
        beyond = STEPS.index(step)
        reach = [
            one.pk
            for one, target in zip(made, targets, strict=True)
            if target in STEPS and STEPS.index(ExchangeState(target)) >= beyond
        ]
        Exchange.objects.filter(pk__in=reach).update(state=step)
    off = [one.pk for one, target in zip(made, targets, strict=True) if target == ExchangeState.CANCELLED]
    Exchange.objects.filter(pk__in=off).update(state=ExchangeState.CANCELLED)


def board(hotlines: list[Hotline], chance: random.Random) -> None:
    """Two of every hotline: far more than a board of them would ever hold."""
    ExchangeWish.objects.bulk_create(
        ExchangeWish(
            kind=kind,
            hotline=hotline,
            topics=chance.sample(TOPICS, 2),
            languages=chance.sample(("en", "fr", "es", "de"), 2),
            first_on=today() + dt.timedelta(days=chance.randrange(60)),
            last_on=today() + dt.timedelta(days=60 + chance.randrange(60)),
            people=chance.randrange(1, 5),
        )
        for hotline in hotlines
        for kind in WishKind.values
    )


def pages() -> Iterator[Measure]:
    staff, manager = client_of(STAFF), client_of(MANAGER)
    own = Hotline.objects.get(grants__user__email=MANAGER)
    wish = ExchangeWish.objects.filter(hotline=own, kind=WishKind.REQUEST).get()
    shown = Exchange.objects.filter(state=ExchangeState.COUNTED).order_by("pk").first()
    year = today().year
    yield page("list, staff", staff, "/exchanges/")
    yield page("list by state and year", staff, f"/exchanges/?state=counted&year={year}")
    yield page("list, last page", staff, "/exchanges/?page=9999")
    yield page("list sorted by host", staff, "/exchanges/?sort=host")
    yield page("list, a manager's", manager, "/exchanges/")
    yield page("one exchange", staff, f"/exchanges/{shown.pk if shown else 0}/")
    yield page("the year in pictures", staff, f"/exchanges/year/?year={year}")
    yield page("board", staff, "/exchanges/board/")
    yield page("what fits a request", manager, f"/exchanges/board/{wish.pk}/")


def client_of(email: str) -> Client:
    client = Client(HTTP_HOST="localhost")
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(User.objects.get(email=email), backend=backend)
    return client


def page(name: str, client: Client, address: str) -> Measure:
    """Asked once to warm up, then again and again."""
    with counted() as queries:
        size = len(ask(client, address))
    taken = []
    cpu = cpu_seconds()
    for _ in range(TIMES):
        started = time.perf_counter()
        ask(client, address)
        taken.append((time.perf_counter() - started) * 1000)
    cpu = (cpu_seconds() - cpu) * 1000 / TIMES
    p99 = statistics.quantiles(taken, n=100, method="inclusive")[98]
    return Measure(name, statistics.median(taken), p99, cpu, queries.number, size)


def ask(client: Client, address: str) -> bytes:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return bytes(answer.content)
