"""What a page says goes through {% translate %} or {% blocktranslate %}: templates hold no words of their own."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
# Template and the words that stay as they are, each with its reason.
ALLOWED: dict[tuple[str, str], str] = {}
# A block whose content is a class and not a text; an address in <code> is none either.
NOT_TEXT = re.compile(
    r"{%\s*block body_class\s*%}.*?{%\s*endblock\s*%}|{#.*?#}|{%\s*comment\b.*?{%\s*endcomment\s*%}"
    r"|<(script|style|code)\b.*?</\1>",
    re.DOTALL,
)
TRANSLATED = re.compile(r"{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}", re.DOTALL)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
# Words in a filter's argument, which no tag translates.
IN_FILTER = re.compile(r'{{[^}]*\|(?:default|default_if_none|yesno|pluralize):"([^"]*)"')
READ_ALOUD = re.compile(r'\b(?:aria-label|aria-description|title|alt|placeholder)="([^"]*)"')
ENTITY = re.compile(r"&#?\w+;")
WORD = re.compile(r"[^\W\d_]{2,}")


def words_of(template: str) -> Iterator[str]:
    """Every text that a reader sees or hears and that nothing translates."""
    without = TRANSLATED.sub(" ", NOT_TEXT.sub(" ", template))
    yield from IN_FILTER.findall(without)
    markup = TAG.sub(" ", without)
    yield from READ_ALOUD.findall(markup)
    yield from re.sub(r'<(?:[^>"]|"[^"]*")*>', "\n", markup).split("\n")


def untranslated(template: str) -> list[str]:
    return [" ".join(text.split()) for text in words_of(template) if WORD.search(ENTITY.sub("", text))]


def found() -> set[tuple[str, str]]:
    return {
        (path.relative_to(TEMPLATES).as_posix(), text)
        for path in TEMPLATES.rglob("*.html")
        for text in untranslated(path.read_text(encoding="utf-8"))
    }


def test_no_template_says_anything_that_cannot_be_translated():
    assert found() - set(ALLOWED) == set()


def test_every_exception_is_needed_and_gives_its_reason():
    assert set(ALLOWED) <= found()
    assert all(ALLOWED.values())


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("<p>Plain words</p>", ["Plain words"]),
        ("<p>{% if x %}Yes, {{ x }}{% endif %}</p>", ["Yes,"]),
        ('<a aria-label="Read on" href="/here/">→</a>', ["Read on"]),
        ('<p>{{ x|default:"none at all" }}</p>', ["none at all"]),
        ("<svg><title>A chart</title></svg>", ["A chart"]),
        ("<p>Одно слово</p>", ["Одно слово"]),
        ('<p>{% translate "Plain words" %} · {{ x }} &nbsp; 12 %</p>', []),
        ("<p>{% blocktranslate with n=x %}{{ n }} words{% endblocktranslate %}</p>", []),
        ('<a href="/here/" class="btn go">{{ x|default:"–" }}</a>', []),
        ("{% block body_class %}narrow{% endblock %}{# a remark #}", []),
    ],
)
def test_the_guard_tells_words_from_markup(template, words):
    assert untranslated(template) == words
