"""A year of the network through its screens: what the counts say at its end is what was done in it.

Everything goes through pages and their forms, as the people concerned would do it, on the days on which they
would. The tallies at the end are written by hand.
"""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from courses.actions.versions import publish
from courses.models import Course, Enrolment, Exchange, Participation, TrainingSession
from courses.queries.counts import Question, count
from lms.kit.clock import Span
from lms.people.enums import Role
from lms.people.models import Person, User
from tests import cast
from tests.courses.learn import school
from tests.screens import Screen

pytestmark = pytest.mark.django_db
HOME, AWAY = "Linea", "Meldpunt"


def at(when: str):
    """A moment of 2026 by the clock in Amsterdam."""
    zone = dt.timezone(dt.timedelta(hours=2 if "04" <= when[:2] <= "10" else 1))
    moment = dt.datetime.strptime(f"2026-{when}", "%Y-%m-%d %H:%M").replace(tzinfo=zone)
    return time_machine.travel(moment, tick=False)


def screen(login: User | None) -> Screen:
    return Screen(cast.signed_in(login) if login else Client())


@pytest.fixture
def people() -> dict[str, User]:
    home, away = cast.hotline(HOME, "FR"), cast.hotline(AWAY, "NL")
    return {
        "trainer": cast.user(Role.TRAINER),
        "staff": cast.user(Role.STAFF),
        "host": cast.user(Role.HOTLINE_MANAGER, home),
        "guest": cast.user(Role.HOTLINE_MANAGER, away),
    }


def analysts(number: int, hotline: str) -> list[Person]:
    at_hotline = cast.hotline(hotline)
    made = [
        cast.person(f"{hotline} {nth}", "Kim", email=f"{hotline}{nth}@test.example".lower())
        for nth in range(number)
    ]
    for one in made:
        cast.affiliate(one, at_hotline, dt.date(2025, 1, 1))
    return made


def basic_course() -> None:
    """One that asks for being there, and for nothing else."""
    version = school.draft("basic-training", needs_lessons=False, needs_attendance=True)
    Course.objects.filter(pk=version.course_id).update(kind="basic")
    publish(version=version, by=None)


def a_basic_training(trainer: User, taught: list[Person]) -> None:
    """Five enrolled from a list; one leaves before it begins, and of the other four one is absent."""
    with at("02-02 10:00"):
        window = screen(trainer).open("/teach/cohorts/new/")
        window.press(
            "Plan it", version=window.option("version", "Basic-Training (Basic training)"), trainers=[trainer.pk],
            timezone="Europe/Paris", mode="in_person", country="FR", host=cast.hotline(HOME).pk, funder="ISF",
        )  # fmt: skip
        board = re.search(r"/teach/cohorts/\d+/", window.path)[0]
        window.open(f"{board}sessions/new/")
        window.press(
            "See all dates",
            date="2026-03-02",
            time="09:00",
            minutes=120,
            zone="Europe/Paris",
            repeat="once",
        )
        window.press("Plan these")
        window.open(f"{board}enrol/")
        window.press("Preview", **{"list-people": "\n".join(one.email for one in taught)})
        window.press("Enrol them")
    with at("02-20 10:00"):
        window = screen(trainer)
        leaving = Enrolment.objects.get(person=taught[4])
        window.open(reverse("teach-withdraw", args=[leaving.pk])).press(
            "Withdraw them", reason="Moved to other work."
        )
    with at("03-02 11:30"):
        window = screen(trainer)
        session = TrainingSession.objects.get(activity__cohort__enrolments__person=taught[0])
        window.open(f"/teach/sessions/{session.pk}/register/")
        said = {f"presence-{row_of(one)}": "present" for one in taught[:3]}
        window.press("Save all changes", **said | {f"presence-{row_of(taught[3])}": "absent"})
        window.open(f"/teach/sessions/{session.pk}/register/close/").press("Save", when="now")


def row_of(person: Person) -> int:
    return Participation.objects.get(person=person).pk


def an_exchange(people: dict[str, User], travellers: list[Person]) -> None:
    """Two who travelled by name, and three more who were counted."""
    with at("03-10 09:00"):
        host, guest, staff = (screen(people[name]) for name in ("host", "guest", "staff"))
        guest.open("/exchanges/new/").press(
            "Ask for it", title="Shifts and breaks", host=cast.hotline(HOME).pk, visiting=cast.hotline(AWAY).pk,
            starts="2026-05-04T09:00", ends="2026-05-05T17:00", zone="Europe/Paris", mode="in_person",
            topics="staff welfare",
        )  # fmt: skip
        there = f"/exchanges/{Exchange.objects.get().pk}/"
        host.open(f"{there}yes/plan/{cast.hotline(HOME).pk}/").press("Agree")
        staff.open(f"{there}to/approved/").press("Approve it")
    with at("05-06 09:00"):
        host, guest = (screen(people[name]) for name in ("host", "guest"))
        host.open(f"{there}to/held/").press("It was held")
        visit = f"/exchanges/visits/{Exchange.objects.get().visits.get().pk}/"
        guest.open(visit).press("Save", persons=[one.pk for one in travellers], heads=3, funder="CERV")
        guest.open(f"{visit}report/").press("Save the report", done="Sat in.", lessons="Two screens.")
        host.open(f"{there}yes/outcome/{cast.hotline(HOME).pk}/").press("Confirm")
        guest.open(f"{there}yes/outcome/{cast.hotline(AWAY).pk}/").press("Confirm")


def for_law_enforcement(trainer: User) -> None:
    """Two officers by name, one by a code of the agency, twelve counted; and one of the analysts' side."""
    with at("06-01 09:00"):
        window = screen(trainer).open("/teach/law-enforcement/new/")
        window.press(
            "Plan it", title="Tracing for officers", starts_at="2026-06-15T09:00", ends_at="2026-06-15T12:00",
            timezone="Europe/Warsaw", country="PL", place="Warsaw", usual=["content tracing"],
        )  # fmt: skip
        room = re.search(r"/gatherings/\d+/", window.path)[0]
    with at("06-15 12:30"):
        window = screen(trainer)
        police = {
            "audience": "law_enforcement",
            "organisation": "Federal police",
            "country": "PL",
            "came": "yes",
        }
        for name in ("Nowak", "Wilk"):
            window.open(f"{room}people/").press(
                "Add by name", **prefixed("named", police | {"family_name": name})
            )
        window.open(f"{room}people/").press("Add by code", **prefixed("coded", police | {"code": "K-17"}))
        window.open(f"{room}people/").press(
            "Add the head count", **prefixed("heads", police | {"number": "12"})
        )
        window.open(room).press("It was held")


def prefixed(form: str, said: dict[str, str]) -> dict[str, str]:
    return {f"{form}-{name}": value for name, value in said.items()}


def a_webinar(staff: User) -> None:
    """Three register from outside without a login, and two of them were in the call."""
    with at("09-01 09:00"):
        window = screen(staff).open("/staff/activities/new/?kind=webinar").press(
            "Plan it", title="Schemas", starts_at="2026-09-10T14:00", ends_at="2026-09-10T15:00", mode="online",
            timezone="Europe/Amsterdam",
        )  # fmt: skip
        room = re.search(r"/gatherings/\d+/", window.path)[0]
        window.open(f"{room}registration/").press("Save")
    with at("09-05 20:00"):
        for name in ("Mia", "Ake", "Liv"):
            screen(None).open("/register/schemas/").press(
                "Register", given_name=name, family_name="Berg", email=f"{name}@test.example", audience="industry",
                organisation="Hoster", country="SE", agreed="on",
            )  # fmt: skip
    with at("09-10 15:30"):
        window = screen(staff)
        window.open(room).press("It was held")
        window.open(f"{room}attendees/")
        window.press(
            "Look at the list", text="Name,Email\nMia Berg,Mia@test.example\nAke Berg,Ake@test.example\n"
        )
        window.press("Record who was there")


def a_training_meeting(staff: User) -> None:
    """Nobody by name: forty of the hotlines, counted."""
    with at("11-20 18:00"):
        window = screen(staff).open("/staff/activities/new/?kind=htm").press(
            "Plan it", title="Autumn meeting", starts_at="2026-11-18T09:00", ends_at="2026-11-20T17:00",
            timezone="Europe/Amsterdam", mode="in_person", country="NL", host=cast.hotline(AWAY).pk,
        )  # fmt: skip
        room = re.search(r"/gatherings/\d+/", window.path)[0]
        said = {"audience": "hotline", "organisation": AWAY, "country": "NL", "came": "yes", "number": "40"}
        window.open(f"{room}people/").press("Add the head count", **prefixed("heads", said))
        window.open(room).press("It was held")


def test_what_a_year_of_screens_did_is_what_its_counts_say(people):
    basic_course()
    taught, travellers = analysts(5, HOME), analysts(2, AWAY)
    a_basic_training(people["trainer"], taught)
    an_exchange(people, travellers)
    for_law_enforcement(people["trainer"])
    a_webinar(people["staff"])
    a_training_meeting(people["staff"])
    with at("12-31 12:00"):
        told = {str(one.code): one.number for one in count(Question(Span.of_year(2026)))}
    assert told == {
        "basic.held.events": 1,
        "basic.enrolled.participations": 4,
        "basic.enrolled.people": 4,
        "basic.attended.participations": 3,
        "basic.attended.people": 3,
        "basic.completed.participations": 3,
        "basic.completed.people": 3,
        "exchange.held.events": 1,
        "exchange.held.hotlines": 2,
        "exchange.attended.participations": 5,
        "exchange.attended.people": 2,
        "exchange.attended.unidentified": 3,
        "law_enforcement.held.events": 1,
        "law_enforcement.enrolled.participations": 3,
        "law_enforcement.enrolled.people": 3,
        "law_enforcement.attended.participations": 15,
        "law_enforcement.attended.people": 3,
        "law_enforcement.attended.unidentified": 12,
        "webinar.held.events": 1,
        "webinar.enrolled.participations": 3,
        "webinar.enrolled.people": 3,
        "webinar.attended.participations": 2,
        "webinar.attended.people": 2,
        "htm.held.events": 1,
        "htm.attended.participations": 40,
        "htm.attended.unidentified": 40,
    }
