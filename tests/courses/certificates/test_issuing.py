"""One certificate for a completion, whatever comes twice; a new one only for a completion recorded anew."""

import datetime as dt
import threading

import pytest
from django.db import connection

from courses.actions.certificates import issue_certificate, last_valid_day, revoke_certificate
from courses.actions.completions import complete_if_due
from courses.enums import CertificateStatus, Stage
from courses.models import Certificate, Enrolment, Entry, LessonDone
from courses.queries.certificates import of_person
from lms.people.enums import Role
from tests import cast
from tests.courses import ledger
from tests.courses.certificates import made

pytestmark = pytest.mark.django_db(transaction=True)


def due() -> Enrolment:
    """Somebody who has done the only lesson, and is not completed yet."""
    of = made.version(needs_lessons=False)
    type(of).objects.filter(pk=of.pk).update(status="retired")
    draft = type(of).objects.create(course=of.course, number=2, title="Tracing", needs_lessons=True)
    module = draft.modules.create(position=1, title="One")
    lesson = draft.lessons.create(module=module, position=1, key="one", title="One")
    draft.status, draft.published_at = "published", of.published_at
    draft.save()
    where, who = made.cohort(draft), cast.person()
    entry = ledger.fact(who, where.activity, Stage.ENROLLED, on="2024-02-01")
    enrolment = Enrolment.objects.create(cohort=where, person=who, participation=entry.participation)
    LessonDone.objects.create(enrolment=enrolment, lesson=lesson)
    return enrolment


def test_two_completions_at_once_end_with_one_certificate():
    enrolment, failures = due(), []

    def complete() -> None:
        try:
            complete_if_due(enrolment=Enrolment.objects.get(pk=enrolment.pk), by=None)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=complete) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert failures == []
    assert Entry.objects.filter(stage=Stage.COMPLETED).count() == Certificate.objects.count() == 1


def test_issuing_again_changes_nothing():
    first = made.certificate(validity_months=12)
    again = issue_certificate(entry=first.entry, version=first.version)
    assert (again.pk, again.code, again.expires_on) == (first.pk, first.code, dt.date(2026, 5, 1))
    assert Certificate.objects.count() == 1


def test_what_completes_again_leaves_a_revoked_certificate_revoked():
    enrolment = due()
    complete_if_due(enrolment=enrolment, by=None)
    revoke_certificate(
        certificate=Certificate.objects.get(), reason="Not their own work.", by=cast.user(Role.STAFF)
    )
    complete_if_due(enrolment=enrolment, by=None)
    assert Certificate.objects.get().revoked_because == "Not their own work."


def test_a_completion_taken_back_and_recorded_anew_has_a_code_of_its_own():
    enrolment = due()
    wrong = complete_if_due(enrolment=enrolment, by=None)
    ledger.take_back(wrong)
    complete_if_due(enrolment=enrolment, by=None)
    states = {one.certificate.entry_id: one.status for one in of_person(enrolment.person)}
    assert states.pop(wrong.pk) == CertificateStatus.WITHDRAWN
    assert list(states.values()) == [CertificateStatus.VALID]
    assert len(set(Certificate.objects.values_list("code", flat=True))) == 2


def test_an_activity_that_was_withdrawn_takes_its_certificates_along():
    one = made.certificate()
    ledger.version(one.entry.activity, withdrawn=True)
    assert of_person(one.person)[0].status == CertificateStatus.WITHDRAWN


def test_a_head_count_has_no_certificate():
    heads = ledger.fact(None, ledger.activity(), Stage.COMPLETED, on="2024-01-01", headcount=9)
    with pytest.raises(ValueError, match="person"):
        issue_certificate(entry=heads, version=made.version())
    assert not Certificate.objects.exists()


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (dt.date(2024, 1, 31), 1, dt.date(2024, 2, 29)),
        (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 28)),
        (dt.date(2024, 12, 15), 25, dt.date(2027, 1, 15)),
        (dt.date(2024, 12, 15), None, None),
    ],
)
def test_validity_runs_in_months_to_the_end_of_a_shorter_one(day, months, last):
    assert last_valid_day(day, months) == last
