"""Forms of the reminders page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.web.accounts.forms import DayInput
from lms.web.accounts.zone import zones
from welfare.enums import Cadence, MailTo
from welfare.kinds.addresses import shown
from welfare.kinds.periods import WEEKS
from welfare.models import Schedule

WEEKDAYS = [
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
]


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class RemindersForm(forms.Form):
    """One login's rhythm. The weekday is for weeks, the day of the month for months."""

    cadence = forms.ChoiceField(label=_("How often"), choices=Cadence)
    weekday = forms.TypedChoiceField(
        label=_("On"),
        choices=WEEKDAYS,
        coerce=int,
        help_text=_("For every week and every two weeks."),
    )
    day = forms.IntegerField(
        label=_("On day"),
        min_value=1,
        max_value=31,
        help_text=_("Of the month, for every month and every three months. 31 is the last day."),
    )
    at = forms.TimeField(label=_("At"), widget=TimeInput)
    zone = forms.ChoiceField(label=_("Time zone"), choices=lambda: zones()[1:])
    working_days = forms.TypedMultipleChoiceField(
        label=_("Working days"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("On another day you are reminded on the next of these."),
    )
    quiet_from = forms.TimeField(label=_("Quiet from"), widget=TimeInput)
    quiet_until = forms.TimeField(
        label=_("Quiet until"), widget=TimeInput, help_text=_("Nothing is told in these hours.")
    )
    paused_until = forms.DateField(
        label=_("Pause until"),
        required=False,
        widget=DayInput,
        help_text=_("The last day without a reminder."),
    )

    def __init__(self, *, schedule: Schedule, data: Any = None, files: Any = None) -> None:
        names = ("cadence", "at", "zone", "working_days", "quiet_from", "quiet_until", "paused_until")
        by_week = schedule.cadence in WEEKS
        initial = {name: getattr(schedule, name) for name in names} | {
            "weekday": schedule.day if by_week else 1,
            "day": 1 if by_week else schedule.day,
        }
        super().__init__(data, files, initial=initial)

    def wishes(self) -> dict[str, Any]:
        """The fields of a schedule, as the action takes them."""
        said = dict(self.cleaned_data)
        weekday, day = said.pop("weekday"), said.pop("day")
        return said | {"day": weekday if said["cadence"] in WEEKS else day}


class LeaveForm(forms.Form):
    first = forms.DateField(label=_("First day"), widget=DayInput)
    last = forms.DateField(label=_("Last day"), widget=DayInput)


class MailForm(forms.Form):
    """Where mails go. The other address is asked for where it is chosen."""

    mail = forms.ChoiceField(label=_("Mail"), choices=MailTo, widget=forms.RadioSelect)
    address = forms.EmailField(
        label=_("Another address"),
        required=False,
        max_length=254,
        help_text=_("It is kept sealed, used for this alone, and shown to nobody else."),
    )

    def __init__(self, *, schedule: Schedule, data: Any = None, files: Any = None) -> None:
        address = shown(schedule.private_address, of=schedule.user_id)
        super().__init__(data, files, initial={"mail": schedule.mail, "address": address})

    def wishes(self) -> dict[str, Any]:
        """As the action takes them."""
        return dict(self.cleaned_data)
