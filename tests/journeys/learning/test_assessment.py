"""An assessment from the first page to the result: by mouse, by keyboard, without JavaScript, on a bad line."""

import re
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from courses.actions import attempts
from courses.models import Answer, Attempt, Enrolment, Mark
from tests.browser import EVERY, breaches, lose
from tests.courses.assessments import made

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PUT = {
    "Registry": "numbers",
    "Registrar": "names",
    "Host": "machines",
    "Resolve": "1",
    "Look up": "2",
    "Record": "3",
    "Notify": "4",
}


@pytest.fixture
def enrolment() -> Enrolment:
    return made.enrolment(made.version(*made.BANK.items(), attempts=3, minutes=60))


@pytest.fixture
def short(enrolment: Enrolment) -> Enrolment:
    """One question and no more."""
    return made.enrolment(made.version())


def start(page: Page, enrolment: Enrolment) -> None:
    page.goto(reverse("assessment", args=[enrolment.pk]))


def answer_everything(page: Page) -> None:
    page.get_by_label("The name").check()
    page.get_by_label("The time of the look-up").check()
    page.get_by_label("The address found").check()
    page.get_by_label("False").check()
    for label, what in PUT.items():
        page.get_by_label(label, exact=True).select_option(label=what)
    page.get_by_label("Your answer, in hours").fill("2,5")
    page.get_by_label("Your answer", exact=True).fill(" SCHEMA ")


def expect_full_marks(page: Page, enrolment: Enrolment) -> None:
    expect(page.get_by_text("100 %, 7 of 7 points, passed")).to_be_visible()
    assert Mark.objects.filter(attempt__enrolment=enrolment).count() == 7


@pytest.mark.long
def test_by_mouse(window, enrolment):
    page = window(enrolment.person.user)
    start(page, enrolment)
    page.get_by_role("button", name="Begin").click()
    answer_everything(page)
    expect(page.get_by_text("Saved a moment ago").first).to_be_visible()
    page.get_by_role("button", name="Submit").click()
    expect_full_marks(page, enrolment)
    page.get_by_role("link", name="What comes next").click()
    expect(page.get_by_text("You have completed this course.")).to_be_visible()


def test_without_javascript_it_ends_the_same(window, enrolment):
    page = window(enrolment.person.user, java_script_enabled=False, viewport={"width": 360, "height": 740})
    start(page, enrolment)
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("The name").check()
    page.get_by_role("button", name="Save and go on").first.click()
    answer_everything(page)
    page.get_by_label("Your answer", exact=True).press("Enter")
    assert Answer.objects.count() == 7
    assert Attempt.objects.get().submitted_at is None
    page.get_by_role("button", name="Submit").click()
    expect_full_marks(page, enrolment)


def tab_to(page: Page, what: str) -> None:
    """Press Tab until the element in focus is the one that the selector means."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"Tab does not lead to {what}")


def test_by_keyboard_alone(window):
    version = made.version(
        ("single", made.SINGLE), ("ordering", made.ORDERING), ("short", made.SHORT), shuffle=False
    )
    enrolment = made.enrolment(version)
    page = window(enrolment.person.user)
    start(page, enrolment)
    tab_to(page, "main form button.go")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/assessment/1/"))
    tab_to(page, "input[type=radio]")
    page.keyboard.press("Space")
    for _item in made.ORDERING["items"]:
        tab_to(page, "select")
        wanted = PUT[page.evaluate("document.activeElement.labels[0].textContent")]
        page.keyboard.type(wanted)
    tab_to(page, "input[type=text]")
    page.keyboard.type("schema")
    tab_to(page, "[name=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("3 of 3 points, passed"))).to_be_visible()


def test_a_dropped_connection_keeps_the_answers_in_the_page_and_sends_them_once(window, short):
    page = window(short.person.user)
    start(page, short)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url(re.compile("/assessment/1/"))
    page.context.set_offline(True)
    page.get_by_label("The name").check()
    expect(page.get_by_text("Not saved yet, trying again").first).to_be_visible()
    page.get_by_role("button", name="Submit").click()
    assert not Answer.objects.exists()
    expect(page.get_by_label("The name")).to_be_checked()
    page.context.set_offline(False)
    expect(page.get_by_text("100 %, 1 of 1 points, passed")).to_be_visible()
    assert (Answer.objects.count(), Mark.objects.count(), Attempt.objects.count()) == (1, 1, 1)


def test_a_submission_whose_answer_was_lost_is_sent_again_and_marked_once(window, short):
    page = window(short.person.user)
    start(page, short)
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("The name").check()
    expect(page.get_by_text("Saved a moment ago").first).to_be_visible()
    attempts.submit_attempt(attempt=Attempt.objects.get(), by=short.person.user)
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("100 %, 1 of 1 points, passed")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("100 %, 1 of 1 points, passed")).to_be_visible()
    assert Mark.objects.count() == 1


@pytest.mark.long
def test_two_windows_change_different_answers_and_neither_loses_the_others(window):
    enrolment = made.enrolment(made.version(("single", made.SINGLE), ("short", made.SHORT)))
    attempts.start_attempt(enrolment=enrolment, by=enrolment.person.user)
    address = reverse("attempt", args=[enrolment.pk, 1])
    one, other = window(enrolment.person.user), window(enrolment.person.user)
    one.goto(address)
    other.goto(address)
    one.get_by_label("The name").check()
    expect(one.get_by_text("Saved a moment ago").first).to_be_visible()
    other.get_by_label("Your answer").fill("schema")
    expect(other.get_by_text("Saved a moment ago").first).to_be_visible()
    assert Answer.objects.count() == 2
    one.get_by_role("button", name="Submit").click()
    expect(one.get_by_text("100 %, 2 of 2 points")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_leave_now_saves_and_shows_nothing_of_the_course(window, short, javascript):
    page = window(short.person.user, java_script_enabled=javascript)
    start(page, short)
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("The name").check()
    page.get_by_role("button", name="Leave now").click()
    page.wait_for_url(re.compile(reverse("left")))
    assert "What you know now" not in page.content()
    assert Answer.objects.count() == 1
    start(page, short)
    page.get_by_role("button", name="Go on with your attempt").click()
    expect(page.get_by_label("The name")).to_be_checked()


def test_leaving_on_a_dropped_connection_hides_the_page_at_once(window, short):
    page = window(short.person.user)
    start(page, short)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url(re.compile("/assessment/1/"))
    page.context.set_offline(True)
    page.get_by_label("The name").check()
    page.get_by_role("button", name="Leave now").click()
    expect(page.get_by_text("Everything is where you left it")).to_be_visible()
    expect(page.get_by_label("The name")).not_to_be_visible()
    assert "What you know now" not in page.title()
    page.context.set_offline(False)
    page.wait_for_url(re.compile(reverse("left")))
    assert Answer.objects.count() == 1


def test_a_tab_that_is_gone_while_offline_and_opened_again_shows_what_was_saved(window, enrolment):
    page = window(enrolment.person.user)
    start(page, enrolment)
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("The name").check()
    expect(page.get_by_text("Saved a moment ago").first).to_be_visible()
    page.context.set_offline(True)
    page.get_by_label("False").check()
    expect(page.get_by_text("Not saved yet, trying again").first).to_be_visible()
    lose(page)
    again = window(enrolment.person.user)
    start(again, enrolment)
    again.get_by_role("button", name="Go on with your attempt").click()
    expect(again.get_by_label("The name")).to_be_checked()
    expect(again.get_by_label("False")).not_to_be_checked()
    assert (Attempt.objects.count(), Answer.objects.count()) == (1, 1)


def test_a_page_does_not_say_saved_of_an_answer_that_is_not_and_asks_before_it_is_closed(window, short):
    page = window(short.person.user)
    start(page, short)
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("The name").check()
    expect(page.locator("#saving")).to_have_text("Saved a moment ago")
    page.context.set_offline(True)
    page.locator("input[type=radio]").last.check()
    page.locator("input[type=radio]").first.check()
    assert page.locator("#saving").inner_text() != "Saved a moment ago"
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()


def test_a_blank_question_is_named_before_the_attempt_is_submitted(window, short):
    page = window(short.person.user)
    start(page, short)
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("These questions have no answer")).to_be_visible()
    assert Attempt.objects.get().submitted_at is None
    page.get_by_role("button", name="Submit as it is").click()
    expect(page.get_by_text("0 %, 0 of 1 points, not passed")).to_be_visible()


@pytest.mark.long
@pytest.mark.parametrize(("width", "scheme"), EVERY)
def test_every_page_is_accessible_and_needs_no_sideways_scroll(window, width, scheme):
    version = made.version(*made.BANK.items(), ("essay", made.ESSAY), minutes=30)
    enrolment = made.enrolment(version)
    trainer = made.trainer(enrolment)
    user = enrolment.person.user
    attempt = attempts.start_attempt(enrolment=enrolment, by=user)
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    learner, teacher = window(user, **options), window(trainer, **options)
    own = [
        reverse("assessment", args=[enrolment.pk]),
        reverse("attempt", args=[enrolment.pk, 1]) + "?check=1",
    ]
    found = look_at(learner, own)
    essay = made.question(attempt, "essay")
    attempts.save_answers(attempt=attempt, answers={essay.pk: {"text": "Two see more."}}, by=user)
    attempts.submit_attempt(attempt=attempt, by=user)
    found += look_at(learner, [reverse("attempt-result", args=[enrolment.pk, 1])])
    single = made.question(attempt)
    found += look_at(
        teacher,
        [
            reverse("teach-marks"),
            reverse("teach-essay", args=[Answer.objects.get().pk]),
            reverse("teach-questions"),
            reverse("teach-correction", args=[single.pk]),
            reverse("teach-extra-time", args=[enrolment.pk]),
        ],
    )
    assert found == []


def look_at(page: Page, addresses: list[str]) -> list[str]:
    found = []
    for address in addresses:
        assert page.goto(address).status == 200
        found += [f"{urlsplit(address).path} {breach}" for breach in breaches(page)]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{address} scrolls sideways")
    return found
