"""Authors' Markdown as HTML that is safe to show, whatever was typed."""

from functools import lru_cache
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from mdit_py_plugins.footnote import footnote_plugin

from lms.web.terms import Term, mark

ALLOWED = {
    "p", "br", "hr", "h2", "h3", "h4", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li",
    "a", "table", "thead", "tbody", "tr", "th", "td", "sup", "section", "div", "dfn",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "id", "class", "title", "aria-describedby"},
    "li": {"id", "class"},
    "section": {"class"},
    "sup": {"class"},
    "div": {"class", "role", "tabindex", "aria-label"},
}
# Authors begin with ###; on a page their headings follow its title without a gap.
LEVELS = {"h1": "h2", "h2": "h2", "h3": "h2", "h4": "h3", "h5": "h4", "h6": "h4"}


def _level(state: StateCore) -> None:
    for token in state.tokens:
        token.tag = LEVELS.get(token.tag, token.tag)


def _table_open(*_arguments: Any) -> str:
    """A wide table scrolls by itself, and by keyboard, too."""
    return f'<div class="scroll" role="group" tabindex="0" aria-label="{_("Table")}"><table>'


def _table_close(*_arguments: Any) -> str:
    return "</table></div>"


def _parser() -> MarkdownIt:
    """No raw HTML gets in; nh3 then lets only known elements out."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough")
    parser.use(footnote_plugin)
    parser.core.ruler.push("levels", _level)
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    return parser


PARSER = _parser()


@lru_cache(maxsize=1024)
def render(source: str) -> SafeString:
    """HTML of some Markdown: headings from the second level down, links without a referrer."""
    return cleaned(PARSER.render(source))


@lru_cache(maxsize=1024)
def render_with_terms(source: str, terms: tuple[Term, ...]) -> tuple[SafeString, frozenset[Term]]:
    """The same with each term's first use marked, and the terms that were found."""
    env: dict[str, Any] = {}
    tokens = PARSER.parse(source, env)
    found = mark(tokens, terms)
    return cleaned(PARSER.renderer.render(tokens, PARSER.options, env)), frozenset(found)


def cleaned(html: str) -> SafeString:
    clean = nh3.clean(
        html,
        tags=ALLOWED,
        attributes=ATTRIBUTES,
        url_schemes={"https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return mark_safe(clean)  # noqa: S308 — nh3 has just cleaned it
