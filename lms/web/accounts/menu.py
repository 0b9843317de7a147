"""What administrators find in the side navigation and on the home page."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.people.rules import Visitor, may_enter_admin, may_make_tokens, may_see_all_tokens
from lms.web import as_seen, home, navigation
from lms.web.accounts.as_seen import seen_of
from lms.web.home import Card


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(gettext_lazy("Administration"), "admin", may_enter_admin, order=90)
    navigation.register(gettext_lazy("Users"), "admin-users", may_enter_admin, order=91)
    navigation.register(gettext_lazy("Invitations"), "admin-invitations", may_enter_admin, order=92)
    navigation.register(gettext_lazy("Deliveries"), "admin-deliveries", may_enter_admin, order=93)
    navigation.register(gettext_lazy("Tokens of all"), "admin-tokens", may_see_all_tokens, order=94)
    navigation.register(gettext_lazy("API tokens"), "own-tokens", may_make_tokens, order=95)
    home.register(cards, order=90)
    as_seen.register(seen_of)


def cards(user: Visitor) -> Iterator[Card]:
    if may_enter_admin(user):
        text = _("Logins, roles and invitations.")
        yield Card(_("Administration"), text, reverse("admin"), _("Open"))
