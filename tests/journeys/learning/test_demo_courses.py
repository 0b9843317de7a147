"""Each demo course from its first page to the certificate, as an analyst takes it."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from courses import demo
from courses.actions.course_files import import_course
from courses.actions.enrolments import enrol
from courses.actions.versions import open_self_paced, publish
from courses.enums import Stage
from courses.models import Enrolment, Entry, LessonDone
from lms.people.enums import Role
from tests import cast
from tests.browser import breaches
from tests.journeys.whole.right import answer_rightly

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
COURSES = sorted(path.parent.name for path in demo.DATA.glob("courses/*/course.toml"))
NARROW = {"width": 360, "height": 740}


@pytest.fixture
def enrolment(request: pytest.FixtureRequest) -> Enrolment:
    version = import_course(folder=demo.DATA / "courses" / request.param, by=None)
    publish(version=version, by=None)
    analyst = cast.user(Role.ANALYST)
    return enrol(cohort=open_self_paced(version=version, by=None), person=analyst.person, by=analyst)


def go_on(page: Page) -> None:
    """Do what the lesson asks for, and press its one main button."""
    onwards = page.get_by_role("link", name="Go on", exact=True)
    if onwards.count():
        onwards.click()
    for case in range(page.locator("form:has(button.choice)").count()):
        while (
            page.locator("form:has(button[name=again]), form:has(button.choice)")
            .nth(case)
            .locator("button.choice")
            .count()
        ):
            page.locator("form:has(button[name=again]), form:has(button.choice)").nth(case).locator(
                "button.choice"
            ).first.click()
    page.get_by_role("button", name="Done.").click()


def pass_the_assessment(page: Page, enrolment: Enrolment) -> None:
    page.goto(reverse("assessment", args=[enrolment.pk]))
    page.get_by_role("button", name="Begin").click()
    answer_rightly(page, enrolment.attempts.get())
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("100 %", exact=False).first).to_be_visible()


@pytest.mark.long
@pytest.mark.parametrize("enrolment", COURSES, indirect=True)
def test_without_javascript_on_a_narrow_screen_it_ends_in_a_certificate(window, enrolment):
    page = window(enrolment.person.user, java_script_enabled=False, viewport=NARROW)
    page.goto(reverse("learn", args=[enrolment.pk]))
    lessons = enrolment.cohort.version.lessons.count()
    for _lesson in range(lessons):
        go_on(page)
    assert LessonDone.objects.filter(enrolment=enrolment).count() == lessons
    pass_the_assessment(page, enrolment)
    assert Entry.objects.get(stage=Stage.COMPLETED).certificate.code
    page.goto("/me/")
    expect(page.get_by_text(enrolment.cohort.version.title).first).to_be_visible()


@pytest.mark.long
@pytest.mark.parametrize("enrolment", COURSES, indirect=True)
def test_every_lesson_is_accessible_and_fits_a_narrow_screen_in_the_dark(window, enrolment):
    page = window(enrolment.person.user, viewport=NARROW, color_scheme="dark")
    found = {}
    for lesson in enrolment.cohort.version.lessons.all():
        for way in ("ready", "other") if lesson.alternative_title else ("ready",):
            page.goto(f"{reverse('lesson', args=[enrolment.pk, lesson.key])}?{way}=1")
            wide = page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
            if problems := [*breaches(page), *(["sideways scroll"] if wide else [])]:
                found[f"{lesson.key} {way}"] = problems
    assert not found


@pytest.mark.parametrize("enrolment", COURSES[:1], indirect=True)
def test_a_lesson_is_read_and_left_by_keyboard_alone(window, enrolment):
    page = window(enrolment.person.user)
    page.goto(reverse("learn", args=[enrolment.pk]))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name === 'leave'"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('left')}")
    expect(page.get_by_text("Everything is where you left it.")).to_be_visible()
    assert enrolment.cohort.version.title not in page.content()
