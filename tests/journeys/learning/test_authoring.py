"""Writing a course: by keyboard, by drag, by two people at once, and without JavaScript."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from courses.enums import VersionStatus
from courses.models import CourseVersion
from tests.browser import EVERY, WITH_AND_WITHOUT, breaches
from tests.courses.authoring import made
from tests.journeys.learning.test_assessment import tab_to

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
# The driver scrolls between press and move where not all is in sight, and that ends a drag.
TALL = {"width": 1280, "height": 2400}


@pytest.fixture
def me():
    return made.author()


@pytest.fixture
def draft(me) -> CourseVersion:
    return made.draft(me)


def type_into(page: Page, what: str, text: str) -> None:
    tab_to(page, what)
    page.keyboard.type(text)


def titles(draft: CourseVersion) -> list[str]:
    return list(draft.lessons.values_list("title", flat=True))


def test_a_course_is_written_and_published_by_keyboard_alone(window, me):
    page = window(me)
    page.goto(reverse("teach-new-course"))
    type_into(page, "[name=title]", "Tracing")
    tab_to(page, "[name=kind]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It has no lesson.")).to_be_visible()
    type_into(page, "#module-title", "First steps")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="First steps")).to_be_visible()
    type_into(page, "#lesson-title", "Names")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Names")).to_be_visible()
    tab_to(page, "[name=add][value=text]")
    page.keyboard.press("Enter")
    expect(page.locator("#text-n1")).to_be_focused()
    page.keyboard.type("A name is looked up.")
    tab_to(page, "[name=add][value=reflection]")
    page.keyboard.press("Enter")
    expect(page.locator("[name='n2-prompt']")).to_be_focused()
    page.keyboard.type("What is new?")
    tab_to(page, "[value='up:n2']")
    page.keyboard.press("Enter")
    expect(page.locator("[value='down:n2']")).to_be_focused()
    tab_to(page, "[name=preview]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("A name is looked up.")).to_be_visible()
    version = CourseVersion.objects.get()
    assert [block.kind for block in version.blocks.order_by("position")] == ["reflection", "text"]
    page.goto(made.page("teach-version", version))
    tab_to(page, "form[action$='/publish/'] button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Published.")).to_be_visible()
    version.refresh_from_db()
    assert version.status == VersionStatus.PUBLISHED


@pytest.mark.parametrize("script", WITH_AND_WITHOUT)
def test_lessons_are_moved_by_keyboard_and_the_button_stays_in_focus(window, me, draft, script):
    page = window(me, java_script_enabled=script)
    page.goto(made.page("teach-version", draft))
    lesson = draft.lessons.get(key="closing")
    for expected in (["Opening", "Hard", "Closing"], ["Opening", "Closing", "Hard"]):
        button = page.locator(f"[value='up:l{lesson.pk}']")
        button.press("Enter")
        expect(page.get_by_text("The order is saved.")).to_be_visible()
        assert titles(draft) == expected
        if script:
            expect(button).to_be_focused()
    lesson.refresh_from_db()
    assert lesson.module.title == "Module 1"


def test_a_lesson_is_dragged_to_another_place(window, me, draft):
    page = window(me, viewport=TALL)
    page.goto(made.page("teach-version", draft))
    items = page.locator("[data-item=lesson]")
    with page.expect_navigation():
        items.nth(0).locator("[data-handle]").drag_to(items.nth(1), target_position={"x": 20, "y": 40})
    expect(page.get_by_text("The order is saved.")).to_be_visible()
    assert titles(draft) == ["Hard", "Opening", "Closing"]


def test_a_block_is_dragged_and_nothing_is_saved_before_the_lesson_is(window, me, draft):
    lesson = draft.lessons.get(key="opening")
    page = window(me, viewport=TALL)
    page.goto(made.page("teach-lesson", draft, lesson.pk))
    items = page.locator("[data-item=block]")
    items.nth(1).locator("[data-handle]").drag_to(items.nth(0), target_position={"x": 20, "y": 10})
    assert [block.kind for block in lesson.blocks.all()] == ["text", "scenario", "check"]
    page.get_by_role("button", name="Save the lesson").first.click()
    expect(page.get_by_text("The lesson is saved.")).to_be_visible()
    assert [block.kind for block in lesson.blocks.all()] == ["scenario", "text", "check"]


def test_two_people_in_one_lesson_lose_nothing(window, me, draft):
    colleague = made.author()
    draft.course.authors.add(colleague)
    lesson = draft.lessons.get(key="opening")
    pages = [window(who) for who in (me, colleague)]
    for page, words in zip(pages, ("First words.", "Second words."), strict=True):
        page.goto(made.page("teach-lesson", draft, lesson.pk))
        page.get_by_label("1. text").fill(words)
    for page in pages:
        page.get_by_role("button", name="Save the lesson").first.click()
    expect(pages[0].get_by_text("The lesson is saved.")).to_be_visible()
    expect(pages[1].locator("#mistakes")).to_be_focused()
    expect(pages[1].get_by_label("1. text")).to_have_value("Second words.")
    expect(pages[1].get_by_label("Saved meanwhile")).to_have_value("First words.")
    assert breaches(pages[1]) == []
    pages[1].get_by_role("button", name="Save the lesson").first.click()
    expect(pages[1].get_by_text("The lesson is saved.")).to_be_visible()


def test_unsaved_words_are_not_left_by_accident(window, me, draft):
    page = window(me)
    page.goto(made.page("teach-lesson", draft, draft.lessons.first().pk))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("1. text").press_sequentially("More.")
    page.get_by_role("link", name="My courses").first.click()
    page.wait_for_url("**/teach/")
    assert asked == ["beforeunload"]


@pytest.mark.long
@pytest.mark.parametrize(("width", "scheme"), EVERY)
def test_the_pages_are_accessible_and_need_no_sideways_scroll(window, me, draft, width, scheme):
    lesson, question = draft.lessons.get(key="opening"), draft.questions.get()
    lesson.blocks.filter(kind="text").update(data={"markdown": "Other words."})
    page = window(me, viewport={"width": width, "height": 800}, color_scheme=scheme)
    wrong = {}
    for address in (
        reverse("teach"),
        reverse("teach-new-course"),
        reverse("teach-course", args=[draft.course.slug]),
        made.page("teach-version", draft),
        made.page("teach-changes", draft),
        made.page("teach-settings", draft),
        made.page("teach-glossary", draft),
        made.page("teach-module", draft, draft.modules.first().pk),
        made.page("teach-lesson", draft, lesson.pk),
        made.page("teach-preview", draft, lesson.pk),
        made.page("teach-assessment", draft),
        made.page("teach-question", draft, question.pk),
    ):
        page.goto(address)
        found = breaches(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append("scrolls sideways")
        if found:
            wrong[address] = found
    assert wrong == {}
