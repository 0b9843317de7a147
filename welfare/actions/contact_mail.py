"""The mail that tells somebody of a message: the same as of every other notice, and made when it is sent."""

from django.utils.translation import gettext_lazy as _

from lms.kit.tokens import digest, token
from lms.outbox.channels import Channel, register
from lms.outbox.mail import Mail, Unwanted
from lms.people.mail import notice
from lms.people.models import User
from welfare.enums import RequestState, StepState
from welfare.models import ContactMail, Supporter

OFF_TOKEN = "messages off"  # noqa: S105 - the name of a purpose


def register_channel() -> None:
    """Called once, when the app is ready."""
    # What a message is about is nothing that an administrator is to learn from a list.
    register(Channel(ContactMail, compose, address_of, _("message"), ("step",)))


def address_of(mail: ContactMail) -> str:
    return User.objects.filter(pk=mail.step.supporter_id).values_list("email", flat=True).first() or ""


def compose(mail: ContactMail) -> Mail:
    """For the drain, in the engine's name. Raises Unwanted for what was seen, went on or is over."""
    step = mail.step
    if step.state != StepState.SENT or step.request.state != RequestState.OPEN:
        raise Unwanted("no longer new")
    if not Supporter.objects.filter(pk=step.supporter_id, by_mail=True).exists():
        raise Unwanted("no mail wanted")
    user = User.objects.filter(pk=step.supporter_id, is_active=True).first()
    if user is None:
        raise Unwanted("the login is closed")
    off = token(OFF_TOKEN, mail.message_id)
    ContactMail.objects.filter(pk=mail.pk).update(off_digest=digest(off))
    return notice(user, off)
