"""/me/: certificates and transcript to take along; another's are not found."""

import csv
import io

import pytest

from courses.enums import Stage
from lms.people.actions.merges import merge_persons
from lms.people.enums import Role
from tests import cast
from tests.courses import ledger
from tests.courses.certificates import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst():
    return cast.user(Role.ANALYST)


@pytest.fixture
def page(analyst):
    return cast.signed_in(analyst)


def rows(page) -> list[dict[str, str]]:
    answer = page.get("/me/transcript.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_the_page_leads_to_the_certificate_and_to_its_check(analyst, page):
    one = made.certificate(analyst.person)
    text = page.get("/me/").text
    assert f'href="/me/certificates/{one.pk}.pdf"' in text
    assert f'href="/verify/{one.code}/"' in text


def test_a_certificate_is_downloaded_under_a_name_that_names_nobody(analyst, page):
    one = made.certificate(analyst.person)
    answer = page.get(f"/me/certificates/{one.pk}.pdf")
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"] == f'attachment; filename="certificate-{one.code}.pdf"'
    assert answer["Cache-Control"] == "no-store"


def test_anothers_certificate_is_not_found(analyst, page):
    mine, theirs = made.certificate(analyst.person), made.certificate()
    assert page.get(f"/me/certificates/{mine.pk}.pdf").status_code == 200
    assert page.get(f"/me/certificates/{theirs.pk}.pdf").status_code == 404
    assert page.get(f"/staff/people/{theirs.person_id}/certificates/{theirs.pk}.pdf").status_code == 403


def test_staff_download_a_persons_certificate_and_only_theirs():
    staff, one, other = cast.signed_in(cast.user(Role.STAFF)), made.certificate(), made.certificate()
    text = staff.get(f"/staff/people/{one.person_id}/").text
    assert f'href="/staff/people/{one.person_id}/certificates/{one.pk}.pdf"' in text
    assert f'href="/certificates/{one.pk}/revoke/"' in text
    assert staff.get(f"/staff/people/{one.person_id}/certificates/{one.pk}.pdf").status_code == 200
    assert staff.get(f"/staff/people/{one.person_id}/certificates/{other.pk}.pdf").status_code == 404


def test_an_earlier_day_of_a_person_shows_no_certificate_of_today():
    staff, one = cast.signed_in(cast.user(Role.STAFF)), made.certificate()
    assert one.code not in staff.get(f"/staff/people/{one.person_id}/?as_of=2020-01-01").text


def test_what_was_earned_under_a_merged_record_is_ones_own(analyst, page):
    twin = cast.person("Twin")
    one = made.certificate(twin)
    assert page.get(f"/me/certificates/{one.pk}.pdf").status_code == 404
    merge_persons(duplicate=twin, survivor=analyst.person, by=None)
    assert page.get(f"/me/certificates/{one.pk}.pdf").status_code == 200
    assert cast.signed_in(None).post(f"/verify/{one.code}/", {"name": analyst.person.name}).context["answer"]


def test_the_transcript_tells_what_stands_with_its_certificate(analyst, page):
    one = made.certificate(analyst.person, validity_months=1200)
    ledger.take_back(ledger.fact(analyst.person, ledger.activity("Never took place")))
    ledger.fact(analyst.person, ledger.activity("=Basic"), Stage.ATTENDED)
    first, second = sorted(rows(page), key=lambda row: row["Activity"])
    assert (first["Activity"], first["Starts"], first["Attended"]) == ("'=Basic", "2023-05-10", "yes")
    assert (second["Completed"], second["Certificate"]) == ("2025-05-01", one.code)
    assert (second["Valid until"], second["Standing"]) == ("2125-05-01", "valid")


def test_the_transcript_comes_as_tagged_pdf_too(analyst, page):
    made.certificate(analyst.person)
    answer = page.get("/me/transcript.pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="transcript.pdf"'
    assert answer.content.startswith(b"%PDF")


def test_a_long_transcript_and_an_empty_one_are_documents(analyst, page):
    assert page.get("/me/transcript.pdf").content.startswith(b"%PDF")
    for number in range(60):
        ledger.fact(analyst.person, ledger.activity(f"A long title of an activity, number {number}"))
    assert page.get("/me/transcript.pdf").content.startswith(b"%PDF")
    assert len(rows(page)) == 60


def test_a_login_of_nobody_has_no_transcript():
    login = cast.user(Role.ADMINISTRATOR)
    login.person = None
    login.save()
    assert cast.signed_in(login).get("/me/").status_code == 200
    assert cast.signed_in(login).get("/me/transcript.pdf").status_code == 404


def test_the_page_takes_the_same_queries_with_one_certificate_and_with_four(analyst, page):
    made.certificate(analyst.person, validity_months=1)
    page.get("/me/")
    alone = cast.queries_of(page, "/me/")
    for _ in range(3):
        made.certificate(analyst.person, validity_months=1)
    assert cast.queries_of(page, "/me/") == alone
