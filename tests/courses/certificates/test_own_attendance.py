"""/me/: certificates of what one attended; one's own alone, and only of what counts."""

import pytest

from courses.actions.attendance_certificates import issue_own_attendance
from courses.models import AttendanceCertificate, Entry
from lms.kit.errors import Refused
from lms.people.actions.merges import merge_persons
from lms.people.enums import Role
from tests import cast
from tests.courses import ledger
from tests.courses.register import made as met
from tests.courses.register.test_cancelling import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst():
    return cast.user(Role.ANALYST)


@pytest.fixture
def client(analyst):
    return cast.signed_in(analyst)


@pytest.fixture
def webinar():
    return ledger.activity("Hosting in 2026", on="2026-03-02T10:00+01:00", kind_id="webinar")


def address(entry) -> str:
    return f"/me/attendances/{entry.pk}.pdf"


def code_of(client, entry) -> str:
    answer = client.post(address(entry))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    code = AttendanceCertificate.objects.get(entry=entry).code
    assert answer["Content-Disposition"] == f'attachment; filename="certificate-{code}.pdf"'
    return code


class TestOnesOwn:
    def test_the_page_gives_it_once_and_the_same_one_again(self, analyst, client, webinar):
        entry = ledger.fact(analyst.person, webinar)
        page = client.get("/me/").text
        assert "Certificates of attendance" in page
        assert f'formaction="{address(entry)}"' in page
        assert not AttendanceCertificate.objects.exists()
        code = code_of(client, entry)
        assert code_of(client, entry) == code
        assert f'href="/verify/{code}/"' in client.get("/me/").text

    def test_anybody_can_check_it_and_reads_no_name(self, analyst, client, webinar):
        code = code_of(client, ledger.fact(analyst.person, webinar))
        anybody = cast.signed_in(None)
        page = anybody.get(f"/verify/{code}/").text
        assert "Hosting in 2026" in page
        assert "This certificate is valid" in page
        assert analyst.person.family_name not in page
        assert anybody.post(f"/verify/{code}/", {"name": analyst.person.name}).context["answer"]

    def test_a_mark_in_a_register_gives_one_and_taken_back_it_is_withdrawn(self, analyst, client):
        cohort = met.cohort()
        (session,) = met.sessions(cohort)
        trainer, one = met.trainer(cohort), met.person(cohort, login=analyst)
        say(session, one, "present", trainer)
        entry = Entry.objects.get(stage="attended")
        code = code_of(client, entry)
        say(session, one, "absent", trainer)
        assert "This certificate was withdrawn" in client.get(f"/verify/{code}/").text
        assert "Certificates of attendance" not in client.get("/me/").text
        answer = client.post(address(entry), follow=True)
        assert "does not count (any more)" in answer.text

    def test_of_a_merged_record_too_and_of_one_room_once(self, analyst, client, webinar):
        twin = cast.person("Twin")
        elsewhere = ledger.activity("Summit", on="2025-05-05T10:00+02:00", kind_id="summit")
        mine, theirs = ledger.fact(analyst.person, webinar), ledger.fact(twin, webinar)
        other = ledger.fact(twin, elsewhere)
        assert client.post(address(other)).status_code == 404
        merge_persons(duplicate=twin, survivor=analyst.person, by=None)
        code_of(client, other)
        code_of(client, mine)
        assert client.post(address(theirs)).status_code == 302
        assert AttendanceCertificate.objects.count() == 2

    def test_the_page_costs_the_same_however_many_there_are(self, analyst, client, webinar):
        code_of(client, ledger.fact(analyst.person, webinar))
        before = cast.queries_of(client, "/me/")
        for nth in range(3):
            room = ledger.activity(f"Webinar {nth}", kind_id="webinar")
            code_of(client, ledger.fact(analyst.person, room))
        assert cast.queries_of(client, "/me/") == before


class TestNone:
    def test_of_anothers(self, analyst, client, webinar):
        entry = ledger.fact(cast.person("Another"), webinar)
        assert client.post(address(entry)).status_code == 404
        assert client.post("/me/attendances/1234567.pdf").status_code == 404
        with pytest.raises(Refused, match="Only who attended"):
            issue_own_attendance(entry=entry, by=analyst)
        assert cast.signed_in(cast.user(Role.STAFF)).post(address(entry)).status_code == 404
        assert not AttendanceCertificate.objects.exists()

    def test_of_an_enrolment_or_a_completion(self, analyst, client, webinar):
        for stage in ("enrolled", "completed"):
            entry = ledger.fact(analyst.person, webinar, stage, on="2026-03-02")
            assert client.post(address(entry)).status_code == 404

    @pytest.mark.parametrize("why", ["absent", "planned", "cancelled", "taken back", "withdrawn"])
    def test_of_what_does_not_count(self, analyst, client, webinar, why):
        entry = ledger.fact(analyst.person, webinar, absent=why == "absent")
        if why == "taken back":
            ledger.take_back(entry)
        elif why == "withdrawn":
            ledger.version(webinar, withdrawn=True)
        elif why != "absent":
            ledger.version(webinar, status=why)
        assert "Certificates of attendance" not in client.get("/me/").text
        assert client.post(address(entry)).status_code == 302
        assert not AttendanceCertificate.objects.exists()

    def test_without_a_login_or_by_looking(self, client, analyst, webinar):
        entry = ledger.fact(analyst.person, webinar)
        assert client.get(address(entry)).status_code == 405
        answer = cast.signed_in(None).post(address(entry))
        assert "/accounts/login/" in answer.url
        assert not AttendanceCertificate.objects.exists()
