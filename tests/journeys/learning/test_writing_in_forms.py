"""A question and a case are written in forms by keyboard alone, on a narrow page, with and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from courses.models import CourseVersion
from tests.browser import EVERY, WITH_AND_WITHOUT, breaches
from tests.courses.authoring import made
from tests.courses.learn import school
from tests.journeys.learning.test_assessment import tab_to

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NARROW = {"width": 360, "height": 800}
BOTH = pytest.mark.parametrize("script", WITH_AND_WITHOUT)


@pytest.fixture
def me():
    return made.author()


@pytest.fixture
def draft(me) -> CourseVersion:
    return made.draft(me)


def put(page: Page, name: str, words: str) -> None:
    tab_to(page, f"[name='{name}']")
    page.keyboard.press("Control+A")
    page.keyboard.type(words)


def press(page: Page, what: str) -> None:
    tab_to(page, f"[value='{what}']")
    page.keyboard.press("Enter")


@BOTH
def test_a_question_is_written_by_keyboard(window, me, draft, script):
    page = window(me, java_script_enabled=script, viewport=NARROW)
    page.goto(f"{made.page('teach-new-question', draft)}?kind=single")
    put(page, "q-prompt", "Which look-up comes first?")
    put(page, "q-option-0-text", "The name")
    tab_to(page, "[name='q-option-0-correct']")
    page.keyboard.press("Space")
    put(page, "q-option-1-text", "The route")
    press(page, "add:q-option")
    third = page.locator("[name='q-option-2-text']")
    expect(third).to_be_focused()
    page.keyboard.type("The weather")
    press(page, "up:q-option-2")
    expect(page.locator("[name='q-option-1-text']")).to_have_value("The weather")
    expect(page.locator("[value='up:q-option-1']")).to_be_focused()
    expect(page.locator("[name='q-prompt']")).to_have_value("Which look-up comes first?")
    put(page, "q-points", "two")
    tab_to(page, "main button.go:last-of-type")
    page.keyboard.press("Enter")
    expect(page.get_by_text("must be a whole number").first).to_be_visible()
    assert draft.questions.count() == 1
    put(page, "q-points", "2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    question = draft.questions.get(key="question-2")
    assert question.points == 2
    assert question.data == {
        "prompt": "Which look-up comes first?",
        "option": [{"text": "The name", "correct": True}, {"text": "The weather"}, {"text": "The route"}],
    }


@BOTH
def test_a_case_is_written_by_keyboard(window, me, draft, script):
    lesson = draft.lessons.get(key="closing")
    page = window(me, java_script_enabled=script, viewport=NARROW)
    page.goto(made.page("teach-lesson", draft, lesson.pk))
    tab_to(page, "[name=add][value=scenario]")
    page.keyboard.press("Enter")
    expect(page.locator("[name='n1-title']")).to_be_focused()
    page.keyboard.type("A late report")
    put(page, "n1-step-0-text", "It is five o'clock.")
    put(page, "n1-step-0-choice-0-label", "Look at once")
    put(page, "n1-step-0-choice-0-feedback", "Good.")
    press(page, "remove:n1-step-0-choice-1")
    expect(page.locator("[value='add:n1-step-0-choice']")).to_be_focused()
    put(page, "n1-step-1-text", "It is done.")
    press(page, "remove:n1-step-2")
    expect(page.locator("[name='n1-step-2-text']")).to_have_count(0)
    expect(page.locator("[name='n1-step-1-text']")).to_have_value("It is done.")
    tab_to(page, "main form > .actions:last-of-type .go")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The lesson is saved.")).to_be_visible()
    assert lesson.blocks.get(kind="scenario").data == {
        "title": "A late report",
        "start": "a",
        "step": [
            {
                "key": "a",
                "text": "It is five o'clock.",
                "choice": [{"label": "Look at once", "feedback": "Good.", "next": "b"}],
            },
            {"key": "b", "text": "It is done."},
        ],
    }


def test_what_is_missing_is_told_while_one_writes(window, me, draft):
    page = window(me)
    page.goto(f"{made.page('teach-new-question', draft)}?kind=single")
    expect(page.get_by_text("The question asks nothing.")).to_be_visible()
    page.locator("[name='q-prompt']").fill("What?")
    page.locator("[name='q-option-0-text']").fill("This")
    page.locator("[name='q-option-1-text']").fill("That")
    page.locator("[name='q-option-0-correct']").check()
    expect(page.get_by_text("Nothing is missing in it.")).to_be_visible()
    page.locator("[name='q-option-1-correct']").check()
    expect(page.get_by_text("Exactly one option must be right.")).to_be_visible()
    assert draft.questions.count() == 1


@pytest.mark.long
@pytest.mark.parametrize(("width", "scheme"), EVERY)
def test_the_forms_are_accessible_and_need_no_sideways_scroll(window, me, draft, width, scheme):
    lesson = draft.lessons.get(key="opening")
    step = [*school.SCENARIO["step"], {"key": "d", "text": "Nobody comes here."}]
    case = lesson.blocks.get(kind="scenario")
    case.data = school.SCENARIO | {"step": [*step, {"key": "e", "text": "Nor here.", "choice": []}]}
    case.save()
    draft.glossary.create(version=draft, term="words", meaning="What is said.")
    draft.course.authors.add(made.author())
    page = window(me, viewport={"width": width, "height": 800}, color_scheme=scheme)
    new = made.page("teach-new-question", draft)
    wrong = {}
    others = [
        f"{new}?as=text",
        made.page("teach-glossary", draft),
        made.page("teach-preview", draft, lesson.pk),
        "/courses/tracing/",
        "/courses/tracing/glossary/",
    ]
    kinds = [f"{new}?kind={kind}" for kind in ("single", "truefalse", "matching", "numeric", "essay")]
    for address in (*kinds, *others, made.page("teach-lesson", draft, lesson.pk)):
        page.goto(address)
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        found = breaches(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append("scrolls sideways")
        if found:
            wrong[address] = found
    assert wrong == {}
