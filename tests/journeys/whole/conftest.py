"""Courses that somebody takes from the first page to the certificate."""

from collections.abc import Iterator

import pytest

from courses import demo
from courses.actions.course_files import import_course
from courses.actions.versions import open_self_paced, publish
from courses.models import Assessment, Cohort, CourseVersion, Question
from lms.people.actions.logins import ensure_login
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.courses.assessments import made
from tests.courses.learn import school
from tests.journeys.learning.conftest import window
from tests.journeys.whole.server import Server
from tests.journeys.whole.walk import PASSWORD

__all__ = ["window"]
SHORT = "a short course"
COURSES = sorted(path.parent.name for path in demo.DATA.glob("courses/*/course.toml"))
# The short one is part of the suite; those of the demo are `make journeys`.
EACH = [SHORT, *(pytest.param(name, marks=pytest.mark.long) for name in COURSES)]


@pytest.fixture
def cohort(request: pytest.FixtureRequest, transactional_db: None) -> Cohort:
    """Where everybody may join the course of this name."""
    version = short_course() if request.param == SHORT else of_the_demo(request.param)
    publish(version=version, by=None)
    return open_self_paced(version=version, by=None)


def of_the_demo(name: str) -> CourseVersion:
    return import_course(folder=demo.DATA / "courses" / name, by=None)


def short_course() -> CourseVersion:
    """Three lessons, and one question of each kind that a program marks."""
    version = school.draft(pass_mark=70)
    assessment = Assessment.objects.create(version=version, title="What you know now", attempts=1)
    for position, (kind, data) in enumerate(made.BANK.items(), 1):
        Question.objects.create(
            version=version,
            assessment=assessment,
            position=position,
            key=f"q{position}",
            kind=kind,
            points=1,
            data=data,
        )
    return version


@pytest.fixture
def analyst(transactional_db: None) -> User:
    """Somebody who can sign in with the password of the walk."""
    login = cast.user(Role.ANALYST)
    ensure_login(email=login.email, given_name="", family_name="", password=PASSWORD, by=None)
    login.refresh_from_db()
    return login


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """A web server of its own, which the test may kill."""
    made = Server()
    try:
        made.start()
        yield made
    finally:
        made.kill()
