"""The mail of a reminder: made when it is sent, after one more look at whether it is wanted, and now."""

from collections.abc import Sequence

from lms.kit.tokens import digest, token
from lms.outbox.channels import Channel, register
from lms.outbox.mail import Mail, TooEarly, Unwanted
from lms.people.mail import A_MESSAGE, notice
from lms.people.models import User
from welfare.enums import MailTo, OccurrenceState
from welfare.kinds.addresses import unwrapped
from welfare.kinds.calendar import humane
from welfare.models import Delivery, Schedule
from welfare.models.wall import database_now
from welfare.queries.days import usable_days

OFF_TOKEN = "reminders off"  # noqa: S105 - the name of a purpose
# One reason for all: a row must not tell that somebody was quicker than the mail.
OVER = "no longer wanted"


def register_channel() -> None:
    """Called once, when the app is ready."""
    register(Channel(Delivery, compose, addresses, A_MESSAGE, ("occurrence__schedule",)))


def compose(delivery: Delivery) -> Mail:
    """The mail of a reminder that still waits; raises Unwanted or TooEarly for another. For the drain."""
    schedule = delivery.occurrence.schedule
    reader = reader_of(schedule)
    if reader is None or delivery.occurrence.state != OccurrenceState.OPEN:
        raise Unwanted(OVER)
    be_humane(schedule)
    off = token(OFF_TOKEN, delivery.message_id)
    Delivery.objects.filter(pk=delivery.pk).update(off_digest=digest(off))
    return notice(reader, off, to=address_of(schedule, reader))


def reader_of(schedule: Schedule) -> User | None:
    """None where the login is closed, or wants no mail."""
    if schedule.mail == MailTo.NOWHERE:
        return None
    return User.objects.filter(pk=schedule.user_id, is_active=True).first()


def address_of(schedule: Schedule, reader: User) -> str:
    if schedule.mail == MailTo.PRIVATE and schedule.private_address:
        return unwrapped(schedule.private_address, of=schedule.user_id)
    return reader.email


def be_humane(schedule: Schedule) -> None:
    """Raise TooEarly in quiet hours and on days off: also a late mail keeps them."""
    now = database_now()
    until = humane(schedule.quiet, now, schedule.zone, usable_days(schedule))
    if until > now:
        raise TooEarly(until)


def addresses(deliveries: Sequence[Delivery]) -> list[str]:
    """For the administrator's list: the login's own, whichever was used. One query."""
    readers = [delivery.occurrence.schedule.user_id for delivery in deliveries]
    own = dict(User.objects.filter(pk__in=readers).values_list("pk", "email"))
    return [own.get(reader, "") for reader in readers]
