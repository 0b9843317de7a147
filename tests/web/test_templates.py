"""Guards over every template: nothing inline, nothing unused, everything translatable by a machine's eye."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

ROOT = Path(settings.BASE_DIR)
FOLDERS = [ROOT / "templates", *ROOT.glob("*/templates"), *ROOT.glob("lms/*/templates")]
TEMPLATES = sorted(path for folder in FOLDERS for path in folder.rglob("*") if path.is_file())
PAGES = [path for path in TEMPLATES if path.suffix == ".html"]

# Templates that a dependency asks for by a name of its own, with the reason.
ASKED_FOR_BY_OTHERS = {
    "account/": "allauth's views name them",
    "mfa/": "allauth's views name them",
    "allauth/elements/": "allauth's element tag names them",
    "allauth/layouts/": "allauth's own pages extend them",
}
INLINE = {
    "style attribute": r"<[^>]+\sstyle\s*=",
    "style element": r"<style\b",
    "event handler": r"<[^>]+\son[a-z]+\s*=",
    "javascript address": r"href\s*=\s*[\"']javascript:",
    "inline script": r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/json[\"'])",
    "code in htmx": r"\bhx-on|\bhx-vals=[\"']js:",
    "address on another server": r"(?:src|href)=[\"'](?:https?:)?//",
}


def name(path: Path) -> str:
    folder = next(folder for folder in FOLDERS if path.is_relative_to(folder))
    return path.relative_to(folder).as_posix()


@pytest.mark.parametrize("what", INLINE)
def test_no_template_holds_what_the_content_security_policy_forbids(what: str) -> None:
    assert [name(path) for path in PAGES if re.search(INLINE[what], path.read_text())] == []


@pytest.mark.parametrize(
    ("what", "sample"),
    [
        ("style attribute", '<i style="width:5%">'),
        ("style element", "<style>i{}</style>"),
        ("event handler", '<a onclick="go()">'),
        ("javascript address", "<a href='javascript:go()'>"),
        ("inline script", "<script>go()</script>"),
        ("code in htmx", '<a hx-on:click="go()">'),
        ("address on another server", '<img src="https://elsewhere.example/x.png">'),
    ],
)
def test_the_guard_sees_what_it_is_meant_to_see(what: str, sample: str) -> None:
    assert re.search(INLINE[what], sample)


def test_every_template_is_used() -> None:
    sources = [
        path for path in ROOT.glob("*/**/*.py") if ".venv" not in path.parts and "tests" not in path.parts
    ]
    everything = "\n".join(path.read_text() for path in [*sources, *TEMPLATES])
    unused = [
        n
        for n in map(name, TEMPLATES)
        if not n.startswith(tuple(ASKED_FOR_BY_OTHERS)) and n not in everything
    ]
    assert unused == []


def test_no_reason_outlives_its_templates() -> None:
    names = [name(path) for path in TEMPLATES]
    stale = [prefix for prefix in ASKED_FOR_BY_OTHERS if not any(n.startswith(prefix) for n in names)]
    assert stale == []


def test_every_template_can_be_read_by_the_engine() -> None:
    for path in PAGES:
        engines["django"].get_template(name(path))


def test_every_element_of_allauth_is_in_our_look() -> None:
    """A newer allauth that brings another element must not show a page in two looks."""
    import allauth

    theirs = {path.name for path in Path(allauth.__file__).parent.glob("templates/allauth/elements/*.html")}
    ours = {path.name for path in (ROOT / "templates/allauth/elements").glob("*.html")}
    # The two for social logins are not reachable: no social provider is set up.
    assert theirs - ours == {"provider.html", "provider_list.html"}


def test_style_sheets_use_logical_properties_only() -> None:
    """Right-to-left languages need no second sheet."""
    physical = r"(?:margin|padding|border|inset)-(?:left|right)|(?<![-\w])(?:left|right)\s*:|text-align:\s*(?:left|right)"
    for sheet in (ROOT / "static/css").glob("*.css"):
        assert re.findall(physical, sheet.read_text()) == [], sheet.name
