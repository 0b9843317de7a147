"""A reminder as the notices page tells it, in the same bell as everything else."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from lms.outbox.states import State
from lms.people.models import User
from lms.web.notices import Kind, Notice, mail_in_words
from welfare.actions.checkins import close_checkin
from welfare.actions.deliveries import OVER, end_mails
from welfare.models import Delivery, Occurrence
from welfare.queries import deliveries
from welfare.queries.schedules import is_waiting


class ReminderNotices:
    """The one reminder that waits, of lms.web.notices.Source.

    There is no kind to turn off: who has asked for no reminders sees the page that everybody sees.
    """

    name = "reminders"

    def unread(self, user: User) -> int:
        return int(is_waiting(user))

    def notices(self, user: User) -> Sequence[Notice]:
        found = deliveries.waiting_for(user)
        return [notice_of(*found)] if found else []

    def kinds(self, user: User) -> Sequence[Kind]:
        return []

    def mark_read(self, user: User) -> None:
        close_checkin(by=user)

    def switch(self, user: User, kind: str, on: bool) -> None:
        raise ValueError("There is no kind to switch.")

    def knows(self, token: str) -> bool:
        return deliveries.knows(token)

    def turn_off(self, token: str) -> None:
        end_mails(token=token)


def notice_of(occurrence: Occurrence, delivery: Delivery | None) -> Notice:
    if occurrence.open_from is None:
        raise ValueError("What waits has its moment.")
    fact = _("You asked to be reminded of it %(cadence)s.")
    rule = _(
        "It comes at the hour you chose, outside your quiet hours and days off. Under Check-ins you can "
        "change it or stop it, and its mail too. Nobody else sees that it came, or what you do with it."
    )
    return Notice(
        at=occurrence.open_from,
        title=_("A minute for yourself"),
        text=_("Whenever it suits you, or not this time."),
        url=reverse("checkins"),
        action=_("Open"),
        fact=fact % {"cadence": occurrence.schedule.get_cadence_display()},
        rule=rule,
        mail=mail_of(delivery),
        kind=None,
        unread=True,
    )


def mail_of(delivery: Delivery | None) -> str:
    if delivery is None:
        return _("You chose to get no mail.")
    if delivery.fault == OVER:
        return _("No mail was sent: none was wanted any more.")
    return mail_in_words(State(delivery.state))
