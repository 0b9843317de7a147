"""Notices: what the site has to tell somebody. Apps register where theirs come from when they are ready.

The bell in the header and the page behind it are the same for every source.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lms.kit.text import Text


@dataclass(frozen=True)
class Kind:
    """A kind of notice that somebody can turn off. `key` is fit for an address."""

    key: str
    label: Text
    text: Text
    on: bool


@dataclass(frozen=True)
class Notice:
    """One notice. `fact` and `rule` answer why somebody got it; `mail` says what became of its mail.

    `kind` is None for one that cannot be turned off.
    """

    at: dt.datetime
    title: Text
    text: Text
    url: str
    action: Text
    fact: Text
    rule: Text
    mail: Text
    kind: Kind | None
    unread: bool


class Source(Protocol):
    """Where notices come from. `name` is fit for an address; one query each is plenty."""

    name: str

    def unread(self, user: Any) -> int: ...
    def notices(self, user: Any) -> Sequence[Notice]: ...
    def kinds(self, user: Any) -> Sequence[Kind]: ...
    def mark_read(self, user: Any) -> None: ...
    def switch(self, user: Any, kind: str, on: bool) -> None: ...

    def behind(self, token: str) -> Kind | None:
        """The kind that the token of a mail turns off; None for another source's token, or nobody's."""

    def turn_off(self, token: str) -> None:
        """Turn the kind behind a token off, for whoever the mail was sent to."""


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Show the notices of this source too."""
    _sources[source.name] = source


def sources() -> list[Source]:
    return [_sources[name] for name in sorted(_sources)]


def source(name: str) -> Source | None:
    return _sources.get(name)


def unread(user: Any) -> int:
    """How many notices somebody has not read; 0 for whoever is not signed in."""
    if not getattr(user, "is_authenticated", False):
        return 0
    return sum(one.unread(user) for one in sources())
