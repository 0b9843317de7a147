"""The first use of a glossary's terms is marked in authors' texts, and nothing else of them is touched."""

import re
import time

import pytest

from lms.web.markdown import render, render_with_terms
from lms.web.terms import Term

TRACE, HOST = Term("trace", "word-1"), Term("host", "word-2")
TERMS = (TRACE, HOST)


def words(html):
    """What is marked, with the id that it leads to."""
    link = r'<dfn><a href="#([-\w]+)" aria-describedby="\1"[^>]*>(.*?)</a></dfn>'
    return [(word, anchor) for anchor, word in re.findall(link, html)]


def test_the_first_use_leads_to_what_it_means_and_the_second_does_not():
    html, found = render_with_terms("A trace names a **Host**. A trace ends.\n\nThe host answers.", TERMS)
    assert words(html) == [("trace", "word-1"), ("Host", "word-2")]
    assert found == {TRACE, HOST}


@pytest.mark.parametrize(
    "source",
    [
        "`trace`",
        "```\ntrace\n```",
        "    trace",
        "[a trace](https://example.org/trace)",
        "[a **trace** there](https://example.org)",
        "### The trace",
        "| trace |\n|---|\n| x |",
        "retrace, traces and trace_route",
        "![trace](https://example.org/x.png)",
    ],
)
def test_code_links_headings_and_parts_of_words_stay_as_they_are(source):
    html, found = render_with_terms(source, TERMS)
    assert html == render(source)
    assert found == frozenset()


def test_a_use_after_those_is_the_first_one():
    html, _found = render_with_terms("### Trace\n\n`trace` and [trace](https://example.org): a trace.", TERMS)
    assert words(html) == [("trace", "word-1")]
    assert html.endswith("</dfn>.</p>\n")


def test_a_longer_term_comes_before_one_within_it():
    both = (Term("notice", "word-1"), Term("notice and takedown", "word-2"))
    html, _found = render_with_terms("Notice and takedown begins with a notice.", both)
    assert words(html) == [("Notice and takedown", "word-2"), ("notice", "word-1")]


def test_terms_in_any_script_and_with_any_sign_break_nothing():
    odd = tuple(
        Term(text, f"word-{n}") for n, text in enumerate(["C++ (a|b)", "ſ", "İ", "ß", "хост", "主机"])
    )
    html, found = render_with_terms("C++ (a|b), S, i̇, SS, ХОСТ <b>主机</b> 主机", odd)
    assert {term.text for term in found} >= {"C++ (a|b)", "хост"}
    assert "<b>" not in html
    assert "&lt;b&gt;" in html


def test_a_thousand_terms_in_one_paragraph_are_marked_at_once():
    many = tuple(Term(f"word{n}", f"word-{n}") for n in range(1000))
    began = time.process_time()
    html, found = render_with_terms(" ".join(term.text for term in many) + " word7", many)
    assert time.process_time() - began < 3
    assert len(words(html)) == len(found) == 1000


def test_what_a_link_of_an_author_s_own_says_is_no_word_of_the_glossary():
    html, _found = render_with_terms("[x](#word-1)", TERMS)
    assert words(html) == []
