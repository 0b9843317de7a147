"""The pages in a real Chromium at 360 and 1280 pixels: no sideways scroll, no breach of the rules of axe.

The pages are rendered here and handed to the browser, so neither server nor database takes part.
"""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import engines
from playwright.sync_api import Browser, Page, Route

from lms.web import charts, home, navigation, permissions, tables, views
from lms.web.templatetags.ui import Chip
from tests.browser import LOOKS, breaches, overflows
from tests.web import pages
from tests.web.test_components import CHARTS, EveryField

SITE = "http://hotline-learning.test"
pytestmark = [
    pytest.mark.journey,
    pytest.mark.urls("tests.web.pages"),
]
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
SHAPES = """{% extends "base.html" %}{% load ui %}
{% block actions %}<a class="btn go" href="/x/">Freeze as published</a>{% endblock %}
{% block content %}
{% chips "Filters" chips %}
<section class="grid">{% figure "Participations" 1371 "Once an activity." "/x/" "Open the facts" %}</section>
<section class="card"><h2>Charts</h2>{% for chart in charts %}{% chart chart %}{% endfor %}{% note "Shown." "warm" %}</section>
<section class="card"><h2>Facts</h2>{% definitions pairs %}{% progress "Lessons" 1 5 %}{% table table %}</section>
<form class="card form" method="post">{% form_fields form %}<button class="btn go">Save</button></form>
{% empty "Nothing yet." "/x/" "Add one" %}{% endblock %}"""


@pytest.fixture(autouse=True)
def entries(own_navigation: None) -> None:
    navigation.register("Countries", "countries", permissions.signed_in)


def shapes() -> str:
    headers = [tables.Header("Hotline", "?sort=name", "ascending"), tables.Header("People", numeric=True)]
    rows = [[f"A hotline with quite a long name, number {n}", n * 1000] for n in range(5)]
    context = {
        "page_title": "Every shape",
        "crumbs": [("Staff", "/staff/counts/")],
        "charts": [
            *CHARTS,
            charts.columns("Months", list("JFMAMJJASOND"), [charts.Series("2023", [9] * 12)]),
        ],
        "chips": [
            Chip("2023", "?y", True),
            Chip("All kinds", "?k"),
            Chip("By hotline, country, region, month", "?d"),
        ],
        "pairs": [("Funder", None), ("Country", "Netherlands")],
        "table": tables.simple("By hotline", headers, rows),
        "form": EveryField({"title": ""}),
    }
    return (
        engines["django"].from_string(SHAPES).render(context, pages.request("/countries/", user=pages.ana()))
    )


def home_page() -> str:
    home.register(lambda user: [home.Card("Tracing basics", "Lesson 2 is next.", "/x/", "Go on", main=True)])
    return pages.html(views.HomePage.as_view()(pages.request(user=pages.ana())))


def refused() -> str:
    data = {"title": "Basic training in May"}
    return pages.html(
        pages.TakenTitle.as_view()(pages.request("/activities/new/", user=pages.ana(), data=data))
    )


def broken() -> str:
    return engines["django"].get_template("errors/500.html").render({"request_id": "0123456789abcdef" * 2})


PAGES = {"shapes": shapes, "home": home_page, "refused": refused, "broken": broken}


def open_page(browser: Browser, text: str, **options: object) -> Page:
    """Show `text` as a page of the site, under the site's own policy; only static files are within reach."""
    policy = "; ".join(
        f"{k} {' '.join(v)}" for k, v in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
    )

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        file = (
            finders.find(path.removeprefix(settings.STATIC_URL))
            if path.startswith(settings.STATIC_URL)
            else None
        )
        if file:
            route.fulfill(path=file, content_type=TYPES[Path(file).suffix])
        elif path == "/page/":
            headers = {"Content-Security-Policy": policy}
            route.fulfill(body=text, content_type="text/html; charset=utf-8", headers=headers)
        else:
            route.fulfill(status=404, body="")

    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]  # playwright types each option
    page.route("**/*", answer)
    page.goto(f"{SITE}/page/")
    return page


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_is_accessible_and_needs_no_sideways_scroll(
    browser: Browser, name: str, width: int, scheme: str
) -> None:
    page = open_page(browser, PAGES[name](), viewport={"width": width, "height": 800}, color_scheme=scheme)
    assert not overflows(page)
    assert breaches(page) == []
    page.context.close()


def test_axe_would_find_a_breach(browser: Browser) -> None:
    page = open_page(browser, home_page().replace("</main>", '<img src="/static/img/mark.svg"></main>'))
    assert any(breach.startswith("image-alt") for breach in breaches(page))
    page.context.close()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_menu_opens_on_a_narrow_screen_with_or_without_javascript(
    browser: Browser, javascript: bool
) -> None:
    size = {"width": 360, "height": 800}
    page = open_page(browser, home_page(), viewport=size, java_script_enabled=javascript)
    link = page.get_by_role("link", name="Countries")
    assert not link.is_visible()
    page.get_by_role("button", name="Menu").press("Enter")
    assert link.is_visible()
    page.keyboard.press("Escape")
    assert not link.is_visible()
    page.context.close()


def test_buttons_links_in_the_menu_and_fields_are_large_enough_to_hit(browser: Browser) -> None:
    page = open_page(browser, shapes(), viewport={"width": 1280, "height": 800})
    targets = page.locator(".btn, .chip, .side a, .side summary, input[type=text], select, th a").all()
    heights = [target.bounding_box()["height"] for target in targets if target.is_visible()]  # type: ignore[index]
    assert heights
    assert min(heights) >= 44
    page.context.close()


def test_the_first_tab_leads_past_the_navigation(browser: Browser) -> None:
    page = open_page(browser, home_page(), viewport={"width": 1280, "height": 800})
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.context.close()


def test_reading_starts_at_the_mistakes(browser: Browser) -> None:
    page = open_page(browser, refused())
    assert page.evaluate("document.activeElement.id") == "mistakes"
    page.context.close()


def test_paper_shows_the_content_alone_with_the_tables_laid_open(browser: Browser) -> None:
    page = open_page(browser, shapes(), viewport={"width": 800, "height": 1000}, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator(".top").is_visible()
    assert page.get_by_role("table").first.is_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    page.context.close()
