"""The entries of the side navigation; apps register theirs when they are ready."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from lms.kit.text import Text
from lms.web.permissions import Rule


@dataclass(frozen=True)
class Entry:
    label: Text
    url_name: str
    allowed: Rule
    order: int


class Link(NamedTuple):
    label: Text
    url: str
    current: bool


_entries: dict[str, Entry] = {}


def register(label: Text, url_name: str, allowed: Rule, order: int = 100) -> None:
    """Add an entry, or replace the one with the same `url_name`.

    `label` is lazily translated; `allowed(user)` is the rule of the page behind it; the lowest order
    comes first.
    """
    _entries[url_name] = Entry(label, url_name, allowed, order)


def entries_for(user: Any) -> list[Entry]:
    """What this user may enter, in order; nothing for somebody who is not signed in."""
    if not getattr(user, "is_authenticated", False):
        return []
    in_order = sorted(_entries.values(), key=lambda entry: (entry.order, entry.url_name))
    return [entry for entry in in_order if entry.allowed(user)]


def links(request: HttpRequest) -> list[Link]:
    """The entries as links; the one whose address leads furthest into the present one is current."""
    entries = entries_for(getattr(request, "user", None))
    addresses = [(entry, reverse(entry.url_name)) for entry in entries]
    # The bell beside the entries leads to a page of its own, which is none of theirs.
    current = _longest_prefix([*(url for _, url in addresses), reverse("notices")], request.path)
    return [Link(entry.label, url, url == current) for entry, url in addresses]


def _longest_prefix(urls: list[str], path: str) -> str | None:
    home = reverse("home")
    fitting = [url for url in urls if url == path or (url != home and path.startswith(url))]
    return max(fitting, key=len, default=None)
