"""Cut off at random moments, and back in a new browser: nothing is lost, and nothing is there twice.

SEED= walks another way. The short walk is part of the suite; the long ones are `make journeys`.
"""

import os
import random
from collections.abc import Iterator

import pytest

from courses import demo
from courses.actions.course_files import import_course
from courses.actions.enrolments import enrol
from courses.actions.versions import open_self_paced, publish
from courses.models import Assessment, Cohort, Enrolment, Question
from lms.people.actions.logins import ensure_login
from lms.people.enums import Role
from tests import cast
from tests.courses.assessments import made
from tests.courses.learn import school
from tests.journeys.whole.server import Server
from tests.journeys.whole.walk import PASSWORD, Walk

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
COURSES = sorted(path.parent.name for path in demo.DATA.glob("courses/*/course.toml"))
SEED = int(os.environ.get("SEED", "20261123"))
TIMES = {COURSES[0]: 17, COURSES[1]: 17, COURSES[2]: 16}


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    made = Server()
    made.start()
    yield made
    made.kill()


def enrolled(cohort: Cohort) -> Enrolment:
    analyst = cast.user(Role.ANALYST)
    ensure_login(email=analyst.email, given_name="", family_name="", password=PASSWORD, by=None)
    return enrol(cohort=cohort, person=analyst.person, by=analyst)


def short_course() -> Cohort:
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
    publish(version=version, by=None)
    return open_self_paced(version=version, by=None)


def walk(chromium, server, cohort, times, tell) -> None:
    one = Walk(chromium, server, enrolled(cohort), random.Random(SEED), budget=times)  # noqa: S311
    try:
        one.take_the_lessons()
        attempt = one.take_the_assessment()
        assert one.look_at_the_end(attempt).startswith(b"%PDF")
    finally:
        kinds = ", ".join(f"{count} × {kind}" for kind, count in sorted(one.cuts.items()))
        tell(
            "told",
            f"SEED={SEED}, {cohort.version.course.slug}: cut off {sum(one.cuts.values())} times: {kinds}",
        )
        one.end()
    assert sum(one.cuts.values()) == times


def test_a_short_course_cut_off_six_times(chromium_process, server, record_property):
    walk(chromium_process, server, short_course(), 6, record_property)


@pytest.mark.long
@pytest.mark.parametrize("slug", COURSES)
def test_a_demo_course_cut_off_again_and_again(chromium_process, server, record_property, slug):
    version = import_course(folder=demo.DATA / "courses" / slug, by=None)
    publish(version=version, by=None)
    cohort = open_self_paced(version=version, by=None)
    walk(chromium_process, server, cohort, TIMES[slug], record_property)
