"""A lesson while the connection comes and goes: what was chosen stays in the page and is sent once."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from courses.actions.enrolments import enrol
from courses.models import CheckAnswer, Enrolment, LessonDone
from lms.people.enums import Role
from tests import cast
from tests.browser import lose
from tests.courses.learn import school

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
UNSENT = "Not sent yet, trying again"
SAVED = "Saved a moment ago"


@pytest.fixture
def enrolment() -> Enrolment:
    analyst = cast.user(Role.ANALYST)
    return enrol(cohort=school.course(), person=analyst.person, by=analyst)


def lesson(enrolment: Enrolment, key: str = "opening") -> str:
    return reverse("lesson", args=[enrolment.pk, key])


def kept(kind: str) -> list[object]:
    return list(CheckAnswer.objects.filter(block__kind=kind).values_list("data", flat=True))


def posts(page: Page) -> list[str]:
    """What the page sends from now on, without the places it remembers."""
    sent: list[str] = []

    def note(request: object) -> None:
        if request.method == "POST" and 'name="block"' in (request.post_data or ""):
            sent.append(request.post_data)

    page.on("request", note)
    return sent


def test_an_answer_is_shown_in_place_and_what_was_written_beside_it_stays(window, enrolment):
    page = window(enrolment.person.user)
    page.goto(lesson(enrolment))
    page.get_by_label("The second").check()
    page.get_by_role("button", name="Look first").click()
    expect(page.get_by_text("You chose: Look first")).to_be_visible()
    expect(page.locator("[data-block]:focus")).to_contain_text("It ends well.")
    expect(page.get_by_label("The second")).to_be_checked()
    page.get_by_role("button", name="Check my answer").click()
    expect(page.get_by_text("Because of the first.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("You chose: Look first")).to_be_visible()
    expect(page.get_by_text("Because of the first.")).to_be_visible()


def test_what_is_answered_on_a_dropped_connection_is_sent_when_it_is_back_and_once(window, enrolment):
    page = window(enrolment.person.user)
    page.goto(lesson(enrolment))
    page.context.set_offline(True)
    page.get_by_label("The second").check()
    page.get_by_role("button", name="Check my answer").click()
    page.get_by_role("button", name="Look first").click()
    expect(page.locator("#saving")).to_contain_text(UNSENT)
    expect(page.get_by_label("The second")).to_be_checked()
    assert not CheckAnswer.objects.exists()
    sent = posts(page)
    page.context.set_offline(False)
    expect(page.locator("#saving")).to_contain_text(SAVED)
    expect(page.get_by_text("You chose: Look first")).to_be_visible()
    expect(page.get_by_text("Because of the first.")).to_be_visible()
    assert kept("scenario") == [{"chosen": [0]}]
    assert [len(answer["0"]["chosen"]) for answer in kept("check")] == [1]
    assert len(sent) == 2


def test_a_lesson_that_is_finished_on_a_dropped_connection_is_done_when_it_is_back(window, enrolment):
    page = window(enrolment.person.user)
    page.goto(lesson(enrolment))
    page.context.set_offline(True)
    page.get_by_role("button", name="Look first").click()
    page.get_by_role("button", name="Done.").click()
    expect(page.locator("#saving")).to_contain_text(UNSENT)
    page.context.set_offline(False)
    page.wait_for_url(re.compile(lesson(enrolment, "hard")))
    assert kept("scenario") == [{"chosen": [0]}]
    assert [done.lesson.key for done in LessonDone.objects.all()] == ["opening"]


def test_a_server_that_is_down_for_a_moment_loses_nothing(window, enrolment):
    page = window(enrolment.person.user)
    page.goto(lesson(enrolment))
    page.route("**/learn/**", lambda route: route.fulfill(status=503, body="later"), times=1)
    page.get_by_role("button", name="Send it on").click()
    expect(page.locator("#saving")).to_contain_text(UNSENT)
    expect(page.get_by_text("You chose: Send it on")).to_be_visible()
    assert kept("scenario") == [{"chosen": [1]}]


def test_an_answer_whose_receipt_was_lost_is_sent_again_and_kept_once(window, enrolment):
    page = window(enrolment.person.user)
    page.goto(lesson(enrolment))

    def lose(route):
        route.fetch()
        route.abort()

    page.route("**/learn/**", lose, times=1)
    page.get_by_role("button", name="Look first").click()
    expect(page.get_by_text("You chose: Look first")).to_be_visible()
    assert kept("scenario") == [{"chosen": [0]}]


@pytest.mark.long
def test_leaving_on_a_dropped_connection_hides_the_page_and_saves_when_it_is_back(window, enrolment):
    page = window(enrolment.person.user)
    page.goto(lesson(enrolment))
    page.context.set_offline(True)
    page.get_by_role("button", name="Look first").click()
    page.get_by_role("button", name="Done.").click()
    page.get_by_role("button", name="Leave now").click()
    expect(page.get_by_text("Everything is where you left it")).to_be_visible()
    expect(page.get_by_text("It begins.")).not_to_be_visible()
    assert "Opening" not in page.title()
    page.context.set_offline(False)
    page.wait_for_url(re.compile(reverse("left")))
    assert kept("scenario") == [{"chosen": [0]}]
    assert LessonDone.objects.count() == 1


@pytest.mark.long
def test_who_is_signed_out_is_told_and_loses_nothing(window, enrolment):
    page = window(enrolment.person.user)
    page.goto(lesson(enrolment))
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_role("button", name="Look first").click()
    expect(page.locator("#saving")).to_contain_text("you are signed out")
    assert not CheckAnswer.objects.exists()
    page.context.add_cookies(cookies)
    expect(page.get_by_text("You chose: Look first")).to_be_visible()
    assert kept("scenario") == [{"chosen": [0]}]


def test_closing_the_tab_while_something_is_unsent_asks_first(window, enrolment):
    page = window(enrolment.person.user)
    page.goto(lesson(enrolment))
    page.context.set_offline(True)
    page.get_by_label("The second").check()
    page.get_by_role("button", name="Check my answer").click()
    expect(page.locator("#saving")).to_contain_text(UNSENT)
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    expect(page.get_by_label("The second")).to_be_checked()
    page.context.set_offline(False)
    expect(page.get_by_text("Because of the first.")).to_be_visible()
    assert len(kept("check")) == 1


def test_a_tab_that_is_gone_while_offline_leaves_what_was_sent_and_nothing_on_the_computer(window, enrolment):
    page = window(enrolment.person.user)
    page.goto(lesson(enrolment))
    page.get_by_role("button", name="Look first").click()
    expect(page.locator("#saving")).to_contain_text(SAVED)
    page.context.set_offline(True)
    page.get_by_label("The second").check()
    page.get_by_role("button", name="Check my answer").click()
    expect(page.locator("#saving")).to_contain_text(UNSENT)
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert page.get_by_label("The second").get_attribute("value") not in stored
    lose(page)
    again = window(enrolment.person.user)
    again.goto(reverse("learn", args=[enrolment.pk]))
    expect(again.get_by_text("You chose: Look first")).to_be_visible()
    expect(again.get_by_label("The second")).not_to_be_checked()
    assert kept("check") == []


@pytest.mark.long
def test_back_from_the_next_lesson_shows_the_answers(window, enrolment):
    page = window(enrolment.person.user)
    page.goto(lesson(enrolment))
    page.get_by_role("button", name="Look first").click()
    expect(page.locator("#saving")).to_contain_text(SAVED)
    page.get_by_role("button", name="Done.").click()
    page.wait_for_url(re.compile(lesson(enrolment, "hard")))
    page.go_back()
    expect(page.get_by_text("You chose: Look first")).to_be_visible()
    page.get_by_role("button", name="Done.").click()
    page.wait_for_url(re.compile(lesson(enrolment, "hard")))
    assert LessonDone.objects.count() == 1


def test_two_tabs_answer_the_same_and_different_blocks_and_both_are_kept_once(window, enrolment):
    one, other = window(enrolment.person.user), window(enrolment.person.user)
    for page in (one, other):
        page.goto(lesson(enrolment))
    for page in (one, other):
        page.get_by_role("button", name="Look first").click()
        expect(page.get_by_text("You chose: Look first")).to_be_visible()
    other.get_by_label("The second").check()
    other.get_by_role("button", name="Check my answer").click()
    expect(other.get_by_text("Because of the first.")).to_be_visible()
    for page in (one, other):
        page.get_by_role("button", name="Done.").click()
        page.wait_for_url(re.compile(lesson(enrolment, "hard")))
    assert (len(kept("scenario")), len(kept("check")), LessonDone.objects.count()) == (1, 1, 1)
