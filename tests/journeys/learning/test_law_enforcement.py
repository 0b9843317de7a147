"""A law-enforcement session and a webinar in a real Chromium: by keyboard, at both widths, with axe."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from courses.models import AttendanceCertificate, CheckSheet, Registration
from courses.queries.gatherings import Total, roll_of
from courses.queries.links import token_of
from lms.outbox.drain import run_once
from lms.people.enums import Role
from tests import cast
from tests.browser import EVERY, HARDEST
from tests.courses.gatherings import made
from tests.journeys.test_ground_floor import faults

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("journeys"),
]
WIDTHS = [pytest.param(360, marks=pytest.mark.long), 1280]


def write(page: Page, label: str, text: str) -> None:
    """Into the field of this label, by keyboard alone."""
    field = page.get_by_label(label, exact=True)
    field.focus()
    page.keyboard.type(text)


def choose(page: Page, label: str, option: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.focus()
    page.keyboard.type(option)
    expect(field.locator("option:checked")).to_have_text(option)


def press(page: Page, name: str, role: str = "button") -> None:
    page.get_by_role(role, name=name, exact=True).focus()
    page.keyboard.press("Enter")


def add(page: Page, way: str, fields: dict[str, str], button: str) -> None:
    form = page.locator(f"#{way}")
    for label, text in fields.items():
        form.get_by_label(label).first.focus()
        page.keyboard.type(text)
    form.get_by_role("button", name=button).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Recorded. The next one can follow.")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_session_from_the_plan_to_the_certificate(window, browser, live_server, width):
    trainer = cast.user(Role.TRAINER)
    page = window(trainer, viewport={"width": width, "height": 800}, reduced_motion="reduce")
    page.goto("/teach/law-enforcement/")
    press(page, "Plan a session", "link")
    write(page, "Title", "Tracing for investigators")
    for label, moment in (("Starts", "2026-03-02T09:00"), ("Ends", "2026-03-02T12:00")):
        # What a browser's own clock field takes differs between languages.
        page.get_by_label(label, exact=True).fill(moment)
    choose(page, "Country", "Poland")
    page.get_by_label("content tracing").focus()
    page.keyboard.press("Space")
    press(page, "Plan it")
    expect(page.get_by_text("It is planned.")).to_be_visible()
    press(page, "It was held")
    expect(page.get_by_text("It is recorded as held")).to_be_visible()
    assert list(faults(page, HARDEST)) == []
    page.set_viewport_size({"width": width, "height": 800})
    press(page, "Add people", "link")
    police = {"Hotline, agency or organisation": "Policja"}
    add(page, "named", {"Family name": "Nowak", **police}, "Add by name")
    add(page, "coded", {"Code": "k-17", **police}, "Add by code")
    add(
        page, "heads", {"How many": "12", "Hotline, agency or organisation": "Ministry"}, "Add the head count"
    )
    press(page, "Back to the list of who takes part", "link")
    expect(page.get_by_text("Between 2 and 14 people were there.")).to_be_visible()
    room = re.search(r"/gatherings/(\d+)/", page.url)[1]
    questions(page, room)
    by_link(browser, live_server, page, room)
    assert CheckSheet.objects.count() == 2
    assert AttendanceCertificate.objects.get().person.pseudonym.code == "K-17"


def questions(page: Page, room: str) -> None:
    page.goto(f"/gatherings/{room}/check/")
    for number in range(3):
        write(page, "What is asked", f"Question {number}?")
        write(page, "Options", "*Where it is hosted\nWho made it")
        press(page, "Add the question")
        expect(page.get_by_role("heading", name=f"Question {number + 1}")).to_be_visible()
    page.goto(f"/gatherings/{room}/links/")
    press(page, "Make links for those who have none")
    expect(page.get_by_text("2 links were made.")).to_be_visible()


def by_link(browser, live_server, page: Page, room: str) -> None:
    """The officer's own device: narrow, and without JavaScript."""
    slip = page.locator("section.card", has_text="code K-17").get_by_role("link")
    path = re.search(r"/checks/[\w-]+/", slip.get_attribute("href"))[0]
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    context.set_default_timeout(15_000)
    officer = context.new_page()
    for phase in ("before", "after"):
        page.goto(f"/gatherings/{room}/check/")
        press(page, f"Open the check {phase}")
        expect(page.get_by_text(f"The check {phase} is open")).to_be_visible()
        officer.goto(path)
        for field in officer.get_by_label("Where it is hosted").all():
            field.focus()
            officer.keyboard.press("Space")
        press(officer, "Send my answers")
        expect(officer.get_by_text("Thank you. Your answers are kept without your name.")).to_be_visible()
    with officer.expect_download() as download:
        press(officer, "Download it as PDF")
    code = download.value.suggested_filename.removeprefix("certificate-").removesuffix(".pdf")
    officer.goto(f"/verify/{code}/")
    expect(officer.get_by_role("heading", name="This certificate is valid")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_somebody_registers_from_outside_and_takes_it_back(window, width):
    made.desk(capacity=20)
    page = window(None, viewport={"width": width, "height": 800}, java_script_enabled=width != 360)
    page.goto("/register/tracing/")
    write(page, "Given name", "Mia")
    write(page, "Family name", "Berg")
    write(page, "E-mail", "mia@test.example")
    choose(page, "I take part for", "industry")
    choose(page, "Country", "Sweden")
    page.get_by_label("I agree to this.").focus()
    page.keyboard.press("Space")
    press(page, "Register")
    expect(page.get_by_text("A mail with all you need is on its way")).to_be_visible()
    assert Registration.objects.get().email == "mia@test.example"
    run_once()
    page.goto(re.search(r"/register/back/\w+/", mail.outbox[-1].body)[0])
    press(page, "Take my registration back")
    expect(page.get_by_text("Your registration is taken back")).to_be_visible()
    assert Registration.objects.get().withdrawn_at is not None


@pytest.mark.long
def test_pages_in_the_middle_of_something_are_sound(window):
    trainer = cast.user(Role.TRAINER)
    room = made.held(trainers=[trainer])
    made.coded(room)
    taking = made.named(room, came=False)
    made.heads(room)
    link = made.link(taking)
    page = window(trainer, reduced_motion="reduce")
    base = f"/gatherings/{room.pk}/"
    wrong = []
    for path in ("", "people/", f"people/{taking.pk}/", "check/", "links/", "attendees/", "change/"):
        page.goto(f"{base}{path}")
        wrong += faults(page, EVERY)
    page.goto(f"{base}people/")
    page.locator("#paste textarea").fill("Jan Kowalski, , Policja, PL\nAda Lind, nomail@, X, ZZ")
    page.get_by_role("button", name="Preview the list").click()
    expect(page.get_by_text("That is no e-mail address.")).to_be_visible()
    wrong += faults(page, EVERY)
    page.goto(f"{base}attendees/")
    page.get_by_label("Or paste it").fill("Name\nOla Nowak\nSome Body\n")
    page.get_by_role("button", name="Look at the list").click()
    expect(page.get_by_text("the same name")).to_be_visible()
    wrong += faults(page, EVERY)
    page.goto(f"/checks/{link}/")
    wrong += faults(page, EVERY)
    assert wrong == []
    assert token_of(taking.personal_link) == link
    assert roll_of(room).totals == [Total(1, 0), Total(1, 1), Total(0, 12)]
