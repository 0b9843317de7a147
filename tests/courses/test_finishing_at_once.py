"""Many analysts finish at once, over several connections: each has one completion and one certificate.

A hundred here; ``make crowd`` runs a thousand (CROWD= says how many).
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from courses.actions.progress import finish_lesson
from courses.enums import Stage
from courses.models import Certificate, Cohort, Enrolment, Entry, LessonDone, Participation
from lms.kit.clock import today
from lms.people.models import Person, User
from tests.courses.learn import school

CROWD = int(os.environ.get("CROWD") or 100)
CONNECTIONS = 8
# Two busy cores finish some thirty a second; a lock that all of them wait for would show at once.
SECONDS_EACH = 0.2


def crowd(cohort: Cohort, number: int) -> list[Enrolment]:
    """People enrolled in a cohort, each one lesson before the end."""
    people = Person.objects.bulk_create(
        Person(given_name="Ada", family_name=f"Example {n}", email=f"a{n}@test.example")
        for n in range(number)
    )
    User.objects.bulk_create(User(email=one.email, person=one, password="!") for one in people)
    taking = Participation.objects.bulk_create(
        Participation(activity=cohort.activity, person=one) for one in people
    )
    said = {"activity": cohort.activity, "stage": Stage.ENROLLED, "happened_on": today(), "audience": "other"}
    Entry.objects.bulk_create(Entry(participation=one, person_id=one.person_id, **said) for one in taking)
    made = Enrolment.objects.bulk_create(
        Enrolment(cohort=cohort, participation=one, person_id=one.person_id) for one in taking
    )
    before_last = cohort.version.lessons.all()[:2]
    LessonDone.objects.bulk_create(
        LessonDone(enrolment=one, lesson=lesson) for one in made for lesson in before_last
    )
    return list(Enrolment.objects.filter(cohort=cohort).select_related("person__user", "cohort__activity"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(60 + CROWD)
def test_each_of_many_who_finish_at_once_has_one_completion():
    enrolments = crowd(school.course(validity_months=12), CROWD)
    last = enrolments[0].cohort.version.lessons.last()
    gate = Barrier(CONNECTIONS, timeout=20)

    def finish(number: int) -> None:
        try:
            gate.wait()
            for one in enrolments[number::CONNECTIONS]:
                # Twice, as a second press of the button would.
                finish_lesson(enrolment=one, lesson=last, by=one.person.user)
                finish_lesson(enrolment=one, lesson=last, by=one.person.user)
        finally:
            connection.close()

    began = time.monotonic()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(finish, range(CONNECTIONS)))
    took = time.monotonic() - began
    done = Entry.objects.filter(stage=Stage.COMPLETED)
    assert done.count() == done.values("person").distinct().count() == CROWD
    assert set(Certificate.objects.values_list("entry", flat=True)) == set(done.values_list("pk", flat=True))
    assert Certificate.objects.values("code").distinct().count() == CROWD
    assert took < SECONDS_EACH * CROWD, f"{CROWD} took {took:.1f} s"
