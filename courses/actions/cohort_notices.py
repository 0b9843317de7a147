"""The mails of cohorts' notices, and reading them on the site."""

from collections.abc import Sequence

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.models import CohortNotice
from courses.queries.cohort_notices import is_kept, is_wanted, unread
from lms.kit.moment import DatabaseClock
from lms.outbox.channels import Channel, register
from lms.outbox.mail import Mail, Unwanted
from lms.people.mail import notice
from lms.people.models import User

OVER = "it was no longer so"
NO_ADDRESS = "no address is known"


def register_channel() -> None:
    """Called once, when the app is ready."""
    register(Channel(CohortNotice, compose, addresses, _("message of a cohort"), ("user", "person")))


def addresses(notices: Sequence[CohortNotice]) -> list[str]:
    return [address_of(one) for one in notices]


def address_of(notice: CohortNotice) -> str:
    return notice.user.email if notice.user else notice.person.email


def compose(row: CohortNotice) -> Mail:
    """The mail of a notice that still holds; raises Unwanted for another. For the drain.

    Of a place it says only that there is a notice, as every such mail does, and so it does of a course that
    somebody keeps to themselves; any other trainer's message is sent as it was written.
    """
    if not is_wanted(row) or (row.user is not None and not row.user.is_active):
        raise Unwanted(OVER)
    letter = None if is_kept(row) else row.letter
    if letter is None and row.user is not None:
        return notice(row.user, "")
    address = address_of(row)
    if not address or letter is None:
        raise Unwanted(NO_ADDRESS)
    link = f"{settings.SITE_URL}{reverse('notices')}" if row.user else ""
    words = {"message": letter, "course": letter.cohort.version.title, "link": link}
    text = render_to_string("emails/cohort_message.txt", words)
    return Mail(address, one_line(letter.subject), text)


def one_line(subject: str) -> str:
    """A subject is one line, whatever was pasted into it."""
    return " ".join(subject.split())


def mark_read(*, by: User) -> int:
    """Everything of cohorts that somebody has not read is read from now on; how much it was."""
    return unread(by).update(read_at=DatabaseClock())
