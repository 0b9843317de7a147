"""The notices page, the bell, and the link in a mail that turns a kind off."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from courses.actions.enrolments import enrol
from courses.actions.nudges import plan_nudges
from courses.actions.progress import reach
from courses.models import Nudge, NudgeOff
from lms.outbox.drain import run_once
from lms.web import notices
from tests import cast
from tests.courses.certificates import made as certified
from tests.courses.learn import school
from tests.courses.nudges import made

pytestmark = pytest.mark.django_db
PAGE = "/me/notices/"


@pytest.fixture
def analyst():
    return made.analyst()


@pytest.fixture
def page(analyst):
    return cast.signed_in(analyst)


def off_link() -> str:
    return re.search(r"/notices/off/\w+/", mail.outbox[-1].body)[0]


class TestThePage:
    def test_tells_what_and_why_and_what_became_of_the_mail(self, analyst, page):
        made.not_begun(analyst, of=school.course("tracing"))
        made.expiring(analyst.person, renewal_days=30)
        plan_nudges()
        text = page.get(PAGE).text
        assert "“Tracing” waits for you" in text
        assert "Your certificate of “Tracing basics” runs out" in text
        assert "You can renew the course now." in text
        assert "You are enrolled in “Tracing” since" in text
        assert "14 days after it or after the course began" in text
        assert text.count("A mail is on its way.") == 2
        run_once()
        assert page.get(PAGE).text.count("A mail said that there is a notice") == 2

    @pytest.mark.parametrize("days", [30, None])
    def test_says_whether_a_trainer_has_to_enrol(self, analyst, page, days):
        certificate = made.expiring(analyst.person, renewal_days=days)
        plan_nudges()
        assert "ask a trainer" not in page.get(PAGE).text
        certificate.version.cohorts.update(open_enrolment=False)
        text = page.get(PAGE).text
        assert "ask a trainer: they enrol people." in text
        assert "you can renew" not in text.lower()

    def test_what_is_over_is_gone_from_page_and_bell(self, analyst, page):
        begun = made.not_begun(analyst)
        renewed = made.expiring(analyst.person, renewal_days=30)
        plan_nudges()
        run_once()
        assert new(page) == "2 new"
        reach(enrolment=begun, lesson=begun.cohort.version.lessons.first(), block=None, by=analyst)
        assert new(page) == "1 new"
        assert "waits for you" not in page.get(PAGE).text
        enrol(cohort=certified.cohort(renewed.version), person=analyst.person, by=analyst)
        assert new(page) == ""
        assert "There is no notice for you." in page.get(PAGE).text

    def test_says_when_there_is_nothing(self, page):
        assert "There is no notice for you." in page.get(PAGE).text

    def test_shows_nobody_elses(self, analyst, page):
        made.not_begun(made.analyst(), of=school.course("tracing"))
        plan_nudges()
        assert "waits for you" not in page.get(PAGE).text

    def test_a_login_without_a_record_can_read_it(self, analyst, page):
        type(analyst).objects.filter(pk=analyst.pk).update(person=None)
        assert page.get(PAGE).status_code == 200

    def test_costs_the_same_at_one_and_at_three_notices(self, analyst, page):
        made.not_begun(analyst)
        plan_nudges()
        at_one = cast.queries_of(page, PAGE)
        for _ in range(2):
            made.not_begun(analyst)
        made.expiring(analyst.person)
        plan_nudges()
        assert Nudge.objects.count() == 4
        assert cast.queries_of(page, PAGE) == at_one

    def test_a_long_list_has_pages(self, analyst, page):
        cohort = school.course("tracing")
        for _ in range(21):
            made.not_begun(analyst, of=school.open_self_paced(version=cohort.version, by=None))
        plan_nudges()
        assert page.get(PAGE).text.count("<article") == 20
        assert page.get(f"{PAGE}?page=2").text.count("<article") == 1


def new(page) -> str:
    """What the bell says is new, in the words of the page."""
    bell = re.search(r'<a class="bell".*?</a>', page.get("/").text, re.DOTALL)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", bell).split()).removeprefix("Notices").strip()


class TestTheBell:
    def test_is_the_one_place_one_is_at(self, page):
        text = page.get(PAGE).text
        assert re.findall(r'href="([^"]+)" aria-current', text) == [PAGE]

    def test_tells_how_many_are_new_until_they_are_read(self, analyst, page):
        assert new(page) == ""
        for _ in range(2):
            made.not_begun(analyst)
        plan_nudges()
        assert new(page) == "2 new"
        page.get(PAGE)
        assert new(page) == "2 new", "a look alone marked them as read"
        page.post(f"{PAGE}read/")
        assert new(page) == ""
        assert Nudge.objects.filter(read_at=None).count() == 0

    def test_reading_is_ones_own(self, analyst, page):
        other = made.analyst()
        made.not_begun(other)
        plan_nudges()
        page.post(f"{PAGE}read/")
        assert Nudge.objects.get().read_at is None

    def test_what_was_over_before_it_was_sent_does_not_ring(self, analyst, page):
        made.not_begun(analyst)
        plan_nudges()
        NudgeOff.objects.create(user=analyst, kind="not_begun")
        run_once()
        assert new(page) == ""
        assert "No mail was sent: you had turned this kind off." in page.get(PAGE).text

    def test_costs_a_page_one_query(self, analyst, page, monkeypatch):
        with_bell = cast.queries_of(page, "/")
        monkeypatch.setattr(notices, "_sources", {})
        assert with_bell == cast.queries_of(page, "/") + 1

    def test_nobody_reads_a_number_over_ones_shoulder_on_the_neutral_screen(self, analyst, page):
        made.not_begun(analyst)
        plan_nudges()
        assert 'class="bell"' not in page.get(reverse("left")).text


class TestKinds:
    def test_a_kind_is_turned_off_and_on_by_a_press(self, analyst, page):
        url = f"{PAGE}training/not-begun/"
        answer = page.post(url, {"on": "no"}, follow=True)
        assert "is off: no more notices and mails of this kind." in answer.text
        assert "Turn on: A course not begun" in answer.text
        assert NudgeOff.objects.get().user == analyst
        made.not_begun(analyst)
        assert plan_nudges() == 0
        page.post(url, {"on": "yes"})
        assert plan_nudges() == 1

    @pytest.mark.parametrize("url", ["training/unheard-of/", "elsewhere/not-begun/"])
    def test_a_kind_that_is_none_is_not_found(self, page, url):
        assert page.post(PAGE + url, {"on": "no"}).status_code == 404
        assert not NudgeOff.objects.exists()

    def test_a_form_from_elsewhere_is_refused(self, analyst):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(analyst, backend=cast.BACKEND)
        assert strict.post(f"{PAGE}training/not-begun/", {"on": "no"}).status_code == 403
        assert not NudgeOff.objects.exists()


class TestTheLinkInTheMail:
    @pytest.fixture
    def link(self, analyst):
        made.not_begun(analyst)
        plan_nudges()
        run_once()
        return off_link()

    def test_a_look_changes_nothing(self, link):
        assert "Nothing has changed yet." in Client().get(link).text
        assert not NudgeOff.objects.exists()

    def test_one_click_of_a_mail_program_turns_the_kind_off(self, link, analyst):
        strict = Client(enforce_csrf_checks=True)
        answer = strict.post(link, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert NudgeOff.objects.get().user == analyst
        assert strict.post(link).status_code == 200
        assert NudgeOff.objects.count() == 1

    def test_the_page_tells_nothing_of_person_kind_or_course(self, link, analyst):
        for text in (Client().get(link).text, Client().post(link).text):
            assert analyst.email not in text
            assert "tracing" not in text.lower()
            assert "begun" not in text

    def test_a_guess_is_not_found_and_turns_nothing_off(self, link):
        for guess in ("0" * 64, "guess"):
            assert Client().get(f"/notices/off/{guess}/").status_code == 404
            assert Client().post(f"/notices/off/{guess}/").status_code == 404
        assert not NudgeOff.objects.exists()
