"""Authors' Markdown as HTML that is safe to show, whatever was typed."""

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

ALLOWED = {
    "p", "br", "hr", "h3", "h4", "h5", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li",
    "a", "table", "thead", "tbody", "tr", "th", "td", "sup", "section",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "id", "class", "title"},
    "li": {"id", "class"},
    "section": {"class"},
    "sup": {"class"},
}

# No raw HTML gets in; nh3 then lets only known elements out.
_parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").enable("strikethrough")
_parser.use(footnote_plugin)


@lru_cache(maxsize=1024)
def render(source: str) -> SafeString:
    """HTML of some Markdown: headings from the third level down, links without a referrer."""
    html = _parser.render(source)
    clean = nh3.clean(
        html,
        tags=ALLOWED,
        attributes=ATTRIBUTES,
        url_schemes={"https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return mark_safe(clean)  # noqa: S308 — nh3 has just cleaned it
