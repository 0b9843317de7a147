"""The board of a cohort at any size: its queries, and how long the page takes."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import cycle
from typing import Any

from django.test import Client
from django.utils import timezone

from courses.models import Attempt, Cohort, Enrolment, Entry, LessonDone, Mark, Participation
from lms.kit.clock import today
from lms.people.models import Person
from tests import cast
from tests.benchmarks.measuring import counted
from tests.benchmarks.scratch import scratch
from tests.courses.cohorts import made
from tests.courses.cohorts.test_attendance import cohort_asking_for

LOOKS = 60
SEEN = {
    "board": "",
    "board, something missing": "?show=missing",
    "board, not begun, by name": "?show=not-begun&order=name",
    "board, ready for sign-off": "?show=ready",
    "requests": "requests/",
}


@dataclass
class Measure:
    """One page at one size, in milliseconds."""

    page: str
    people: int
    queries: int
    p50: float
    p99: float

    def __str__(self) -> str:
        return f"{self.page:32}{self.people:>8}{self.queries:>9}{self.p50:>10.1f}{self.p99:>10.1f}"


def measured_cohorts(people: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Nothing of it is by chance, so that no seed changes it."""
    say(f"\n{f'{people} people':32}{'people':>8}{'queries':>9}{'p50 ms':>10}{'p99 ms':>10}")
    with scratch():
        cohort = filled(people)
        client = cast.signed_in(made.trainer(cohort))
        found = [measure(client, cohort, page, asked, people) for page, asked in SEEN.items()]
    for one in found:
        say(str(one))
    return {"people": people, "pages": [asdict(one) for one in found]}


def measure(client: Client, cohort: Cohort, page: str, asked: str, people: int) -> Measure:
    address = f"/teach/cohorts/{cohort.pk}/{asked}"
    with counted() as queries:
        look(client, address)
    times = sorted(timed(client, address) for _ in range(LOOKS))
    return Measure(page, people, queries.number, times[len(times) // 2], times[-1 - len(times) // 100])


def timed(client: Client, address: str) -> float:
    started = time.perf_counter()
    look(client, address)
    return (time.perf_counter() - started) * 1000


def look(client: Client, address: str) -> None:
    answer = client.get(address, SERVER_NAME="localhost")
    if answer.status_code != 200:
        raise AssertionError(f"{address} answered {answer.status_code}")


def filled(people: int) -> Cohort:
    """A cohort whose rule asks for lessons, a mark and a sign-off: a quarter each not begun, under way, with
    an attempt to pass, and ready.
    """
    cohort = cohort_asking_for("lessons", "pass_mark", "sign_off")
    persons = Person.objects.bulk_create(
        Person(given_name="Ada", family_name=f"Example{number:05}") for number in range(people)
    )
    taking = Participation.objects.bulk_create(
        Participation(activity=cohort.activity, person=one) for one in persons
    )
    said = {"activity": cohort.activity, "stage": "enrolled", "happened_on": today(), "audience": "other"}
    Entry.objects.bulk_create(Entry(participation=one, person_id=one.person_id, **said) for one in taking)
    inside = Enrolment.objects.bulk_create(
        Enrolment(cohort=cohort, participation=one, person_id=one.person_id) for one in taking
    )
    worked(cohort, inside)
    return cohort


def worked(cohort: Cohort, inside: list[Enrolment]) -> None:
    lessons = list(cohort.version.lessons.all())
    parts = list(zip(inside, cycle(range(4)), strict=False))
    LessonDone.objects.bulk_create(
        LessonDone(enrolment=one, lesson=lesson)
        for one, part in parts
        for lesson in (lessons if part > 1 else lessons[:part])
    )
    question = cohort.version.questions.get()
    attempts = Attempt.objects.bulk_create(
        Attempt(enrolment=one, number=1, seed=1, drawn=[question.pk], submitted_at=timezone.now())
        for one, part in parts
        if part > 1
    )
    ready = {one.pk for one, part in parts if part == 3}
    Mark.objects.bulk_create(
        Mark(attempt=one, question=question, points=question.points if one.enrolment_id in ready else 0)
        for one in attempts
    )
