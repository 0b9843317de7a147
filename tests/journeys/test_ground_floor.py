"""The ground floor in a real Chromium: every page within reach of each role, and the ways people go."""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect
from python_calamine import CalamineWorkbook

from tests.browser import HARDEST, WITH_AND_WITHOUT, breaches, overflows
from tests.journeys.conftest import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
Enter = Callable[..., Page]
ROLES = ["analyst", "officer", "trainer", "staff", "manager", "admin"]
COUNTS = "/staff/counts/?year=2023"
# Addresses of everybody's own login; one role is enough to look at them.
OF_A_LOGIN = "/accounts/"


def faults(page: Page, looks: Iterable[tuple[int, str]] = HARDEST) -> Iterator[str]:
    """What is wrong with the page shown, in each of these looks."""
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        if overflows(page):
            yield f"{page.url} at {width}: scrolls sideways"
        for breach in breaches(page):
            yield f"{page.url} at {width}, {scheme}: {breach}"


def shape(path: str) -> str:
    """Addresses of one kind of page have one shape, whatever record they show."""
    return re.sub(r"\d+", "N", urlsplit(path).path)


def links(page: Page) -> list[str]:
    """Where the page leads within the site, files left out."""
    inside = page.locator("a[href]:not([download])")
    found = inside.evaluate_all(
        "all => all.filter(a => a.origin == location.origin).map(a => a.pathname + a.search)"
    )
    return list(found)


def walk(page: Page, start: str, skip: str) -> tuple[set[str], list[str]]:
    """Follow every link to a shape of page not seen yet: the shapes seen, and what was wrong on the way."""
    waiting, seen, wrong = [start], set(), []
    while waiting:
        path = waiting.pop(0)
        if shape(path) in seen or shape(path).startswith(skip or "-"):
            continue
        seen.add(shape(path))
        answer = page.goto(path)
        assert answer
        if answer.status != 200:
            wrong.append(f"{path}: {answer.status}")
        wrong += faults(page)
        waiting += links(page)
    return seen, wrong


@pytest.mark.long
@pytest.mark.parametrize("login", ROLES)
def test_every_page_within_reach_of_a_role_is_sound(enter: Enter, login: str) -> None:
    seen, wrong = walk(enter(login), "/", skip="" if login == "analyst" else OF_A_LOGIN)
    assert wrong == []
    sections = {path.split("/")[1] for path in seen}
    own = {
        "staff": {"staff", "sessions"},
        "manager": {"hotline"},
        "admin": {"admin"},
        "analyst": {"accounts"},
        "trainer": {"teach", "sessions"},
    }
    assert sections == {"", "me", "courses", "checkins", "support"} | own.get(login, set())


def test_pages_before_signing_in_and_errors_are_sound(enter: Enter) -> None:
    page = enter()
    answers = {
        "/accounts/login/": 200,
        "/accounts/password/reset/": 200,
        "/accounts/signup/": 200,
        "/accounts/invitation/not-a-token/": 404,
        "/nothing/here/": 404,
    }
    wrong = []
    for path, status in answers.items():
        answer = page.goto(path)
        assert answer
        assert (path, answer.status) == (path, status)
        wrong += faults(page)
    assert wrong == []


def test_an_analyst_is_told_calmly_that_a_section_is_closed(enter: Enter) -> None:
    page = enter("analyst")
    answer = page.goto("/staff/")
    assert answer
    assert answer.status == 403
    expect(page.get_by_role("heading", level=1)).to_have_text("This section is closed to you")
    assert list(faults(page)) == []
    page.get_by_role("link", name="To the start page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Amal")


def test_a_manager_sees_the_own_hotline_and_no_other(enter: Enter) -> None:
    page = enter("manager")
    page.goto("/")
    page.get_by_role("link", name="My hotline").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Point de Contact")
    own = urlsplit(page.url).path
    assert not [path for path in links(page) if path.startswith(("/staff/", "/admin/"))]
    number = int(own.split("/")[2])
    for other in (number - 1, number + 1):
        answer = page.goto(f"/hotline/{other}/")
        assert answer
        assert answer.status == 404


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, which has to be seen."""
    wanted = target.element_handle()
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement === wanted", wanted):
            assert target.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
            return
    pytest.fail(f"Tab does not lead to {target}")


def follow(page: Page, target: Locator) -> None:
    """Go to a link or button by Tab and press it; the next page is there when this returns."""
    tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


@pytest.mark.parametrize("javascript", WITH_AND_WITHOUT)
def test_staff_open_a_number_down_to_a_person_by_keyboard_alone(enter: Enter, javascript: bool) -> None:
    page = enter(java_script_enabled=javascript, viewport={"width": 1280, "height": 800})
    page.goto("/staff/")
    for field, typed in (("Email", "staff@demo.example"), ("Password", PASSWORD)):
        tab_to(page, page.get_by_label(field, exact=True))
        page.keyboard.type(typed)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert urlsplit(page.url).path == "/staff/"
    follow(page, page.get_by_role("link", name="Counts", exact=True))
    follow(page, page.get_by_role("link", name="2023", exact=True))
    counts = page.url
    attended = page.get_by_role("row", name="Advanced training").get_by_role("link", name="47").last
    follow(page, attended)
    assert page.locator(".figure").inner_text() == "47"
    facts, person = page.url, page.locator("tbody th a").first
    name = person.inner_text()
    follow(page, person)
    assert heading(page) == name
    page.go_back()
    assert page.url == facts
    follow(page, page.get_by_role("link", name="Training counts"))
    assert page.url == counts


def overview(page: Page) -> dict[str, list[str]]:
    """The first table of the counts page: kind to its cells."""
    rows = page.get_by_role("table").first.locator("tbody tr")
    return {cells[0]: cells[1:] for cells in (row.split("\t") for row in rows.all_inner_texts())}


@pytest.mark.parametrize("javascript", WITH_AND_WITHOUT)
def test_staff_narrow_the_counts_and_break_them_down(enter: Enter, javascript: bool) -> None:
    page = enter("staff", java_script_enabled=javascript)
    page.goto("/staff/counts/")
    page.get_by_role("link", name="2023", exact=True).click()
    expect(page.get_by_role("link", name="2023", exact=True)).to_have_attribute("aria-current", "true")
    whole = overview(page)
    page.get_by_text("Filter, another span").click()
    page.get_by_role("combobox", name="Region").select_option("Asia Pacific")
    page.get_by_role("combobox", name="Audience").select_option("hotline")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("combobox", name="Region")).to_have_value("Asia Pacific")
    part = overview(page)
    assert 0 < int(part["Basic training"][-1]) < int(whole["Basic training"][-1])
    page.get_by_label("Broken down by").get_by_role("link", name="country").click()
    expect(page.get_by_role("combobox", name="Region")).to_have_value("Asia Pacific")
    table = page.get_by_role("table", name="Attended: participations by country")
    countries = table.locator("tbody th").all_inner_texts()
    assert "Japan" in countries
    assert "France" not in countries


def save(page: Page, form: str, folder: Path) -> Path:
    with page.expect_download() as saved:
        page.get_by_role("link", name=form).click()
    path = folder / saved.value.suggested_filename
    saved.value.save_as(path)
    return path


def test_the_downloads_hold_the_numbers_of_the_page(enter: Enter, tmp_path: Path) -> None:
    page = enter("staff")
    page.goto(COUNTS)
    files = {form: save(page, form.upper(), tmp_path) for form in ("csv", "xlsx", "json")}
    assert {path.name for path in files.values()} == {f"training-counts-2023.{form}" for form in files}
    told = json.loads(files["json"].read_text())
    counts = {count["code"]: count["value"] for count in told["counts"]}
    with files["csv"].open(newline="", encoding="utf-8-sig") as opened:
        rows = list(csv.DictReader(opened))
    assert {f"{r['kind']}.{r['stage']}.{r['unit']}": int(r["value"]) for r in rows} == counts
    book = CalamineWorkbook.from_path(files["xlsx"])
    cells = book.get_sheet_by_name("counts").to_python()
    assert {".".join(map(str, row[:3])): row[3] for row in cells[1:]} == counts
    shown = overview(page)["Advanced training"]
    assert shown[-2:] == [
        str(counts["advanced.completed.participations"]),
        str(counts["advanced.completed.people"]),
    ]


def test_a_day_before_the_first_fact_says_that_nothing_was_known(enter: Enter) -> None:
    page = enter("staff")
    page.goto(COUNTS)
    page.get_by_text("Filter, another span").click()
    page.get_by_label("As known at the end of").fill("2020-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Nothing was recorded by then; the first fact was recorded on")).to_be_visible()
    expect(page.get_by_label("As known at the end of")).to_have_value("2020-01-01")
    assert list(faults(page)) == []


def test_a_refused_filter_keeps_what_was_typed(enter: Enter) -> None:
    page = enter("staff")
    page.goto(COUNTS)
    page.get_by_text("Filter, another span").click()
    page.get_by_label("From").fill("2023-05-02")
    page.get_by_label("To", exact=False).last.fill("2023-05-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("This is before the first day.").first).to_be_visible()
    expect(page.get_by_label("From")).to_have_value("2023-05-02")
    assert list(faults(page)) == []


def test_a_refused_invitation_keeps_what_was_typed(enter: Enter) -> None:
    page = enter("admin")
    page.goto("/admin/invitations/new/")
    page.get_by_label("E-mail").fill("newcomer@test.example")
    page.get_by_label("Role").select_option("trainer")
    page.get_by_label("Register id").fill("P-nobody")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("Nobody has this register id.").last).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value("newcomer@test.example")
    expect(page.get_by_label("Role")).to_have_value("trainer")
    expect(page.get_by_label("Register id")).to_have_value("P-nobody")
    assert list(faults(page)) == []


def test_a_refused_login_keeps_the_address_and_not_the_password(enter: Enter) -> None:
    page = enter()
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("staff@demo.example")
    page.get_by_label("Password").fill("not-the-password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".errors, #mistakes").first).to_be_visible()
    expect(page.get_by_label("Email")).to_have_value("staff@demo.example")
    expect(page.get_by_label("Password")).to_have_value("")
    assert list(faults(page)) == []
