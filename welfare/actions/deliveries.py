"""The mail of a reminder: made when it is sent, after one more look at whether it is wanted, and now."""

from collections.abc import Iterator, Sequence
from smtplib import SMTPException

from django.utils.translation import gettext as _

from lms.kit.errors import Refused
from lms.kit.tokens import digest, token
from lms.outbox.channels import Channel, register
from lms.outbox.mail import Mail, TooEarly, Unwanted
from lms.outbox.models import new_message_id
from lms.people.mail import A_MESSAGE, notice_to
from lms.people.models import User
from lms.people.queries.users import address_of_open_login
from welfare.enums import MailTo
from welfare.kinds.addresses import rewrapped, unwrapped, wrapped
from welfare.kinds.calendar import humane
from welfare.models import Delivery, Schedule
from welfare.models.wall import as_engine, as_user
from welfare.queries.deliveries import Telling, behind, telling

OFF_TOKEN = "reminders off"  # noqa: S105 - the name of a purpose
# One reason for all: a row must not tell that somebody was quicker than the mail.
OVER = "no longer wanted"
BATCH = 500
# Between two hours' rewritings, which begin the count anew (welfare/actions/retention.py).
TESTS = 5


def register_channel() -> None:
    """Called once, when the app is ready."""
    register(Channel(Delivery, compose, addresses, A_MESSAGE, ("occurrence__schedule",)))


def compose(delivery: Delivery) -> Mail:
    """The mail of a reminder that still waits; raises Unwanted or TooEarly for another. For the drain."""
    told = telling(delivery.occurrence_id)
    own = reader_of(told.schedule)
    if own is None or not told.is_open:
        raise Unwanted(OVER)
    be_humane(told)
    off = token(OFF_TOKEN, delivery.message_id)
    delivery.off_digest = digest(off)
    return notice_to(address_of(told.schedule, own), off)


def end_mails(*, token: str) -> None:
    """No more mails to whom the mail with this token was for; notices go on. Twice is as once."""
    with as_engine():
        behind(token).update(mail=MailTo.NOWHERE, private_address=None)


def choose_mail(*, by: User, mail: MailTo, address: str = "") -> None:
    """Where mails go from now on. Raises Refused without reminders, or without the private address."""
    if mail == MailTo.PRIVATE and not address:
        raise Refused(_("Enter the address that mails are to go to."), field="address")
    kept = wrapped(address, of=by.pk) if mail == MailTo.PRIVATE else None
    with as_user(by.pk):
        if not Schedule.objects.filter(user_id=by.pk).update(mail=mail, private_address=kept):
            raise Refused(_("Switch reminders on first."))


def send_test(*, by: User) -> None:
    """The very mail of a reminder, now. Raises Refused where none is wanted or taken, or too often."""
    message_id = new_message_id()
    off = token(OFF_TOKEN, message_id)
    with as_user(by.pk):
        schedule = Schedule.objects.select_for_update().filter(user_id=by.pk).first()
        if schedule is None or schedule.mail == MailTo.NOWHERE:
            raise Refused(_("Choose first where mails are to go."))
        if schedule.tests >= TESTS:
            raise Refused(_("That was often in a short time. Please try again in an hour."))
        schedule.tests += 1
        schedule.test_digest = digest(off)
        schedule.save(update_fields=["tests", "test_digest"])
    hand_over(notice_to(address_of(schedule, by.email), off), message_id)


def hand_over(mail: Mail, message_id: str) -> None:
    """At once and without a row, which would say for weeks when somebody tried."""
    try:
        mail.as_email(message_id).send()
    except (OSError, SMTPException) as error:
        raise Refused(_("The mail server has not taken the message. Please check the address.")) from error


def rewrap_addresses() -> Iterator[tuple[int, int]]:
    """Bring private addresses under the newest of WELFARE_KEYS; yields (done, of all) after each batch.

    A batch is a transaction: it may end anywhere and begin again. Raises MissingKey.
    """
    with as_engine():
        found = list(Schedule.objects.filter(mail=MailTo.PRIVATE).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(found), BATCH):
        with as_engine():
            for row in Schedule.objects.select_for_update().filter(
                pk__in=found[start : start + BATCH], mail=MailTo.PRIVATE
            ):
                row.private_address = rewrapped(row.private_address or b"", of=row.user_id)
                row.save(update_fields=["private_address"])
        yield min(start + BATCH, len(found)), len(found)


def reader_of(schedule: Schedule) -> str | None:
    """The login's own address; None where the login is closed, or wants no mail."""
    return None if schedule.mail == MailTo.NOWHERE else address_of_open_login(schedule.user_id)


def address_of(schedule: Schedule, own: str) -> str:
    if schedule.mail == MailTo.PRIVATE and schedule.private_address:
        return unwrapped(schedule.private_address, of=schedule.user_id)
    return own


def be_humane(told: Telling) -> None:
    """Raise TooEarly in quiet hours and on days off: also a late mail keeps them."""
    until = humane(told.schedule.quiet, told.now, told.schedule.zone, told.days)
    if until > told.now:
        raise TooEarly(until)


def addresses(deliveries: Sequence[Delivery]) -> list[str]:
    """For the administrator's list: the login's own, whichever was used. One query."""
    readers = [delivery.occurrence.schedule.user_id for delivery in deliveries]
    own = dict(User.objects.filter(pk__in=readers).values_list("pk", "email"))
    return [own.get(reader, "") for reader in readers]
