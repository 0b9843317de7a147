"""Fifty people ask at once for the last three places: three have them, the others wait in order."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from django.db import connection

from courses.actions.leaving import withdraw
from courses.actions.places import accept, ask, take
from courses.enums import CandidateState, Stage
from courses.models import Candidate, CandidateStep, Cohort, CohortNotice, Enrolment, Entry
from lms.kit.errors import Refused
from lms.people.models import Person, User
from tests.courses.cohorts import made, planned

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]
CROWD, PLACES, CONNECTIONS = 50, 3, 8


def crowd(number: int) -> list[User]:
    people = Person.objects.bulk_create(
        Person(given_name="Ada", family_name=f"Example {n}") for n in range(number)
    )
    return User.objects.bulk_create(
        User(email=f"a{n}@test.example", person=one, password="!") for n, one in enumerate(people)
    )


def at_once(act, logins) -> None:
    gate = Barrier(CONNECTIONS, timeout=30)

    def run(number: int) -> None:
        try:
            gate.wait()
            for login in logins[number::CONNECTIONS]:
                act(login)
        finally:
            connection.close()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(run, range(CONNECTIONS)))


def check(cohort: Cohort, logins: list[User]) -> list[int]:
    """Nobody is lost, twice there or told two things; who waits, in line."""
    inside = set(
        Enrolment.objects.filter(cohort=cohort, withdrawn_at=None).values_list("person_id", flat=True)
    )
    line = list(
        Candidate.objects.filter(state=CandidateState.WAITING)
        .order_by("line")
        .values_list("person_id", "line")
    )
    waiting = [person for person, _number in line]
    assert len(inside) == PLACES
    assert sorted([*inside, *waiting]) == sorted(login.person_id for login in logins)
    assert [number for _person, number in line] == list(range(1, len(line) + 1))
    assert Entry.objects.standing().filter(stage=Stage.ENROLLED).count() == PLACES
    assert CohortNotice.objects.values("person", "step__candidate").distinct().count() == (
        CohortNotice.objects.count()
    )
    return waiting


def test_fifty_ask_for_the_last_three_places():
    cohort = planned.cohort(open_enrolment=True, capacity=PLACES)
    logins = crowd(CROWD)

    def twice(login: User) -> None:
        # As a second press of the button would.
        ask(cohort=cohort, person=login.person, by=login)
        ask(cohort=cohort, person=login.person, by=login)

    at_once(twice, logins)
    waiting = check(cohort, logins)
    # The line is the order in which they were told to wait.
    told = CandidateStep.objects.filter(state=CandidateState.WAITING).order_by("recorded_at")
    assert len(told) == CROWD - PLACES == len(waiting)

    # Three leave at once, and the first three in line take what they are offered, while others try to.
    inside = list(Enrolment.objects.filter(cohort=cohort).select_related("person__user"))
    at_once(lambda one: withdraw(enrolment=one, reason="", by=one.person.user), inside)
    offered = Candidate.objects.filter(state=CandidateState.OFFERED)
    assert set(offered.values_list("person_id", flat=True)) == set(waiting[:PLACES])
    candidates = list(Candidate.objects.filter(person__in=waiting).select_related("person__user"))

    def grab(one: Candidate) -> None:
        with suppress(Refused):
            take(candidate=one, by=one.person.user)

    at_once(grab, candidates)
    now = Enrolment.objects.filter(cohort=cohort, withdrawn_at=None)
    assert set(now.values_list("person_id", flat=True)) == set(waiting[:PLACES])


def test_two_trainers_accept_the_same_fifty():
    cohort = planned.cohort(takes_requests=True, capacity=PLACES)
    first, second = made.trainer(cohort), made.trainer(cohort)
    logins = crowd(CROWD)
    asked = [planned.asking(cohort, login) for login in logins]
    refused = []

    def decide(job: tuple[Candidate, User]) -> None:
        try:
            accept(candidate=job[0], by=job[1])
        except Refused as refusal:
            refused.append(refusal.sentence)

    at_once(decide, [(one, by) for one in asked for by in (first, second)])
    check(cohort, logins)
    assert refused == ["This is decided already."] * CROWD
