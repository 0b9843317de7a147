"""A training session planned for many people: the rows, and the invitations from written to taken by a mail
server, beside what that server takes over one line in the same run.
"""

import datetime as dt
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from typing import Any

from django.conf import settings

from courses.actions.session_mails import compose
from courses.actions.sessions import change_session, plan_sessions
from courses.models import Cohort, Enrolment, Entry, Participation, SessionMail, SessionVersion
from lms.outbox.states import State
from lms.people.models import Person, User
from tests.benchmarks.mails import SERVERS, Workers, mail_server
from tests.benchmarks.reminders import Measure, took
from tests.benchmarks.scratch import scratch
from tests.courses.cohorts import made

STARTS = dt.datetime.fromisoformat("2035-03-05T10:00")
ZONE = "Europe/Amsterdam"


def measured_sessions(people: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Nothing of it is by chance, so that no seed changes it."""
    found = []
    say(f"\n{people} people in a cohort")
    with scratch():
        for one in measures(people):
            say(str(one))
            found.append({**asdict(one), "a_second": one.a_second})
    return {"people": people, "measures": found}


def measures(people: int) -> Iterator[Measure]:
    cohort = made.cohort("tracing")
    trainer = made.trainer(cohort)
    # The trainer hears of it as everybody enrolled does.
    told = people + 1
    yield took("filling (not the program's work)", people, lambda: fill(cohort, people))
    planned: list[SessionVersion] = []
    yield took("planning a session, all rows", told, lambda: planned.extend(plan(cohort, trainer)))
    with mail_server(SERVERS["which forgets them"]) as port:
        yield took("mails that the server takes over one line", people, partial(handed_over, port, people))
        yield invited("invitations, 1 worker", 1, port, told)
        yield took("changing it, all rows", told, lambda: change(planned[0], trainer))
        yield invited("invitations, 2 workers", 2, port, told)
    if SessionMail.objects.filter(state=State.SENT).count() != 2 * told:
        raise AssertionError("not everybody was invited and told of the change")


def invited(name: str, workers: int, port: int, people: int) -> Measure:
    team = Workers(workers, port, "drain")
    try:
        return took(name, people, partial(team.send, sent() + people, sent))
    finally:
        team.stop()


def sent() -> int:
    return SessionMail.objects.filter(state=State.SENT).count()


def fill(cohort: Cohort, number: int) -> None:
    persons = Person.objects.bulk_create(
        Person(given_name="Ada", family_name=str(nth)) for nth in range(number)
    )
    User.objects.bulk_create(
        User(email=f"reader{nth}@bench.example", password="!", person=person)
        for nth, person in enumerate(persons)
    )
    taking = Participation.objects.bulk_create(
        Participation(activity=cohort.activity, person=person) for person in persons
    )
    Entry.objects.bulk_create(
        Entry(
            participation=one,
            activity=cohort.activity,
            person_id=one.person_id,
            stage="enrolled",
            happened_on=dt.date(2026, 1, 1),
            audience="other",
        )
        for one in taking
    )
    Enrolment.objects.bulk_create(
        Enrolment(cohort=cohort, participation=one, person_id=one.person_id) for one in taking
    )


def plan(cohort: Cohort, trainer: User) -> list[SessionVersion]:
    return plan_sessions(
        activity=cohort.activity,
        starts=[STARTS],
        minutes=90,
        zone=ZONE,
        by=trainer,
        title="Unit 1",
        call_link="https://call.example/1",
    )


def change(version: SessionVersion, trainer: User) -> None:
    change_session(
        session=version.session, after=0, by=trainer, starts=STARTS, minutes=90, zone=ZONE, place="Hall"
    )


def handed_over(port: int, number: int) -> None:
    """The very mail of an invitation, so many times over one connection: what the server can take."""
    mail = compose(SessionMail.objects.all()[0])
    body = mail.as_email("<one@bench.example>").message().as_bytes(linesep="\r\n")
    with smtplib.SMTP("127.0.0.1", port) as server:
        for _nth in range(number):
            server.sendmail(settings.DEFAULT_FROM_EMAIL, ["reader@bench.example"], body)
