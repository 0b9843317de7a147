"""The mails to whoever registered: that they did, and what changed of it; made when they are sent."""

from collections.abc import Sequence

from django.db.models import Exists, Max, OuterRef
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy

from courses.enums import ActivityStatus, RegistrationNews
from courses.models import Activity, Registration, RegistrationMail
from courses.queries.gatherings import only_session
from courses.queries.registrations import standing_of, token_of
from lms.outbox.channels import Channel, register
from lms.outbox.mail import Mail, Unwanted
from lms.outbox.states import State
from lms.people.mail import address

SUBJECTS = {
    RegistrationNews.CONFIRMED: gettext_lazy("You are registered: %(title)s"),
    RegistrationNews.CHANGED: gettext_lazy("Changed: %(title)s"),
    RegistrationNews.CANCELLED: gettext_lazy("Cancelled: %(title)s"),
}


def register_channel() -> None:
    """Called once, when the app is ready."""
    label = gettext_lazy("registration")
    related = ("registration__desk__activity",)
    register(Channel(RegistrationMail, compose, registrants, label, related))


def registrants(rows: Sequence[RegistrationMail]) -> list[str]:
    return [row.registration.email for row in rows]


def tell_registered(*, activity: Activity, news: RegistrationNews) -> int:
    """A row for everybody who registered and is not on the list yet: those hear of the training session.

    Whoever waits for a mail reads there how it stands now. How many; called in the transaction that changes
    the activity, which it holds.
    """
    due = Registration.objects.filter(desk__activity=activity, withdrawn_at=None, participation=None)
    if news != RegistrationNews.CANCELLED:
        waiting = RegistrationMail.objects.filter(registration=OuterRef("pk"), state=State.PENDING)
        # One that says it is cancelled overtakes the others, and is not sent once it is planned again.
        ended = waiting.filter(kind=RegistrationNews.CANCELLED)
        due = due.filter(~Exists(waiting) | Exists(ended))
    rows = [
        RegistrationMail(kind=news, registration=one, number=(one.last or 0) + 1)
        for one in due.annotate(last=Max("mails__number")).order_by("pk")
    ]
    return len(RegistrationMail.objects.bulk_create(rows))


def compose(row: RegistrationMail) -> Mail:
    """With when, where and the link of the call; raises Unwanted for what was withdrawn or overtaken."""
    registration, news = row.registration, RegistrationNews(row.kind)
    if registration.withdrawn_at is not None:
        raise Unwanted("the registration was withdrawn")
    standing = standing_of(registration.desk)
    is_over = standing is None or standing.version.status == ActivityStatus.CANCELLED
    if is_over and news != RegistrationNews.CANCELLED:
        raise Unwanted("the activity is cancelled")
    later = RegistrationMail.objects.filter(registration=registration, number__gt=row.number)
    if standing is None or (news == RegistrationNews.CANCELLED and not is_over) or later.exists():
        raise Unwanted("it was no longer so")
    token = token_of(registration)
    if token is None:
        raise Unwanted("the secret key has changed since")
    session = only_session(registration.desk.activity)
    text = render_to_string(
        "emails/registration.txt",
        {
            "registration": registration,
            "news": news,
            "version": standing.version,
            "call_link": session.call_link if session else "",
            "link": address("register-withdraw", token),
        },
    )
    title = standing.version.title or standing.version.kind.name
    return Mail(registration.email, SUBJECTS[news] % {"title": title}, text)
