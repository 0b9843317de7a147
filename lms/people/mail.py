"""Mails about accounts, and the one mail that every notice is announced by.

They are made when they are sent (lms/outbox), so links lead to settings.SITE_URL and not to where some
request came from.
"""

from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lms.kit.tokens import digest, tokens
from lms.outbox.channels import Channel, register
from lms.outbox.mail import BLANK, Form, Mail, Unwanted
from lms.people.models import InvitationMail, User
from lms.people.queries.invitations import open_invitations

INVITATION = "invitation"
# What the mail of a notice is called where it could not be delivered: the same for every kind.
A_MESSAGE = gettext_lazy("message")


def register_channels() -> None:
    """Called once, when the app is ready."""
    label = gettext_lazy("invitation")
    register(Channel(InvitationMail, invitation, invited, label, ("invitation",)))


def invited(rows: Sequence[InvitationMail]) -> list[str]:
    return [row.invitation.email for row in rows]


def invitation(row: InvitationMail) -> Mail:
    """The mail of an invitation that is still open; raises Unwanted for one that was used or ended."""
    found = open_invitations().filter(pk=row.invitation_id).first()
    if found is None:
        raise Unwanted("the invitation is no longer open")
    token = next((one for one in tokens(INVITATION, row.message_id) if digest(one) == found.token_digest), "")
    if not token:
        raise Unwanted("the secret key has changed since")
    link = address("accept-invitation", token)
    text = render_to_string("emails/invitation.txt", {"invitation": found, "link": link})
    return Mail(found.email, _("Your invitation to Hotline Learning"), text)


def notice(user: User, off_token: str) -> Mail:
    """The mail that announces a notice to a login, at its own address."""
    return notice_to(user.email, off_token)


def notice_to(to: str, off_token: str) -> Mail:
    """The same to whatever address somebody chose. Every kind has it: it says that there is one, and where.

    A mailbox may be read by others, so neither subject nor text tells what the notice is about. With
    `off_token` mail programs offer to end this kind by one click (RFC 8058); without one the kind cannot be
    turned off, as where somebody has to answer in time.
    """
    return notice_form(get_language(), settings.SITE_URL, bool(off_token)).filled(off_token, to=to)


@lru_cache(maxsize=32)
def notice_form(language: str | None, site: str, can_be_ended: bool) -> Form:
    """Rendered once in each language: notices differ by their token alone."""
    off = address("notice-off", BLANK) if can_be_ended else ""
    words = {"link": address("notices"), "off": off}
    text, html = render_to_string("emails/notice.txt", words), render_to_string("emails/notice.html", words)
    one_click = (("List-Unsubscribe", f"<{off}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return Form(_("A message for you at Hotline Learning"), text, html, one_click if off else ())


def words_changed(user: User) -> Mail:
    """Said to a login whose six words were changed; nothing of it is kept."""
    text = _(
        "The six words of your login were changed. "
        "If that was not you, change your password and take new words."
    )
    return Mail(user.email, _("A change of your login at Hotline Learning"), f"{text}\n")


def address(name: str, *args: str) -> str:
    """The whole address of a page, for whoever is not on the site."""
    return f"{settings.SITE_URL}{reverse(name, args=args)}"
