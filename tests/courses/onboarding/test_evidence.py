"""What a hotline can show for the training of its people."""

import datetime as dt

import pytest
import time_machine

from courses.actions.certificates import revoke_certificate
from courses.exports.evidence import rows_of, summary
from courses.queries.evidence import of_hotline, valid_holders
from lms.people.actions.merges import merge_persons
from lms.people.enums import Role
from tests import cast
from tests.courses.certificates import made

pytestmark = pytest.mark.django_db
TODAY = "2026-03-02T12:00+01:00"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(TODAY, tick=False):
        yield


def member(name: str):
    someone = cast.person(name)
    cast.affiliate(someone, cast.hotline(), dt.date(2025, 1, 1))
    return someone


def test_people_of_the_hotline_stand_with_what_they_hold_and_until_when():
    holder, expired, _nothing = member("Held"), member("Over"), member("Zero")
    version = made.version()
    valid = made.certificate(holder, made.cohort(version), expires_on=dt.date(2027, 1, 31))
    over = made.certificate(expired, made.cohort(version), expires_on=dt.date(2026, 3, 1))
    found = of_hotline(cast.hotline())
    rows = [row for person in found.people for row in rows_of(person)]
    assert [[row[0], row[2], row[4], row[5]] for row in rows] == [
        ["Ada Held", "Tracing basics", "31 Jan 2027", valid.code],
        ["Ada Over", "Tracing basics", "1 Mar 2026 (expired)", over.code],
        ["Ada Zero", "none", "–", "–"],
    ]
    assert [(one.title, one.valid, one.expired) for one in found.courses] == [("Tracing basics", 1, 1)]
    assert summary(found) == "1 of 3 people hold at least one valid certificate."


def test_of_a_course_taken_again_the_certificate_that_holds_longest_counts():
    holder, version = member("Held"), made.version()
    for year in (2026, 2028, 2027):
        made.certificate(holder, made.cohort(version), on=f"{year - 2}-05-01", expires_on=dt.date(year, 5, 1))
    (person,) = of_hotline(cast.hotline()).people
    assert [one.certificate.expires_on.year for one in person.proofs] == [2028]


def test_what_proves_nothing_is_left_out():
    """Revoked, recorded for another hotline, of somebody who has left, or kept to oneself."""
    staff = cast.user(Role.STAFF)
    revoke_certificate(certificate=made.certificate(member("Revoked")), reason="Not theirs.", by=staff)
    other = cast.person("Elsewhere")
    cast.affiliate(other, cast.hotline("Other", "DE"))
    made.certificate(other)
    left = member("Left")
    left.affiliations.update(until_on=dt.date(2026, 3, 1))
    made.certificate(left)
    hidden = made.certificate(member("Hidden"))
    hidden.entry.participation.enrolment.__class__.objects.update(hidden=True)
    found = of_hotline(cast.hotline())
    assert [person.person.family_name for person in found.people] == ["Hidden", "Revoked"]
    assert all(person.proofs == [] for person in found.people)
    assert valid_holders([cast.hotline().pk]) == {}


def test_two_records_of_one_person_count_once():
    one, same = member("One"), member("Same")
    version = made.version()
    made.certificate(one, made.cohort(version))
    made.certificate(same, made.cohort(version))
    merge_persons(duplicate=same, survivor=one, by=None)
    found = of_hotline(cast.hotline())
    assert len(found.people) == 1
    assert [(course.valid, course.expired) for course in found.courses] == [(1, 0)]
    assert valid_holders([cast.hotline().pk]) == {(cast.hotline().pk, version.course_id): 1}


class TestPaper:
    def test_a_manager_takes_the_own_hotlines_along_and_no_other(self):
        made.certificate(member("Held"))
        client = cast.signed_in(cast.user(Role.HOTLINE_MANAGER, cast.hotline()))
        answer = client.get(f"/hotline/{cast.hotline().pk}/evidence/")
        assert answer.content.startswith(b"%PDF")
        assert answer["Content-Disposition"] == 'attachment; filename="training-evidence-2026-03-02.pdf"'
        assert client.get(f"/hotline/{cast.hotline('Other', 'DE').pk}/evidence/").status_code == 404

    def test_a_hotline_without_anybody_gets_one_that_says_so(self):
        client = cast.signed_in(cast.user(Role.STAFF))
        assert client.get(f"/staff/hotlines/{cast.hotline().pk}/evidence/").content.startswith(b"%PDF")

    def test_it_costs_the_same_however_many_there_are(self):
        client, path = cast.signed_in(cast.user(Role.STAFF)), f"/staff/hotlines/{cast.hotline().pk}/evidence/"
        version = made.version()
        made.certificate(member("One"), made.cohort(version))
        before = cast.queries_of(client, path)
        for name in ("Two", "Three"):
            made.certificate(member(name), made.cohort(version))
        assert cast.queries_of(client, path) == before
