"""Mails about accounts, as plain text."""

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from lms.people.models import Invitation


def send_invitation(invitation: Invitation, link: str) -> None:
    """Mail an invitation's link; raises what the mail server answers (OSError, SMTPException)."""
    body = render_to_string("emails/invitation.txt", {"invitation": invitation, "link": link})
    send_mail(_("Your invitation to Hotline Learning"), body, None, [invitation.email])
