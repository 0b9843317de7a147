"""The first use of each term of a glossary, marked in authors' Markdown with a link to what it means."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.token import Token

# What is a heading, and what leads elsewhere already, is left as it is.
HEADINGS = frozenset({"heading_open", "th_open"})


@dataclass(frozen=True)
class Term:
    """A term, and the id of the element on the page that says what it means."""

    text: str
    anchor: str


@lru_cache(maxsize=256)
def pattern(terms: tuple[Term, ...]) -> re.Pattern[str]:
    """Any of the terms as whole words, whatever their case: a group for each, in their order."""
    words = "|".join(f"({re.escape(term.text)})" for term in terms)
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


def mark(tokens: Sequence[Token], terms: Sequence[Term]) -> set[Term]:
    """Put links into parsed Markdown at the first use of each term; the terms that were found.

    Not in code, links, pictures and headings, and nowhere but in text.
    """
    found: set[Term] = set()
    # A longer one before one within it.
    ordered = tuple(sorted(terms, key=lambda term: -len(term.text)))
    for at, token in enumerate(tokens):
        if token.type == "inline" and tokens[at - 1].type not in HEADINGS and token.children:
            token.children = list(marked(token.children, ordered, found))
    return found


def marked(children: Iterable[Token], terms: tuple[Term, ...], found: set[Term]) -> Iterator[Token]:
    links = 0
    for child in children:
        links += (child.type == "link_open") - (child.type == "link_close")
        if child.type == "text" and not links and len(found) < len(terms):
            yield from split(child, terms, found)
        else:
            yield child


def split(child: Token, terms: tuple[Term, ...], found: set[Term]) -> Iterator[Token]:
    """The pieces of a text, with a link around each term that was not found before."""
    end = 0
    for use in pattern(terms).finditer(child.content):
        term = terms[(use.lastindex or 1) - 1]
        if term in found:
            continue
        found.add(term)
        yield text(child, child.content[end : use.start()])
        yield from link(child, use[0], term)
        end = use.end()
    yield text(child, child.content[end:]) if end else child


def text(like: Token, content: str) -> Token:
    return Token("text", "", 0, content=content, level=like.level)


def link(like: Token, content: str, term: Term) -> list[Token]:
    address = {"href": f"#{term.anchor}", "aria-describedby": term.anchor}
    return [
        Token("dfn_open", "dfn", 1),
        Token("link_open", "a", 1, attrs=dict(address)),
        text(like, content),
        Token("link_close", "a", -1),
        Token("dfn_close", "dfn", -1),
    ]
