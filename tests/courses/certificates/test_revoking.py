"""Revoking: for good, with a reason, by staff or by a trainer of the cohort, and by nobody else."""

import pytest

from courses.actions.certificates import revoke_certificate
from courses.enums import CertificateStatus
from courses.models import Certificate, Enrolment
from courses.queries.certificates import of_person
from courses.web import words
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.people.enums import Role
from tests import cast
from tests.courses.certificates import made

pytestmark = pytest.mark.django_db


def revoked() -> list[tuple[object, ...]]:
    return list(Certificate.objects.values_list("pk", "revoked_at", "revoked_by", "revoked_because"))


@pytest.mark.parametrize("by", ["staff", "trainer"])
def test_staff_and_the_trainer_of_the_cohort_revoke_on_their_page(by):
    one = made.certificate()
    who = cast.user(Role.STAFF) if by == "staff" else made.trainer(one)
    page = cast.signed_in(who)
    assert "Łucja" in page.get(f"/certificates/{one.pk}/revoke/").text
    assert page.post(f"/certificates/{one.pk}/revoke/", {"reason": "By mistake."}).status_code == 302
    one.refresh_from_db()
    assert (one.revoked_by, one.revoked_because) == (who, "By mistake.")
    assert of_person(one.person)[0].status == CertificateStatus.REVOKED


@pytest.mark.parametrize(
    ("role", "status"), [(Role.ANALYST, 403), (Role.HOTLINE_MANAGER, 403), (Role.TRAINER, 404)]
)
def test_nobody_else_does(role, status):
    one = made.certificate()
    other = cast.user(role, cast.hotline() if role == Role.HOTLINE_MANAGER else None)
    before = revoked()
    assert (
        cast.signed_in(other).post(f"/certificates/{one.pk}/revoke/", {"reason": "x"}).status_code == status
    )
    with pytest.raises(Refused):
        revoke_certificate(certificate=one, reason="x", by=other)
    assert revoked() == before


def test_a_course_hidden_from_trainers_is_not_found_by_them():
    one = made.certificate()
    page = cast.signed_in(made.trainer(one))
    assert page.get(f"/certificates/{one.pk}/revoke/").status_code == 200
    Enrolment.objects.update(hidden=True)
    assert page.get(f"/certificates/{one.pk}/revoke/").status_code == 404


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reason_is_asked_for(reason):
    one = made.certificate()
    before = revoked()
    answer = cast.signed_in(cast.user(Role.STAFF)).post(f"/certificates/{one.pk}/revoke/", {"reason": reason})
    assert answer.status_code == 200
    with pytest.raises(Refused, match="why"):
        revoke_certificate(certificate=one, reason=reason, by=cast.user(Role.STAFF))
    assert revoked() == before


def test_a_second_revocation_leaves_the_first():
    one, staff = made.certificate(), cast.user(Role.STAFF)
    revoke_certificate(certificate=one, reason="First.", by=staff)
    before = revoked()
    with pytest.raises(Refused, match="already"):
        revoke_certificate(certificate=one, reason="Second.", by=staff)
    assert revoked() == before


@pytest.mark.parametrize(
    ("who", "offered"),
    [("staff", True), ("its trainer", True), ("another trainer", False), ("nobody", False)],
)
def test_the_page_of_its_code_leads_those_who_may_to_revoking_it(who, offered):
    one = made.certificate()
    login = {
        "staff": lambda: cast.user(Role.STAFF),
        "its trainer": lambda: made.trainer(one),
        "another trainer": lambda: cast.user(Role.TRAINER),
        "nobody": lambda: None,
    }[who]()
    client, link = cast.signed_in(login), f"/certificates/{one.pk}/revoke/"
    assert (link in client.get(f"/verify/{one.code}/").text) is offered
    revoke_certificate(certificate=one, reason="x", by=cast.user(Role.STAFF))
    assert link not in client.get(f"/verify/{one.code}/").text


def test_the_page_of_its_code_says_on_which_day_it_was_revoked():
    one = made.certificate()
    assert "Revoked on" not in cast.signed_in(None).get(f"/verify/{one.code}/").text
    revoke_certificate(certificate=one, reason="x", by=cast.user(Role.STAFF))
    text = cast.signed_in(None).get(f"/verify/{one.code}/").text
    assert "Revoked on" in text
    assert words.day(today()) in text


def test_the_holder_reads_why_and_whoever_checks_the_code_does_not():
    login = cast.user(Role.ANALYST)
    one = made.certificate(login.person)
    revoke_certificate(certificate=one, reason="Not their own work.", by=cast.user(Role.STAFF))
    assert "Not their own work." in cast.signed_in(login).get("/me/").text
    shown = cast.signed_in(None).get(f"/verify/{one.code}/").text
    assert "was revoked" in shown
    assert "own work" not in shown
