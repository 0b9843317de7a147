"""Pictures and videos in a real browser: they show, captions are there, and a trainer puts them in."""

import time

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from courses.actions.enrolments import enrol
from courses.models import Media
from lms.people.enums import Role
from tests import cast
from tests.browser import EVERY, WITH_AND_WITHOUT, breaches, overflows
from tests.courses.authoring import made as written
from tests.courses.media import files, made

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

# How far a track has come: 2 is loaded, 3 is failed.
TRACK_READY = "document.querySelector('track').readyState === 2"
PLAYING = "document.querySelector('video').currentTime > 0.2"
CUES = "[...document.querySelector('video').textTracks[0].cues].map(cue => cue.text)"
SHOWN = "document.querySelector('figure img').complete"


@pytest.fixture
def analyst():
    return cast.user(Role.ANALYST)


@pytest.fixture
def address(analyst):
    enrolment = enrol(cohort=made.course(), person=analyst.person, by=analyst)
    return reverse("lesson", args=[enrolment.pk, "opening"])


def complaints(page: Page) -> list[str]:
    """What the browser says it refused, from now on."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("requestfailed", lambda request: said.append(request.url))
    return said


def wait_for(page: Page, what: str, seconds: float = 15) -> None:
    """The driver's own waiting evaluates text within the page, which the page's policy forbids."""
    until = time.monotonic() + seconds
    while not page.evaluate(what):
        assert time.monotonic() < until, what
        page.wait_for_timeout(50)


def test_the_picture_shows_the_video_plays_and_captions_are_there(window, analyst, address):
    page = window(analyst)
    said = complaints(page)
    page.goto(address)
    picture = page.get_by_role("img", name="The path of a report")
    picture.scroll_into_view_if_needed()
    wait_for(page, SHOWN)
    assert picture.evaluate("picture => [picture.naturalWidth, picture.naturalHeight]") == [40, 30]
    wait_for(page, TRACK_READY)
    assert page.evaluate(CUES) == ["A report arrives.", "It is read."]
    video = page.get_by_label("The path")
    assert video.evaluate("video => [video.paused, video.controls, video.autoplay]") == [True, True, False]
    video.focus()
    page.keyboard.press("Space")
    wait_for(page, PLAYING)
    assert video.evaluate("video => Math.round(video.duration * 10)") == 15
    page.get_by_text("Transcript").press("Enter")
    expect(page.get_by_text("It arrives.")).to_be_visible()
    assert said == []


def test_a_file_is_handed_over_and_not_opened_in_the_site(window, analyst, address):
    page = window(analyst)
    page.goto(address)
    with page.expect_download() as handed:
        page.get_by_role("link", name="Download Notes").click()
    assert handed.value.suggested_filename == "notes.pdf"
    with open(handed.value.path(), "rb") as kept:
        assert kept.read() == files.pdf()


@pytest.mark.parametrize("script", WITH_AND_WITHOUT)
def test_a_trainer_puts_a_picture_and_a_video_into_a_lesson(window, script):
    me = written.author()
    draft = written.draft(me)
    lesson = draft.lessons.get(key="opening")
    page = window(me, java_script_enabled=script)
    page.goto(written.page("teach-lesson", draft, lesson.pk))
    page.get_by_role("button", name="picture", exact=True).click()
    page.locator("#text-n1").fill('file = ""\nalt = "The path of a report"\n')
    sent = {"name": "Trace path.PNG", "mimeType": "image/png", "buffer": files.picture()}
    page.get_by_label("Put in a picture").set_input_files([sent])
    page.get_by_role("button", name="video", exact=True).click()
    expect(page.get_by_text("“trace-path.png” is uploaded")).to_be_visible()
    expect(page.locator("#text-n1")).to_have_value('file = "trace-path.png"\nalt = "The path of a report"\n')
    page.locator("#text-n2").fill('file = ""\ntitle = "The path"\ntranscript = "It arrives."\n')
    film = {"name": "path.webm", "mimeType": "video/webm", "buffer": files.webm()}
    words = {"name": "path.vtt", "mimeType": "text/vtt", "buffer": files.CAPTIONS}
    page.get_by_label("Put in a video").set_input_files([film, words])
    page.get_by_role("button", name="Save and preview").click()
    picture = page.get_by_role("img", name="The path of a report")
    expect(picture).to_be_visible()
    expect(page.locator("video source")).to_have_count(1)
    expect(page.locator("video track")).to_have_count(1)
    assert lesson.blocks.get(kind="video").data["captions"] == "path.vtt"
    assert Media.objects.count() == 3


def test_what_is_refused_is_said_at_its_block(window):
    me = written.author()
    draft = written.draft(me)
    page = window(me)
    page.goto(written.page("teach-lesson", draft, draft.lessons.get(key="opening").pk))
    page.get_by_role("button", name="picture", exact=True).click()
    sent = {"name": "trace.png", "mimeType": "image/png", "buffer": files.PAGE}
    page.get_by_label("Put in a picture").set_input_files([sent])
    page.get_by_role("button", name="Save the lesson").first.click()
    expect(page.get_by_role("alert").filter(has_text="trace.png: This is a web page")).to_be_visible()
    assert breaches(page) == []
    assert not Media.objects.exists()


@pytest.mark.long
@pytest.mark.parametrize(("width", "scheme"), EVERY)
def test_the_pages_are_accessible_and_need_no_sideways_scroll(window, width, scheme):
    me = written.author()
    version = made.draft()
    version.course.authors.add(me)
    made.kept(version, "a-long-name-of-a-file-that-nobody-shows-yet.txt", b"Notes.")
    lesson = version.lessons.get(key="opening")
    page = window(me, viewport={"width": width, "height": 800}, color_scheme=scheme)
    wrong = {}
    for address in (
        reverse("teach-media", args=[version.course.slug]),
        written.page("teach-lesson", version, lesson.pk),
        written.page("teach-preview", version, lesson.pk),
    ):
        page.goto(address)
        found = breaches(page)
        if overflows(page):
            found.append("scrolls sideways")
        if found:
            wrong[address] = found
    assert wrong == {}
