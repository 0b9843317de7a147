"""A manager's own people: how they stand in each course, what ends soon, and whom the manager nominates."""

import datetime as dt

import pytest

from courses.models import Candidate
from courses.queries.evidence import valid_holders
from lms.kit.clock import today
from lms.people.actions.merges import merge_persons
from lms.people.enums import Role
from tests import cast
from tests.courses.cohorts import made, planned
from tests.courses.learn import school
from tests.courses.nudges import made as due

pytestmark = pytest.mark.django_db


@pytest.fixture
def linea():
    return cast.hotline()


@pytest.fixture
def manager(linea):
    return cast.user(Role.HOTLINE_MANAGER, linea)


def test_says_who_completed_what_until_when_and_what_ends_soon(linea, manager):
    soon, under_way, idle = (planned.analyst(name, at=linea) for name in ("Soon", "Underway", "Idle"))
    course = school.course("tracing", validity_months=12)
    due.expiring(soon.person, days=60, of=course)
    made.person(course, "Underway", lessons=1, login=under_way)
    text = cast.signed_in(manager).get(f"/hotline/{linea.pk}/training/").text
    before, after = text.split("<h2>Courses</h2>")
    assert "Soon" in before
    assert "Underway" not in before
    assert after.index("Soon") < after.index("Underway") < after.index("Idle")
    assert "under way" in after
    csv = b"".join(cast.signed_in(manager).get(f"/hotline/{linea.pk}/training.csv")).decode()
    lines = csv.splitlines()
    assert lines[0] == "Name,Course,Completed,Valid until,Now"
    assert lines[1].startswith("analyst Soon,Tracing,")
    assert f",{(today() + dt.timedelta(days=60)).isoformat()},valid" in lines[1]
    assert lines[2] == "analyst Underway,Tracing,,,under way"
    assert idle.person_id
    assert len(lines) == 3


def test_nothing_of_another_hotline_and_nothing_kept_private(linea, manager):
    other = cast.hotline("Other")
    foreign = planned.analyst("Foreign", at=other)
    due.expiring(foreign.person, days=10)
    own = planned.analyst("Private", at=linea)
    made.person(school.course("care", self_care=True), "Private", lessons=1, login=own, hidden=True)
    # What somebody did at another hotline stays there when they come here.
    moved = planned.analyst("Moved", at=other)
    made.person(school.course("elsewhere"), "Moved", login=moved)
    tie = moved.person.affiliations.get()
    tie.until_on, tie.from_on = today() - dt.timedelta(days=1), today() - dt.timedelta(days=9)
    tie.save()
    cast.affiliate(moved.person, linea, today())
    text = cast.signed_in(manager).get(f"/hotline/{linea.pk}/training/").text
    for unseen in ("Foreign", "Care", "Elsewhere"):
        assert unseen not in text, unseen
    assert "Moved" in text
    assert cast.signed_in(manager).get(f"/hotline/{other.pk}/training/").status_code == 404
    assert cast.signed_in(manager).get(f"/hotline/{other.pk}/training.csv").status_code == 404


def test_two_records_read_as_one_person_are_one_whichever_belongs_to_the_hotline(linea, manager):
    course = school.course("tracing", validity_months=12)
    here, elsewhere = planned.analyst("Herself", at=linea), planned.analyst("Elsewhere")
    due.expiring(here.person, days=60, of=course)
    merge_persons(duplicate=here.person, survivor=elsewhere.person, by=None)
    page = f"/hotline/{linea.pk}/training/"
    assert "Herself" in cast.signed_in(manager).get(page).text
    assert valid_holders({linea.pk}) == {(linea.pk, course.version.course_id): 1}
    # Where both belong to it, the one they are read as stands for both.
    cast.affiliate(elsewhere.person, linea)
    text = cast.signed_in(manager).get(page).text
    assert "Elsewhere" in text
    assert "Herself" not in text
    assert valid_holders({linea.pk}) == {(linea.pk, course.version.course_id): 1}


def test_a_hotline_without_people_says_so(linea, manager):
    client = cast.signed_in(manager)
    assert "Nobody is recorded as belonging" in client.get(f"/hotline/{linea.pk}/training/").text
    assert "nobody to nominate" in client.get(f"/hotline/{linea.pk}/nominations/").text


def test_nominates_own_people_and_sees_how_it_stands(linea, manager):
    cohort = planned.cohort(takes_requests=True)
    own, foreign = planned.analyst("Own", at=linea), planned.analyst("Foreign", at=cast.hotline("Other"))
    client, page = cast.signed_in(manager), f"/hotline/{linea.pk}/nominations/"
    assert "Foreign" not in client.get(page).text
    wrong = client.post(page, {"cohort": cohort.pk, "people": [foreign.person_id]}).text
    assert "not one of the available choices" in wrong
    client.post(page, {"cohort": cohort.pk, "people": [own.person_id]})
    named = Candidate.objects.get()
    assert (named.person, named.hotline, named.state) == (own.person, linea, "nominated")
    assert "nominated by Linea" in (
        cast.signed_in(made.trainer(cohort)).get(f"/teach/cohorts/{cohort.pk}/requests/").text
    )
    client.post(page, {"back": named.pk})
    assert planned.state(cohort, own) == "withdrawn"


def test_costs_the_same_for_one_and_three(linea, manager):
    client, page = cast.signed_in(manager), f"/hotline/{linea.pk}/training/"
    course = school.course("tracing", validity_months=12)

    def another(number: int) -> None:
        login = planned.analyst(f"Name{number}", at=linea)
        made.person(course, f"Name{number}", login=login)

    another(0)
    before = cast.queries_of(client, page)
    another(1), another(2)
    assert cast.queries_of(client, page) == before
