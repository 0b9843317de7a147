"""A cohort from its plan to a place that goes to the next in line: by keyboard alone, on a phone and a desk."""

import pytest
from playwright.sync_api import Page, expect

from courses.models import Candidate, Cohort, Enrolment
from lms.people.enums import Role
from tests import cast
from tests.browser import EVERY, breaches, overflows
from tests.courses.cohorts import made, planned
from tests.courses.learn import school

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SIZES = [360, pytest.param(1280, marks=pytest.mark.long)]


def press(page: Page, role: str, name: str) -> None:
    """By the key that activates it, never by a pointer."""
    page.get_by_role(role, name=name, exact=True).press("Enter")


def sound(page: Page) -> None:
    assert breaches(page) + ["sideways"] * overflows(page) == [], page.url


@pytest.mark.parametrize("width", SIZES)
def test_plan_request_accept_wait_write_withdraw_and_pass_on(window, width):
    size = {"viewport": {"width": width, "height": 800}}
    version = school.course(needs_sign_off=True).version
    Cohort.objects.update(open_enrolment=False)
    linea = cast.hotline()
    trainer, manager = cast.user(Role.TRAINER), cast.user(Role.HOTLINE_MANAGER, linea)
    first, second, third = (planned.analyst(name) for name in ("Alder", "Birch", "Cedar"))
    cast.affiliate(second.person, linea)

    desk = window(trainer, **size)
    desk.goto("/teach/cohorts/")
    press(desk, "link", "Plan a cohort")
    desk.get_by_label("Course").select_option(str(version.pk))
    desk.get_by_label("Starts").fill("2031-03-02T09:00")
    desk.get_by_label("Ends").fill("2031-03-03T17:00")
    desk.get_by_label("By request").press(" ")
    desk.get_by_label("Places (optional)", exact=True).fill("1")
    sound(desk)
    press(desk, "button", "Plan it")
    cohort = Cohort.objects.get(takes_requests=True)
    expect(desk).to_have_url(desk.url)
    sound(desk)

    # One asks, one is nominated, one is invited from a pasted list once the place is taken.
    seat = window(first, **size)
    seat.goto(f"/cohorts/{cohort.pk}/")
    sound(seat)
    press(seat, "button", "Ask for a place")
    expect(seat.get_by_text("A trainer decides.")).to_be_visible()
    office = window(manager, **size)
    office.goto(f"/hotline/{linea.pk}/nominations/")
    office.get_by_label("Cohort").select_option(str(cohort.pk))
    office.get_by_label("Birch").press(" ")
    press(office, "button", "Nominate them")
    expect(office.get_by_role("cell", name="nominated", exact=True)).to_be_visible()
    sound(office)

    desk.goto(f"/teach/cohorts/{cohort.pk}/")
    press(desk, "link", "2 requests wait.")
    sound(desk)
    press(desk, "button", "Accept analyst Alder")
    press(desk, "button", "Accept analyst Birch")
    expect(desk.get_by_text("waits for one, in order.")).to_be_visible()
    desk.goto(f"/teach/cohorts/{cohort.pk}/enrol/")
    desk.get_by_label("People (optional)").fill("analyst Cedar")
    desk.get_by_label("Invite them").first.press(" ")
    desk.get_by_role("button", name="Preview").first.press("Enter")
    expect(desk.get_by_text("No place is left: would wait for one.")).to_be_visible()
    sound(desk)
    press(desk, "button", "Invite them")

    # A message, seen with its one recipient before it goes.
    press(desk, "link", "Messages")
    desk.get_by_label("Subject").fill("The room")
    desk.get_by_label("Text").fill("It is room 4.")
    press(desk, "button", "Preview")
    expect(desk.get_by_text("1 person would get it.")).to_be_visible()
    sound(desk)
    press(desk, "button", "Send it")
    press(desk, "link", "The room")
    sound(desk)

    # The place comes free, and goes to the next in line, who takes it.
    seat.goto("/me/notices/")
    expect(seat.get_by_text("It is room 4.")).to_be_visible()
    seat.goto(f"/cohorts/{cohort.pk}/")
    press(seat, "link", "Withdraw")
    sound(seat)
    press(seat, "button", "Withdraw")
    expect(seat.get_by_text("You are not enrolled any more.")).to_be_visible()
    assert planned.state(cohort, third) == "waiting"
    chair = window(second, **size)
    chair.goto("/me/notices/")
    press(chair, "link", "Answer")
    expect(chair.get_by_text("A place is free for you.")).to_be_visible()
    sound(chair)
    press(chair, "button", "Yes, I take it")
    expect(chair.get_by_text("You are enrolled.")).to_be_visible()
    assert list(Enrolment.objects.filter(withdrawn_at=None).values_list("person", flat=True)) == [
        second.person_id
    ]


def test_without_javascript_a_list_is_matched_and_enrolled(window):
    cohort = planned.cohort()
    one, two = cast.person("Twin", "Ada"), cast.person("Twin", "Ada", register_id="P2")
    page = window(made.trainer(cohort), java_script_enabled=False)
    page.goto(f"/teach/cohorts/{cohort.pk}/enrol/")
    page.get_by_label("People (optional)").fill("Ada Twin")
    page.get_by_role("button", name="Preview").first.press("Enter")
    page.get_by_label("Who is meant by Ada Twin").select_option(str(two.pk))
    press(page, "button", "Look again")
    press(page, "button", "Enrol them")
    expect(page.get_by_text("1 person is enrolled.")).to_be_visible()
    assert Enrolment.objects.get().person == two != one


@pytest.mark.long
def test_every_page_is_accessible_and_needs_no_sideways_scroll(window):
    linea = cast.hotline()
    cohort = planned.cohort(takes_requests=True, capacity=3, seats_per_hotline=2)
    planned.another(cohort.version, days=60, open_enrolment=True, capacity=2)
    trainer, manager = made.trainer(cohort), cast.user(Role.HOTLINE_MANAGER, linea)
    one = made.person(cohort, "Able", lessons=1)
    cast.affiliate(one.person, linea)
    asking = planned.asking(cohort, planned.analyst("Hopeful", at=linea))
    planned.invited(cohort, planned.analyst("Asked"), trainer)
    board, place = f"/teach/cohorts/{cohort.pk}/", f"/teach/places/{one.pk}/"
    pages = {
        trainer: [
            "/teach/cohorts/", "/teach/cohorts/new/", board, f"{board}settings/", f"{board}enrol/",
            f"{board}requests/", f"{board}messages/", place, f"{place}withdraw/", f"{place}transfer/",
            f"/teach/candidates/{asking.pk}/refuse/",
        ],
        manager: [f"/hotline/{linea.pk}/training/", f"/hotline/{linea.pk}/nominations/"],
        one.person.user: [
            "/cohorts/", f"/cohorts/{cohort.pk}/", f"/learn/{one.pk}/withdraw/", "/me/display-name/",
            f"/courses/{cohort.version.course.slug}/",
        ],
    }  # fmt: skip
    wrong = {}
    for width, scheme in EVERY:
        for login, addresses in pages.items():
            look = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
            page = window(login, reduced_motion="reduce", **look)
            for address in addresses:
                page.goto(address)
                if found := breaches(page) + ["sideways"] * overflows(page):
                    wrong[address, width, scheme] = found
    assert wrong == {}
    assert Candidate.objects.count() == 2
