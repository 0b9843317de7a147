"""What check-ins add to the side navigation and to the home page."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.people.models import User
from lms.web import home, navigation, notices
from lms.web.home import Card
from welfare import rules
from welfare.queries.schedules import is_waiting
from welfare.web.support import MessageNotices


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(gettext_lazy("Check-ins"), "checkins", rules.may_check_in, order=25)
    navigation.register(gettext_lazy("Messages to me"), "support", rules.may_enter_support, order=26)
    navigation.register(gettext_lazy("People to ask"), "support-people", rules.may_keep_people, order=50)
    navigation.register(gettext_lazy("Local help"), "support-local-help", rules.may_keep_people, order=51)
    navigation.register(
        gettext_lazy("Reminder defaults"), "reminder-defaults", rules.may_set_reminder_defaults, order=45
    )
    home.register(cards, order=30)
    notices.register(MessageNotices())


def cards(user: User) -> Iterator[Card]:
    """The same title whether one waits or not: a look over the shoulder tells nothing."""
    waiting = _("A minute for yourself is waiting, whenever it suits you.")
    at_any_time = _("A minute for yourself, at any time. Only you can read it.")
    text = waiting if is_waiting(user) else at_any_time
    yield Card(_("Check-ins"), text, reverse("checkins"), _("Open"))
