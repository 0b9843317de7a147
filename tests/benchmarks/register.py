"""A register of so many people: its page, how it stands, and one mark after the other with the ledger behind."""

import datetime as dt
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import cycle
from typing import Any

from django.utils import timezone

from courses.actions.activities import record_activity
from courses.actions.register.marking import Word, mark, mark_many
from courses.enums import Presence
from courses.models import (
    Activity,
    ActivityKind,
    Cohort,
    Course,
    CourseVersion,
    Enrolment,
    Entry,
    Participation,
    SessionVersion,
    TrainingSession,
)
from lms.kit.clock import today
from lms.people.enums import Role
from lms.people.models import Person, User
from tests import cast
from tests.benchmarks.measuring import counted
from tests.benchmarks.scratch import scratch

# So many requests are enough for a 99th of a hundred to mean something, and few enough for 2,000 people.
REQUESTS = 100
ZONE = "Europe/Amsterdam"


@dataclass
class Measure:
    """One line: the median and the 99th of a hundred in milliseconds, and the statements of one."""

    name: str
    p50: float
    p99: float
    queries: int
    kilobytes: float = 0.0

    def __str__(self) -> str:
        size = f"{self.kilobytes:9.0f} kB" if self.kilobytes else ""
        return f"{self.name:40}{self.p50:10.1f} ms{self.p99:10.1f} ms{self.queries:6} queries{size}"


def measured_register(people: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Nothing of it is by chance, so that no seed changes it."""
    found = []
    say(f"\n{f'a register of {people} people':40}{'p50':>13}{'p99':>13}")
    with scratch():
        for one in measures(people):
            say(str(one))
            found.append(asdict(one))
    return {"people": people, "measures": found}


def measures(people: int) -> Iterator[Measure]:
    trainer = cast.user(Role.TRAINER)
    session, taking = fill(people, trainer)
    client, page = cast.signed_in(trainer), f"/teach/sessions/{session.pk}/register/"

    def asked(address: str) -> Callable[[], int]:
        return lambda: shown(client.get(address, SERVER_NAME="localhost"))

    yield timed("the page, nobody marked", asked(page))
    yield timed("people whose names begin with two letters", asked(f"{page}?q=fa"))
    yield timed("registers not filled in yet", asked("/teach/registers/"))
    ahead = cycle([(one, said) for said in (Presence.PRESENT, Presence.ABSENT) for one in taking])

    def one_mark() -> int:
        who, said = next(ahead)
        mark(session=session, word=Word(who, said), by=trainer)
        return 0

    yield timed("one mark, with ledger and certificate", one_mark)
    mark_many(session=session, words=[Word(who, Presence.PRESENT) for who in taking], by=trainer)
    yield timed("the page, everybody marked", asked(page))
    yield timed("how it stands, for its script", asked(f"{page}marks/"))


def shown(answer: Any) -> int:
    """How long the page is; one that refused would measure nothing."""
    if answer.status_code != 200:
        raise AssertionError(f"answered {answer.status_code}")
    return len(answer.content)


def timed(name: str, act: Callable[[], int]) -> Measure:
    with counted() as queries:
        size = act()
    took = []
    for _nth in range(REQUESTS):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    return Measure(
        name, statistics.median(took), statistics.quantiles(took, n=100)[98], queries.number, size / 1000
    )


def fill(people: int, trainer: User) -> tuple[TrainingSession, list[int]]:
    """A cohort of a course that asks for attendance, which meets now; all of its people by bulk."""
    course = Course.objects.create(slug="bench", kind=ActivityKind.objects.get(code="basic"))
    version = CourseVersion.objects.create(
        course=course,
        number=1,
        title="Bench",
        needs_attendance=True,
        status="published",
        published_at=timezone.now(),
    )
    start = timezone.now() - dt.timedelta(hours=1)
    activity: Activity = record_activity(
        by=None, kind_id="basic", title="Bench", starts_at=start, timezone=ZONE, status="held"
    )
    cohort = Cohort.objects.create(activity=activity, version=version)
    cohort.trainers.add(trainer)
    persons = Person.objects.bulk_create(
        Person(given_name=f"Given{nth}", family_name=f"Family {nth}") for nth in range(people)
    )
    taking = Participation.objects.bulk_create(
        Participation(activity=activity, person=one) for one in persons
    )
    said = {"activity": activity, "stage": "enrolled", "happened_on": today(), "audience": "other"}
    Entry.objects.bulk_create(Entry(participation=one, person_id=one.person_id, **said) for one in taking)
    Enrolment.objects.bulk_create(
        Enrolment(cohort=cohort, participation=one, person_id=one.person_id) for one in taking
    )
    session = TrainingSession.objects.create(activity=activity)
    SessionVersion.objects.create(
        session=session,
        title="Meeting",
        starts_at=start,
        ends_at=start + dt.timedelta(hours=3),
        timezone=ZONE,
    )
    return session, [one.pk for one in taking]
