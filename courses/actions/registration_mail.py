"""The mail that confirms a registration, made when it is sent."""

from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.enums import ActivityStatus
from courses.models import RegistrationMail
from courses.queries.gatherings import only_session
from courses.queries.registrations import standing_of, token_of
from lms.outbox.channels import Channel, register
from lms.outbox.mail import Mail, Unwanted
from lms.people.mail import address


def register_channel() -> None:
    """Called once, when the app is ready."""
    label = gettext_lazy("registration")
    related = ("registration__desk__activity",)
    register(Channel(RegistrationMail, compose, registrants, label, related))


def registrants(rows: Sequence[RegistrationMail]) -> list[str]:
    return [row.registration.email for row in rows]


def compose(row: RegistrationMail) -> Mail:
    """With when, where and the link of the call; raises Unwanted for what was withdrawn or is cancelled."""
    registration = row.registration
    if registration.withdrawn_at is not None:
        raise Unwanted("the registration was withdrawn")
    standing = standing_of(registration.desk)
    if standing is None or standing.version.status == ActivityStatus.CANCELLED:
        raise Unwanted("the activity is cancelled")
    token = token_of(registration)
    if token is None:
        raise Unwanted("the secret key has changed since")
    session = only_session(registration.desk.activity)
    text = render_to_string(
        "emails/registration.txt",
        {
            "registration": registration,
            "version": standing.version,
            "call_link": session.call_link if session else "",
            "link": address("register-withdraw", token),
        },
    )
    title = standing.version.title or standing.version.kind.name
    return Mail(registration.email, _("You are registered: %(title)s") % {"title": title}, text)
