"""A register filled in by keyboard alone, while the connection comes and goes, and beside another trainer."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from courses.actions.register.marking import Word, mark
from courses.models import Cohort, Entry, Participation, RegisterMark, TrainingSession
from lms.kit.clock import today
from lms.people.models import Person
from tests.browser import breaches, overflows
from tests.courses.register import made

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
STORED = """() => JSON.stringify(Object.fromEntries(
    Object.entries(sessionStorage).filter(([key]) => key.startsWith("marks:"))))"""
NAMES = [
    ("Ångström", "Zoë"),
    ("Schmidt", "Anna"),
    ("Schulz", "Bert"),
    ("van der Berg", "Carla"),
    ("Łukasik", "Ewa"),
    ("Nguyễn", "Dũng"),
]


@pytest.fixture
def cohort() -> Cohort:
    """It meets now."""
    return made.cohort("tracing", timezone.now().replace(minute=0, second=0, microsecond=0))


@pytest.fixture
def session(cohort) -> TrainingSession:
    return made.sessions(cohort)[0]


@pytest.fixture
def trainer(cohort):
    return made.trainer(cohort)


def fill(cohort: Cohort, names: list[tuple[str, str]]) -> list[Participation]:
    """Enrolled people, made at once."""
    people = Person.objects.bulk_create(
        Person(family_name=family, given_name=given) for family, given in names
    )
    taking = Participation.objects.bulk_create(
        Participation(activity=cohort.activity, person=one) for one in people
    )
    said = {"activity": cohort.activity, "stage": "enrolled", "happened_on": today(), "audience": "other"}
    Entry.objects.bulk_create(Entry(participation=one, person_id=one.person_id, **said) for one in taking)
    return taking


def opened(page: Page, session: TrainingSession) -> Page:
    page.goto(f"/teach/sessions/{session.pk}/register/")
    page.locator("#find").focus()
    return page


def enter(page: Page, text: str) -> None:
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def told(page: Page):
    return page.locator("#told")


def tally(page: Page) -> list[str]:
    return page.locator("[data-count]").all_text_contents()


def marks() -> dict[str, list[tuple[str, int | None]]]:
    found: dict[str, list[tuple[str, int | None]]] = {}
    for one in RegisterMark.objects.select_related("participation__person").order_by("number"):
        found.setdefault(one.participation.person.given_name, []).append((one.presence, one.minutes))
    return found


def test_two_letters_and_enter_and_numbers_for_the_other_words(window, cohort, session, trainer):
    fill(cohort, NAMES)
    page = opened(window(trainer, viewport={"width": 360, "height": 800}), session)
    # Anna, and with an accent that nobody has to type, Ångström.
    page.keyboard.type("an")
    expect(page.get_by_role("option")).to_have_count(2)
    assert breaches(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(told(page)).to_contain_text("Zoë Ångström: present. still to mark: 5")
    page.keyboard.type("sc")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    # Of two, the one not marked yet comes first.
    enter(page, "sc 2 45")
    enter(page, "be ca 4")
    enter(page, "lu 5")
    enter(page, "ng")
    expect(page.locator("[data-waiting]")).to_have_count(0)
    assert marks() == {
        "Zoë": [("present", None)],
        "Bert": [("present", None)],
        "Anna": [("late", 45)],
        "Carla": [("excused", None)],
        "Ewa": [("absent", None)],
        "Dũng": [("present", None)],
    }
    assert tally(page) == ["4", "2", "0"]
    # A slip: taken back by keyboard, from the empty field.
    page.keyboard.press("Control+z")
    expect(page.locator("[data-count=waiting]")).to_have_text("1")
    expect(page.locator("[data-waiting]")).to_have_count(0)
    assert marks()["Dũng"] == [("present", None), ("", None)]
    assert breaches(page) == []
    assert not overflows(page)


def test_marks_wait_for_the_connection_and_are_sent_once(window, cohort, session, trainer):
    fill(cohort, NAMES)
    page = opened(window(trainer), session)
    page.context.set_offline(True)
    for name in ("zo", "bert", "carla"):
        enter(page, name)
    expect(told(page)).to_contain_text("3 marks wait for the connection.")
    assert tally(page) == ["3", "0", "3"]
    assert not RegisterMark.objects.exists()
    stored = page.evaluate(STORED)
    assert "present" in stored
    assert not re.search("Zoë|Bert|Carla|Schulz", stored)
    page.context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_have_count(0)
    assert marks() == {name: [("present", None)] for name in ("Zoë", "Bert", "Carla")}
    assert page.evaluate(STORED) == "{}"


def test_a_mark_whose_receipt_was_lost_is_sent_again_and_kept_once(window, cohort, session, trainer):
    fill(cohort, NAMES)
    page = opened(window(trainer), session)
    lost = []

    def lose_receipt(route):
        route.fetch()
        lost.append(route.request.post_data)
        route.abort()

    page.route("**/register/marks/", lose_receipt, times=1)
    enter(page, "ewa")
    expect(told(page)).to_contain_text("One mark waits for the connection.")
    expect(page.locator("[data-waiting]")).to_have_count(0)
    assert len(lost) == 1
    assert marks() == {"Ewa": [("present", None)]}


def test_marks_that_waited_when_the_page_was_left_are_sent_when_it_is_back(window, cohort, session, trainer):
    fill(cohort, NAMES)
    page = opened(window(trainer), session)
    page.route("**/register/marks/", lambda route: route.abort())
    enter(page, "ewa 2")
    expect(told(page)).to_contain_text("One mark waits")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]
    page.unroute("**/register/marks/")
    expect(page.locator("[data-waiting]")).to_have_count(0, timeout=30_000)
    assert marks() == {"Ewa": [("late", None)]}
    assert page.evaluate(STORED) == "{}"


def test_who_marks_over_somebody_else_reads_so_and_so_does_the_other(window, cohort, session, trainer):
    taking = fill(cohort, NAMES)
    jon = made.trainer(cohort)
    page = opened(window(trainer), session)
    mark(session=session, word=Word(taking[1].pk, "absent"), by=jon)
    enter(page, "anna")
    expect(told(page)).to_contain_text("You marked over somebody else, who had said: absent")
    expect(page.locator(f"[data-person='{taking[1].pk}'] [data-beside]")).to_contain_text("Before: absent")
    assert marks()["Anna"] == [("absent", None), ("present", None)]


@pytest.mark.long
def test_two_hundred_people_by_keyboard_alone(window, cohort, session, trainer, record_property):
    """Each by two to four letters and Enter; a tenth with another word, some of them while nothing arrives."""
    families = [f"{first}{second}" for first in "BCDFGHKLMNPRSTVW" for second in
                ("arkus", "ehrens", "inter", "ober", "ulm", "aader", "eller", "ilje", "ossen", "umme", "yder", "auer", "iemann")]  # fmt: skip
    names = [(family, f"Given{nth}") for nth, family in enumerate(families[:200])]
    taking = fill(cohort, names)
    page = opened(window(trainer, viewport={"width": 1280, "height": 900}), session)
    began = timezone.now()
    for nth, (family, _given) in enumerate(names):
        if nth == 60:
            page.context.set_offline(True)
        if nth == 90:
            page.context.set_offline(False)
        enter(page, family[:5].lower() + (" 2 30" if nth % 10 == 0 else ""))
    took = (timezone.now() - began).total_seconds()
    expect(page.locator("[data-waiting]")).to_have_count(0, timeout=120_000)
    expect(page.locator("[data-count=waiting]")).to_have_text("0")
    found = dict(RegisterMark.objects.values_list("participation", "presence"))
    assert RegisterMark.objects.count() == len(found) == 200
    assert {found[one.pk] for one in taking[::10]} == {"late"}
    assert Entry.objects.standing().filter(stage="attended").count() == 200
    record_property("told", f"a register of 200 filled in by keyboard in {took:.0f} s")
