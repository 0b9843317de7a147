"""What exchanges have to tell somebody on the notices page."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.actions.exchanges import telling
from courses.enums import ExchangeState, NotNudged
from courses.models import ExchangeNotice
from courses.queries.exchanges import notices as queries
from courses.queries.exchanges.situations import situation
from courses.web.exchanges.steps import steps
from lms.outbox.states import State
from lms.people.models import User
from lms.web.notices import Kind, Notice, mail_in_words

KEY = "turn"


class ExchangeNotices:
    """A lms.web.notices.Source: exchanges that wait for one's word, and what others decided of them."""

    name = "exchanges"

    def unread(self, user: User) -> int:
        # The bell is on every page: whom no exchange can wait for costs no query.
        return queries.count_unread(user) if queries.may_get_any(user) else 0

    def notices(self, user: User) -> Sequence[Notice]:
        found = queries.holding(user) if queries.may_get_any(user) else []
        if not found:
            return []
        (kind,) = self.kinds(user)
        return [notice_of(row, kind, user) for row in found]

    def kinds(self, user: User) -> Sequence[Kind]:
        if not queries.may_get_any(user):
            return []
        rule = _(
            "Once for each word that an exchange waits for, yours or that of another of your hotline; and"
            " when somebody else approves one of your hotline's, changes its plan after that, or cancels it."
        )
        return [
            Kind(
                KEY,
                _("An exchange that waits for you, or was decided"),
                rule,
                not queries.has_turned_off(user),
            )
        ]

    def mark_read(self, user: User) -> None:
        telling.mark_read(by=user)

    def switch(self, user: User, kind: str, on: bool) -> None:
        (telling.turn_on if on else telling.turn_off)(by=user)

    def knows(self, token: str) -> bool:
        return queries.by_off_token(token) is not None

    def turn_off(self, token: str) -> None:
        found = queries.by_off_token(token)
        if found:
            telling.turn_off(by=found.user)


def notice_of(row: ExchangeNotice, kind: Kind, user: User) -> Notice:
    exchange: Any = row.exchange
    title, text, fact = (news if queries.is_news(row) else asked)(exchange, user)
    return Notice(
        at=row.created_at,
        title=title % {"title": exchange.title},
        text=text,
        url=reverse("exchange", args=[exchange.pk]),
        action=_("Open the exchange"),
        fact=fact % {"state": exchange.get_state_display()},
        rule=kind.text,
        mail=_mail(row),
        kind=kind,
        unread=row.read_at is None,
    )


def asked(exchange: Any, user: User) -> tuple[str, str, str]:
    """Title, text and fact of an exchange that waits for somebody."""
    step = next(iter(steps(user, exchange, situation(exchange))), None)
    fact = _("The exchange is “%(state)s”, and the next word is yours.")
    return _("“%(title)s” waits for you"), step.text if step else "", fact


def news(exchange: Any, user: User) -> tuple[str, str, str]:
    """The same of what somebody else decided or changed."""
    fact = _("The exchange is “%(state)s”, by a word that was not yours.")
    if exchange.state == ExchangeState.CANCELLED:
        return _("“%(title)s” is cancelled"), _("Its history says why. Nothing is to be booked for it."), fact
    return _("“%(title)s” is approved"), _("Its plan stands as you find it now: you can book."), fact


def _mail(row: ExchangeNotice) -> str:
    """What became of the mail, in words for who was to get it."""
    if row.state == State.CANCELLED and row.fault in NotNudged.values:
        return _("No mail was sent: %(reason)s.") % {"reason": NotNudged(row.fault).label}
    return mail_in_words(State(row.state))
