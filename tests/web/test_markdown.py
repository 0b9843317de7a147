"""Authors' Markdown comes out safe, whatever was typed."""

import pytest

from lms.web.markdown import render


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        '<a href="https://example.org" onclick="x()">y</a>',
        "[x](data:text/html;base64,AAAA)",
        "![x](https://example.org/track.png)",
    ],
)
def test_nothing_that_runs_or_loads_gets_out(typed):
    html = render(typed)
    for danger in (
        "<script",
        "<img",
        'href="javascript',
        'href="data',
        '<a href="https://example.org" onclick',
    ):
        assert danger not in html


def test_headings_follow_the_title_of_the_page_without_a_gap():
    assert render("### First\n\n#### Second") == "<h2>First</h2>\n<h3>Second</h3>\n"


def test_a_table_scrolls_by_keyboard_too():
    assert render("| a |\n|---|\n| 1 |").startswith('<div class="scroll" role="group" tabindex="0"')


def test_footnotes_lead_there_and_back():
    html = render("A fact.[^1]\n\n[^1]: Its source.")
    assert 'class="footnote-ref"' in html
    assert "Its source." in html
