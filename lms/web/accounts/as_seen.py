"""What administrators see of somebody: the login, and nothing of training or welfare."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from lms.people.enums import Role
from lms.people.models import Person
from lms.web.as_seen import Look, Said

ADMINISTRATOR = Role.ADMINISTRATOR


def seen_of(person: Person) -> Iterator[Look | Said]:
    login = getattr(person, "user", None)
    if login is None:
        return
    yield Look(ADMINISTRATOR, "admin-user", _("The page about your login"), login.pk)
    yield Look(ADMINISTRATOR, "admin-users", _("The list of logins"))
    changing = _("Your address stands on the pages that grant or revoke a role, and close or open a login.")
    yield Said(
        ADMINISTRATOR, changing, ("admin-grant", "admin-revoke", "admin-close-login", "admin-open-login")
    )
    mails = _("Where a mail to you could not be delivered, its list shows your address and why.")
    yield Said(ADMINISTRATOR, mails, ("admin-deliveries", "admin-retry-delivery", "admin-give-up-delivery"))
    invited = _("The list of invitations shows the address that you were invited at.")
    yield Said(ADMINISTRATOR, invited, ("admin-invitations", "admin-withdraw-invitation"))
