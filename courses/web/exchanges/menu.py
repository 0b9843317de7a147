"""What exchanges add to the side navigation, the home page, the bell and the look through others' eyes."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.web.exchanges.as_seen import seen_of
from courses.web.exchanges.notices import ExchangeNotices
from lms.people.rules import Visitor
from lms.web import as_seen, home, navigation, notices
from lms.web.home import Card


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(gettext_lazy("Exchanges"), "exchanges", rules.may_enter_exchanges, order=45)
    # Asked of everybody on every page: whether somebody works for a hotline would cost a query each time.
    navigation.register(
        gettext_lazy("Lessons learnt"), "exchange-lessons", rules.may_enter_exchanges, order=46
    )
    home.register(cards, order=25)
    notices.register(ExchangeNotices())
    as_seen.register(seen_of)


def cards(user: Visitor) -> Iterator[Card]:
    if rules.may_enter_exchanges(user):
        text = _("Offer to host, ask to visit, and take an exchange from the first word to the count.")
        yield Card(_("Exchanges"), text, reverse("exchanges"), _("Open"))
    if rules.may_read_lessons(user):
        text = _("What hotlines share of what they learnt on a visit to another.")
        yield Card(_("Lessons learnt"), text, reverse("exchange-lessons"), _("Open"))
