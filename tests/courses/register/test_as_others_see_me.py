"""The register that a trainer gets, shown to who stands on it, without anybody else."""

import pytest
from django.urls import reverse

from courses.actions.enrolments import hide
from courses.actions.register.marking import Word, mark
from lms.people.enums import Role
from lms.web.as_seen import Look, about
from lms.web.as_seen.inert import content_of
from tests import cast
from tests.courses.learn import school
from tests.courses.register import made

pytestmark = pytest.mark.django_db
OTHER = "Wolkenstein"


@pytest.fixture
def cohort():
    return made.cohort()


@pytest.fixture
def session(cohort):
    return made.sessions(cohort)[0]


@pytest.fixture
def trainer(cohort):
    return made.trainer(cohort)


@pytest.fixture
def one(cohort, session, trainer):
    someone = made.person(cohort, "Zephyrine")
    mark(session=session, word=Word(someone.participation_id, "late", 45), by=trainer)
    return someone


def looks(of):
    return [look for look in about(of.person) if isinstance(look, Look) and look.route == "teach-register"]


def opened(of, look):
    url = reverse("as-others-see-my", args=[look.role, look.route, *look.args])
    answer = cast.signed_in(of.person.user).get(url)
    assert answer.status_code == 200
    return answer.text


def test_it_is_the_page_that_the_trainer_gets_letter_by_letter(one, session, trainer):
    (look,) = looks(one)
    assert (look.role, look.pk) == (Role.TRAINER, session.pk)
    content, _body = content_of(cast.signed_in(trainer).get(f"/teach/sessions/{session.pk}/register/").text)
    assert content.strip() in opened(one, look)


def test_nobody_else_is_on_it_in_name_or_number(one, cohort, session, trainer):
    other = made.person(cohort, OTHER)
    mark(session=session, word=Word(other.participation_id, "present"), by=trainer)
    page = opened(one, looks(one)[0])
    assert "Zephyrine" in page
    assert OTHER not in page
    assert 'data-count="there">1<' in page
    assert OTHER in cast.signed_in(trainer).get(f"/teach/sessions/{session.pk}/register/").text


def test_somebody_elses_register_is_not_found(one, cohort):
    other = made.person(made.cohort("elsewhere"))
    (look,) = looks(one)
    address = reverse("as-others-see-my", args=[look.role, look.route, look.pk])
    assert cast.signed_in(other.person.user).get(address).status_code == 404


def test_who_keeps_a_course_to_themselves_is_on_no_register(trainer):
    paced = school.course("kindly", self_care=True)
    cohort = made.another(paced.version, made.FIRST)
    cohort.trainers.add(trainer)
    shown, hidden = made.person(cohort, "Seen"), made.person(cohort, "Unseen")
    hide(enrolment=hidden, hidden=True, by=hidden.person.user)
    session = made.sessions(cohort)[0]
    client = cast.signed_in(trainer)
    page = client.get(f"/teach/sessions/{session.pk}/register/").text
    assert "Seen" in page
    assert "Unseen" not in page
    assert [
        row["participation"]
        for row in client.get(f"/teach/sessions/{session.pk}/register/marks/").json()["rows"]
    ] == [shown.participation_id]
    assert looks(hidden) == []
