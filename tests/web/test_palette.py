"""WCAG 2.2 AA contrast, computed from the tokens in the stylesheet."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR, "static/css/app.css").read_text()
LIGHT, DARK = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[:2]
GROUNDS = ("paper", "surface")
# 1.4.3: text 4.5:1. 1.4.11: edges of controls, focus and the marks of charts 3:1.
TEXT = [
    *(
        (ink, ground)
        for ink in ("ink", "muted", "accent", "accent-strong", "warm", "good")
        for ground in GROUNDS
    ),
    *(("ink", ground) for ground in ("accent-soft", "warm-soft", "good-soft")),
    ("muted", "accent-soft"),
    ("accent", "accent-soft"),
    ("accent-strong", "accent-soft"),
    ("accent", "warm-soft"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
]
MARKS = [(mark, ground) for mark in ("edge", "c1", "c2", "c3", "c4", "c5", "c6") for ground in GROUNDS]


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"), [*((f, b, 4.5) for f, b in TEXT), *((f, b, 3.0) for f, b in MARKS)]
)
def test_is_readable(scheme: str, front: str, back: str, least: float) -> None:
    found = tokens(scheme)
    assert contrast(found[front], found[back]) >= least


def test_the_formula_gives_the_known_extremes() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_both_schemes_name_the_same_colours() -> None:
    assert tokens(LIGHT).keys() == tokens(DARK).keys()
