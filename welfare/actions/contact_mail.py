"""The mail that tells somebody of a message: the same as of every other notice, and made when it is sent."""

from collections.abc import Sequence

from lms.kit.tokens import digest, token
from lms.outbox.channels import Channel, register
from lms.outbox.mail import Mail, Unwanted
from lms.people.mail import A_MESSAGE, notice
from lms.people.models import User
from welfare.enums import RequestState, StepState
from welfare.models import ContactMail, Supporter

OFF_TOKEN = "messages off"  # noqa: S105 - the name of a purpose
# One reason for all: a row must not tell who was quick, or who wants no mail.
OVER = "no longer wanted"


def register_channel() -> None:
    """Called once, when the app is ready."""
    # What a message is about is nothing that an administrator is to learn from a list.
    register(Channel(ContactMail, compose, addresses, A_MESSAGE, ("step",)))


def addresses(mails: Sequence[ContactMail]) -> list[str]:
    """For the administrator's list. One query."""
    receivers = [mail.step.supporter_id for mail in mails]
    own = dict(User.objects.filter(pk__in=receivers).values_list("pk", "email"))
    return [own.get(receiver, "") for receiver in receivers]


def compose(mail: ContactMail) -> Mail:
    """For the drain, in the engine's name. Raises Unwanted for what was seen, went on or is over."""
    reader = reader_of(mail)
    if reader is None:
        raise Unwanted(OVER)
    off = token(OFF_TOKEN, mail.message_id)
    mail.off_digest = digest(off)
    return notice(reader, off)


def reader_of(mail: ContactMail) -> User | None:
    """Whom it still tells of something new, if a mail is wanted there."""
    step = mail.step
    if step.state != StepState.SENT or step.request.state != RequestState.OPEN:
        return None
    if not Supporter.objects.filter(pk=step.supporter_id, by_mail=True).exists():
        return None
    return User.objects.filter(pk=step.supporter_id, is_active=True).first()
