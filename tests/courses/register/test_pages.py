"""The pages of a register, without their script."""

import pytest

from tests import cast
from tests.courses.register import made

pytestmark = pytest.mark.django_db


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
def client(trainer):
    return cast.signed_in(trainer)


def url(session, more=""):
    return f"/teach/sessions/{session.pk}/register/{more}"


def sent(page, **chosen):
    """The fields of the form as a browser would send them, with some chosen otherwise."""
    import re

    fields = {}
    for field in re.findall(r"<input[^>]*>", page.split('id="register"')[1].split("</form>")[0]):
        about = dict(re.findall(r'(\w+)="([^"]*)"', field))
        if about.get("type") != "radio" or " checked" in field:
            fields[about["name"]] = about.get("value", "")
    return fields | chosen


class TestTheForm:
    def test_one_press_saves_every_row_that_changed_and_no_other(self, client, cohort, session):
        one, two, three = (made.person(cohort, name) for name in ("Able", "Baker", "Cole"))
        page = client.get(url(session)).text
        form = sent(page) | {
            f"presence-{one.participation_id}": "late",
            f"minutes-{one.participation_id}": "45",
            f"presence-{two.participation_id}": "absent",
        }
        answer = client.post(url(session), form, follow=True)
        assert "2 marks are saved." in answer.text
        assert made.said(session, one) == [("late", 45)]
        assert made.said(session, two) == [("absent", None)]
        assert made.said(session, three) == []
        client.post(url(session), form)
        assert made.said(session, one) == [("late", 45)]
