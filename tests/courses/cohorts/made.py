"""A cohort of a course whose completion rule a test chooses, its trainer, and people as far as they are."""

from typing import Any

from courses.actions.enrolments import enrol
from courses.actions.progress import finish_lesson
from courses.models import Cohort, Enrolment
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.courses import ledger
from tests.courses.learn import school

DAY = "2026-03-02T09:00+01:00"


def cohort(slug: str = "tracing", *, on: str = "", **rule: Any) -> Cohort:
    """By default one that asks for all lessons and the sign-off; dated where ``on`` says when."""
    made = school.course(slug, **{"needs_sign_off": True, **rule})
    if on:
        activity = ledger.activity(made.version.title, on=on, kind_id="online")
        made = Cohort.objects.create(activity=activity, version=made.version, open_enrolment=True)
    return made


def trainer(of: Cohort) -> User:
    login = cast.user(Role.TRAINER)
    of.trainers.add(login)
    return login


def person(
    of: Cohort, name: str = "Example", *, lessons: int | None = None, login: User | None = None, **more: Any
) -> Enrolment:
    """Somebody enrolled who has done so many lessons, or all of them."""
    login = login or cast.user(Role.ANALYST)
    who = login.person
    who.family_name = name
    who.save()
    made = enrol(cohort=of, person=who, by=login, **more)
    for lesson in of.version.lessons.all()[:lessons]:
        finish_lesson(enrolment=made, lesson=lesson, by=login)
    return made
