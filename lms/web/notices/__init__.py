"""Notices: what the site has to tell somebody. Apps register where theirs come from when they are ready.

The bell in the header and the page behind it are the same for every source.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _

from lms.kit.text import Text
from lms.outbox.states import State


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

    `kind` is None where the source has a page of its own for what can be turned off.
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

    def knows(self, token: str) -> bool:
        """Whether a mail of this source held the token. The page behind it does not say which source did."""

    def turn_off(self, token: str) -> None:
        """No more mails of the kind that held a token, for whoever it was sent to."""


def mail_in_words(state: State) -> str:
    """What became of a notice's mail, for who was to get it."""
    words = {
        State.SENT: _("A mail said that there is a notice, and no more than that."),
        State.UNCERTAIN: _("A mail was on its way when the connection was lost: it may have arrived."),
        State.FAILED: _("The mail could not be delivered."),
        State.CANCELLED: _("The mail could not be delivered."),
    }
    return words.get(state, _("A mail is on its way."))


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
