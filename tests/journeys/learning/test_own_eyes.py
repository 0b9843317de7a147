"""Reflections for own eyes and a pace of one's own, in a real browser: with JavaScript, without, on any screen."""

import json
import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from courses.actions.enrolments import enrol
from courses.models import Enrolment, KeptReflection
from courses.queries.reflections import kept_of
from lms.people.enums import Role
from tests import cast
from tests.browser import EVERY, WITH_AND_WITHOUT, breaches, overflows
from tests.courses.learn import school

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
TEXT = "A walk helped, and so did the tea."
NARROW = {"width": 360, "height": 740}


@pytest.fixture
def enrolment() -> Enrolment:
    cache.clear()
    analyst = cast.user(Role.ANALYST)
    return enrol(cohort=school.course(), person=analyst.person, by=analyst)


def lesson(enrolment: Enrolment, key: str = "closing") -> str:
    return reverse("lesson", args=[enrolment.pk, key])


def write_and_keep(page: Page, enrolment: Enrolment) -> str:
    """Write, press, take the six words on the way; returns them."""
    page.goto(lesson(enrolment))
    page.get_by_label("Your own notes").fill(TEXT)
    page.get_by_role("button", name="Keep for my own eyes").click()
    expect(page.get_by_text("One thing first")).to_be_visible()
    words = " ".join(page.locator(".six-words li").all_text_contents())
    expect(page.get_by_label("What do you take along?")).to_have_value(TEXT)
    page.get_by_label("Type the six words").fill(words)
    page.get_by_role("button", name="Take these words and keep my text").click()
    expect(page.get_by_text("You keep a text here.")).to_be_visible()
    return words


@pytest.mark.parametrize("javascript", WITH_AND_WITHOUT)
def test_a_text_is_kept_read_and_erased(window, enrolment, javascript):
    page = window(enrolment.person.user, java_script_enabled=javascript, viewport=NARROW)
    words = write_and_keep(page, enrolment)
    assert lesson(enrolment) in page.url
    page.goto("/me/reflections/")
    expect(page.get_by_text(TEXT)).to_have_count(0)
    page.get_by_label("Your six words").fill(words)
    page.get_by_role("button", name="Read").press("Enter")
    expect(page.get_by_text(TEXT)).to_be_visible()
    page.get_by_role("button", name="Erase What do you take along?").click()
    expect(page.get_by_text("You keep nothing here.")).to_be_visible()
    assert not KeptReflection.objects.exists()


def test_the_words_may_open_in_the_lesson_itself_and_nothing_else_there_is_lost(window, enrolment):
    page = window(enrolment.person.user)
    loads = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    write_and_keep(page, enrolment)
    assert len(loads) == 1
    assert kept_of(enrolment.person.user)


def test_a_text_is_sent_once(window, enrolment):
    page = window(enrolment.person.user)
    write_and_keep(page, enrolment)
    page.goto(lesson(enrolment))
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_label("Your own notes").fill(TEXT)
    page.get_by_role("button", name="Keep for my own eyes").click()
    expect(page.get_by_text("You keep a text here.")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert len([one for one in sent if one.endswith(reverse("keep-reflection"))]) == 1


def test_while_the_site_does_not_answer_the_text_stays_and_is_kept_afterwards(window, enrolment):
    page = window(enrolment.person.user)
    write_and_keep(page, enrolment)
    KeptReflection.objects.all().delete()
    page.goto(lesson(enrolment))
    page.context.set_offline(True)
    page.get_by_label("Your own notes").fill(TEXT)
    page.get_by_role("button", name="Keep for my own eyes").click()
    expect(page.get_by_text("It was not kept")).to_be_visible()
    expect(page.get_by_label("Your own notes")).to_have_value(TEXT)
    page.context.set_offline(False)
    page.get_by_role("button", name="Keep for my own eyes").click()
    expect(page.get_by_text("You keep a text here.")).to_be_visible()
    assert KeptReflection.objects.count() == 1


def test_who_is_signed_out_meanwhile_keeps_the_text_in_the_page(window, enrolment):
    page = window(enrolment.person.user)
    page.goto(lesson(enrolment))
    page.get_by_label("Your own notes").fill(TEXT)
    page.context.clear_cookies()
    page.get_by_role("button", name="Keep for my own eyes").click()
    expect(page.get_by_text("It was not kept")).to_be_visible()
    expect(page.get_by_label("Your own notes")).to_have_value(TEXT)


def test_what_is_not_kept_is_never_sent(window, enrolment):
    page = window(enrolment.person.user)
    sent = bodies(page)
    page.goto(lesson(enrolment))
    page.get_by_label("Your own notes").fill(TEXT)
    page.get_by_role("button", name="Done.").click()
    expect(page.get_by_role("heading", name="The end of the lessons")).to_be_visible()
    assert sent
    assert not [one for one in sent if "walk" in one]


class TestPages:
    @pytest.mark.long
    @pytest.mark.parametrize(("width", "scheme"), EVERY)
    def test_each_is_accessible_and_fits(self, window, enrolment, width, scheme):
        page = window(enrolment.person.user, viewport={"width": width, "height": 800}, color_scheme=scheme)
        found = {}

        def look(name: str) -> None:
            problems = [*breaches(page), *(["sideways scroll"] if overflows(page) else [])]
            found.update({name: problems} if problems else {})

        page.goto("/me/words/")
        look("words before")
        page.get_by_role("button", name="Show me six words").click()
        look("words shown")
        page.goto(lesson(enrolment))
        page.get_by_text("Pauses and pace").click()
        look("lesson")
        page.get_by_label("Your own notes").fill(TEXT)
        page.get_by_role("button", name="Keep for my own eyes").click()
        expect(page.get_by_text("One thing first")).to_be_visible()
        look("words on the way")
        words = write_and_keep(page, enrolment)
        look("kept")
        page.goto("/me/reflections/")
        look("closed")
        page.get_by_label("Your six words").fill("acre actor advice agile agree april")
        page.get_by_role("button", name="Read").click()
        look("wrong words")
        page.get_by_label("Your six words").fill(words)
        page.get_by_role("button", name="Read").click()
        look("open")
        assert not found


class TestPace:
    def test_a_pause_is_suggested_calmly_and_can_be_waved_away(self, window, enrolment):
        page = window(enrolment.person.user)
        page.clock.install()
        page.goto(lesson(enrolment))
        page.get_by_text("Pauses and pace").click()
        page.get_by_label("Suggest a pause after").select_option("15")
        page.clock.run_for("14:00")
        expect(page.get_by_text("Perhaps a pause")).to_have_count(0)
        page.clock.run_for("02:00")
        expect(page.get_by_text("Perhaps a pause")).to_be_visible()
        expect(page.get_by_role("button", name="Done.")).to_be_enabled()
        page.get_by_role("button", name="I have seen it").click()
        expect(page.get_by_text("Perhaps a pause")).not_to_be_visible()
        page.clock.run_for("16:00")
        expect(page.get_by_text("Perhaps a pause")).to_be_visible()

    def test_after_the_lessons_of_a_day_the_next_one_is_left_to_oneself(self, window, enrolment):
        page = window(enrolment.person.user)
        page.goto(lesson(enrolment, "opening"))
        page.get_by_text("Pauses and pace").click()
        page.get_by_label("Lessons a day").select_option("1")
        page.get_by_role("button", name="Done.").click()
        expect(page).not_to_have_url(re.compile("/opening/"))
        page.goto(lesson(enrolment))
        expect(page.get_by_text("as many lessons today as you set yourself")).to_be_visible()
        expect(page.get_by_role("button", name="Done.")).to_be_enabled()

    @pytest.mark.long
    def test_it_stays_in_the_browser_and_never_is_forgotten_by_itself(self, window, enrolment):
        """The same requests go out with a pace and without; none holds what was chosen."""
        without, with_pace = self.walk(window, enrolment, ""), self.walk(window, enrolment, "15")
        assert without == with_pace
        page = window(enrolment.person.user)
        page.goto(lesson(enrolment))
        page.get_by_text("Pauses and pace").click()
        page.get_by_label("Suggest a pause after").select_option("15")
        page.reload()
        expect(page.get_by_label("Suggest a pause after")).to_have_value("15")
        assert json.loads(page.evaluate("localStorage.getItem('pace')"))["minutes"] == 15
        page.get_by_text("Pauses and pace").click()
        page.get_by_label("Suggest a pause after").select_option("0")
        assert page.evaluate("localStorage.length") == 0

    def walk(self, window, enrolment, minutes):
        page = window(enrolment.person.user)
        sent = []
        page.goto(lesson(enrolment, "opening"))
        page.on("request", lambda request: sent.append(told(request)))
        page.get_by_text("Pauses and pace").click()
        if minutes:
            page.get_by_label("Suggest a pause after").select_option(minutes)
            page.get_by_label("Lessons a day").select_option("1")
        page.get_by_role("button", name="Done.").click()
        expect(page.get_by_role("link", name="Go on", exact=True)).to_be_visible()
        page.goto(lesson(enrolment))
        expect(page.get_by_role("button", name="Done.")).to_be_visible()
        assert not [one for one in sent if "pace" in str(one[2])]
        return sorted({one for one in sent if "place" not in str(one[2])})

    def test_without_javascript_it_is_absent(self, window, enrolment):
        page = window(enrolment.person.user, java_script_enabled=False)
        page.goto(lesson(enrolment))
        expect(page.get_by_text("Pauses and pace")).not_to_be_visible()


def bodies(page: Page) -> list[str]:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    return sent


def told(request) -> tuple[str, str, str]:
    """A request without what differs each time: the token, a form's boundary, and the server's port."""
    body = re.sub(r"csrfmiddlewaretoken=\w+|WebKitFormBoundary\w+", "", request.post_data or "")
    return request.method, re.sub(r"//[^/]+", "", request.url), body
