"""Marks, corrections and certificates are stamped by the database, and never say otherwise afterwards."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from courses.actions.certificates import revoke_certificate
from courses.models import Certificate, Correction, Mark
from lms.kit.moment import RecordingMoment
from lms.ops.database import as_owner
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.courses.assessments import made as assessed
from tests.courses.certificates import made

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
MODELS = (Mark, Correction, Certificate)


def rows() -> list[list[tuple[object, ...]]]:
    return [list(model.objects.order_by("pk").values_list()) for model in MODELS]


def refused(match, act):
    """The database refuses with these words or by this constraint, and every row is as it was."""
    before = rows()
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        act()
    assert rows() == before


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def staff() -> User:
    return cast.user(Role.STAFF)


@pytest.fixture
def attempt(staff):
    enrolment = assessed.enrolment()
    attempt = enrolment.attempts.create(number=1, seed=1)
    question = enrolment.cohort.version.questions.get()
    Mark.objects.create(attempt=attempt, question=question, points=1)
    Correction.objects.create(question=question, data={}, reason="Misprint.", corrected_by=staff)
    return attempt


def test_a_mark_cannot_be_dated_back(attempt):
    question = Mark.objects.get().question
    refused(
        "stamps what it records itself: marked_at",
        lambda: Mark.objects.create(
            attempt=attempt, question=question, ordinal=2, points=1, marked_at=LONG_AGO
        ),
    )


def test_a_correction_cannot_be_dated_back(attempt, staff):
    question = Correction.objects.get().question
    refused(
        "stamps what it records itself: corrected_at",
        lambda: Correction.objects.create(
            question=question, ordinal=2, data={}, reason="x", corrected_by=staff, corrected_at=LONG_AGO
        ),
    )


@pytest.mark.parametrize("model", [Mark, Correction])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_a_mark_and_a_correction_stay_as_they_are(attempt, model, statement):
    said = statement.format(model._meta.db_table)
    refused("permission denied", lambda: execute(said))
    if "TRUNCATE" not in statement:
        with as_owner():
            refused("Cannot", lambda: execute(said))


class TestCertificate:
    @pytest.fixture
    def one(self):
        return made.certificate()

    def test_cannot_be_dated_back_or_be_made_revoked(self, one):
        other = made.certificate()
        again = {
            name: getattr(other, name)
            for name in ("entry_id", "version_id", "person_id", "expires_on", "code")
        }
        with as_owner():
            execute("ALTER TABLE courses_certificate DISABLE TRIGGER USER")
            Certificate.objects.filter(pk=other.pk).delete()
            execute("ALTER TABLE courses_certificate ENABLE TRIGGER USER")
        refused(
            "stamps what it records itself: issued_at",
            lambda: Certificate.objects.create(**again, issued_at=LONG_AGO),
        )
        refused(
            "revoked once, now",
            lambda: Certificate.objects.create(**again, revoked_at=RecordingMoment(), revoked_because="x"),
        )
        Certificate.objects.create(**again)

    @pytest.mark.parametrize(
        "change",
        [
            "code = 'AAAA-AAAA-AAAA'",
            "person_id = person_id + 1",
            "expires_on = '2099-01-01'",
            "issued_at = issued_at - interval '1 year'",
        ],
    )
    def test_says_on_paper_what_it_said_when_it_was_issued(self, one, change):
        refused("permission denied", lambda: execute(f"UPDATE courses_certificate SET {change}"))
        with as_owner():
            refused("revoked once, now", lambda: execute(f"UPDATE courses_certificate SET {change}"))

    @pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
    def test_is_never_gone(self, one, statement):
        refused("permission denied", lambda: execute(statement.format("courses_certificate")))
        if "TRUNCATE" not in statement:
            with as_owner():
                refused("Cannot delete", lambda: execute(statement.format("courses_certificate")))

    def test_is_revoked_now_and_not_on_another_day(self, one):
        refused(
            "revoked once, now",
            lambda: Certificate.objects.update(revoked_at=LONG_AGO, revoked_because="x"),
        )

    def test_is_not_revoked_a_second_time_nor_made_valid_again(self, one, staff):
        revoke_certificate(certificate=one, reason="First.", by=staff)
        refused("revoked once, now", lambda: Certificate.objects.update(revoked_because="Second."))
        refused(
            "revoked once, now",
            lambda: Certificate.objects.update(revoked_at=None, revoked_because="", revoked_by=None),
        )
