"""Forms of the pages about reminders."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from lms.web.accounts.forms import DayInput
from lms.web.accounts.zone import zones
from welfare.enums import Cadence, Group, MailTo
from welfare.kinds.addresses import shown
from welfare.kinds.holidays import is_calendar
from welfare.kinds.periods import WEEKS
from welfare.kinds.proposals import FIELDS, NONE, OWN
from welfare.models import Schedule
from welfare.queries.holidays import country_names
from welfare.web.words import WEEKDAYS, follow_choices

MONDAY = 1


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def countries() -> list[tuple[str, str]]:
    return list(country_names().items())


class RhythmForm(forms.Form):
    """The parts of a rhythm. The weekday is for weeks, the day of the month for months.

    A subclass says of ``holidays`` what may be chosen beside a country.
    """

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
    working_days = forms.TypedMultipleChoiceField(
        label=_("Working days"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("On another day the reminder comes on the next of these."),
    )
    quiet_from = forms.TimeField(label=_("Quiet from"), widget=TimeInput)
    quiet_until = forms.TimeField(
        label=_("Quiet until"), widget=TimeInput, help_text=_("Nothing is told in these hours.")
    )
    holidays = forms.ChoiceField(
        label=_("Public holidays"),
        required=False,
        help_text=_("No reminder comes on them; it moves as it does from a day that is no working day."),
    )
    region = forms.CharField(
        label=_("Region of that country"),
        required=False,
        max_length=6,
        help_text=_("Where its holidays differ: the letters of ISO 3166-2, BY for Bavaria in Germany."),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        region = said.get("region", "").strip().upper()
        if region:
            said["holidays"] = f"{said.get('holidays')}-{region}"
            if not is_calendar(said["holidays"]):
                self.add_error("region", _t("No holidays are known for this region of that country."))
        return said

    def rhythm(self) -> dict[str, Any]:
        """The fields of a schedule or default, without those of the form alone."""
        said = dict(self.cleaned_data)
        weekday, day, _region = said.pop("weekday"), said.pop("day"), said.pop("region")
        return said | {"day": weekday if said["cadence"] in WEEKS else day}


def initial_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows for fields of a schedule or default."""
    country, _dash, region = (fields["holidays"] or "").partition("-")
    by_week = fields["cadence"] in WEEKS
    days = {"weekday": fields["day"] if by_week else MONDAY, "day": 1 if by_week else fields["day"]}
    return {**fields, **days, "holidays": country, "region": region}


class RemindersForm(RhythmForm):
    """One login's rhythm, of which each part is one's own or as proposed."""

    follows = forms.MultipleChoiceField(
        label=_("As proposed to you"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "What is ticked is as your hotline or the network proposes, and goes with it when that changes."
            " What you change below becomes your own, and what is not ticked is as you say there."
            " Nobody sees which."
        ),
    )
    zone = forms.ChoiceField(label=_("Time zone"), choices=lambda: zones()[1:])
    paused_until = forms.DateField(
        label=_("Pause until"),
        required=False,
        widget=DayInput,
        help_text=_("The last day without a reminder."),
    )
    field_order = ["follows", "cadence", "weekday", "day", "at", "zone"]

    def __init__(
        self, *, schedule: Schedule, proposal: Mapping[str, Any], data: Any = None, files: Any = None
    ) -> None:
        names = ("cadence", "day", "at", "zone", "working_days", "quiet_from", "quiet_until", "paused_until")
        self.stood = {name: getattr(schedule, name) for name in (*names, "holidays", "follows")}
        super().__init__(data, files, initial=initial_of(self.stood))
        choices = {"follows": follow_choices(proposal), "holidays": [("", _t("none")), *countries()]}
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, Any]:
        """The fields of a schedule and what is to follow the proposal, as the action takes them."""
        follows = [group for group in self.cleaned_data["follows"] if group not in self.made_own()]
        return self.rhythm() | {"follows": follows}

    def made_own(self) -> list[str]:
        """The groups that somebody changed and left ticked as they had been: what was typed is meant."""
        said, stood = self.rhythm(), self.stood
        kept = set(said["follows"]) & set(stood["follows"])
        return [
            group.value
            for group, names in FIELDS.items()
            if group in kept and any(said[name] != stood[name] for name in names)
        ]

    def told(self) -> str:
        """What to say when it is saved."""
        own = ", ".join(str(Group(group).label) for group in self.made_own())
        if not own:
            return _t("Saved. The next dates are below.")
        return _t("Saved. The next dates are below. Now as you say, no longer as proposed: %(own)s.") % {
            "own": own
        }


class DefaultForm(RhythmForm):
    """What officers propose; each part may be left open."""

    def __init__(self, *, default: Mapping[str, Any], data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial=initial_of(default))
        unsaid = ("", _t("not said here"))
        for field in self.fields.values():
            field.required = False
        self.fields["cadence"].choices = [unsaid, *Cadence.choices]  # type: ignore[attr-defined]
        fixed = [unsaid, (NONE, _t("none")), (OWN, _t("of the hotline’s country"))]
        self.fields["holidays"].choices = [*fixed, *countries()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if bool(said.get("quiet_from")) != bool(said.get("quiet_until")):
            self.add_error("quiet_until", _t("Say both ends, or neither."))
        if said.get("cadence") and said["cadence"] not in WEEKS and not said.get("day"):
            self.add_error("day", _t("Say the day of the month."))
        return said

    def fields_said(self) -> dict[str, Any]:
        """The fields of ReminderDefault, null where nothing is said."""
        said = {name: value if value not in ("", []) else None for name, value in self.rhythm().items()}
        return said | {"day": said["day"] if said["cadence"] else None}


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


class OwnDateForm(forms.Form):
    """A day and an hour of the schedule's zone, which it names."""

    day = forms.DateField(label=_("Day"), widget=DayInput)
    at = forms.TimeField(label=_("At"), widget=TimeInput)

    def __init__(self, *, zone: str, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["at"].help_text = _t("Times of %(zone)s.") % {"zone": zone}

    def local(self) -> dt.datetime:
        return dt.datetime.combine(self.cleaned_data["day"], self.cleaned_data["at"])


AFTERNOON = dt.time(15)
THIS_AFTERNOON, TOMORROW, IN_A_WEEK, CHOSEN = "afternoon", "tomorrow", "week", "chosen"
LATER = {TOMORROW: dt.timedelta(days=1), IN_A_WEEK: dt.timedelta(days=7)}
SAID_ALREADY = {THIS_AFTERNOON, *LATER}


class PutOffForm(forms.Form):
    """To when the open reminder is put off; ``now`` is the schedule's local time, ``at`` its hour."""

    to = forms.ChoiceField(label=_("Remind me"), widget=forms.RadioSelect)
    day = forms.DateField(label=_("Day"), widget=DayInput, required=False)
    at = forms.TimeField(
        label=_("At"),
        widget=TimeInput,
        required=False,
    )

    def __init__(
        self, *, now: dt.datetime, at: dt.time, zone: str, data: Any = None, files: Any = None
    ) -> None:
        super().__init__(data, files, initial={"to": TOMORROW})
        self.now, self.usual = now, at
        afternoon = [(THIS_AFTERNOON, _t("this afternoon, at 15:00"))] if now.time() < AFTERNOON else []
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            *afternoon,
            (TOMORROW, _t("tomorrow, at %(hour)s") % {"hour": f"{at:%H:%M}"}),
            (IN_A_WEEK, _t("in a week, at %(hour)s") % {"hour": f"{at:%H:%M}"}),
            (CHOSEN, _t("at a time I choose")),
        ]
        self.fields["to"].help_text = _t("Times of %(zone)s.") % {"zone": zone}
        self.fields["at"].help_text = _t("Day and hour are for a time you choose.")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("to") == CHOSEN and not (said.get("day") and said.get("at")):
            self.add_error("day", _t("Say the day and the hour."))
        if said.get("to") in SAID_ALREADY and (said.get("day") or said.get("at")):
            self.add_error("to", _t("For the day and hour below choose “at a time I choose”, or empty them."))
        return said

    def local(self) -> dt.datetime:
        """A local time of the schedule's zone."""
        to, today = self.cleaned_data["to"], self.now.date()
        if to == CHOSEN:
            return dt.datetime.combine(self.cleaned_data["day"], self.cleaned_data["at"])
        if to == THIS_AFTERNOON:
            return dt.datetime.combine(today, AFTERNOON)
        return dt.datetime.combine(today + LATER[to], self.usual)


class HolidayForm(forms.Form):
    day = forms.DateField(label=_("Day"), widget=DayInput)
    name = forms.CharField(label=_("Name"), max_length=300)

    def __init__(self, *, year: int, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.year = year

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if day.year != self.year:
            raise forms.ValidationError(_t("This day is not in %(year)d.") % {"year": self.year})
        return day


class CalendarForm(forms.Form):
    """Which calendar somebody looks at; from the address, so it is lenient."""

    country = forms.ChoiceField(label=_("Country"), choices=countries)
    region = forms.CharField(label=_("Region"), required=False, max_length=6)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        region = said.get("region", "").strip().upper()
        said["code"] = f"{said.get('country')}-{region}" if region else said.get("country", "")
        if region and not is_calendar(said["code"]):
            self.add_error("region", _t("No holidays are known for this region of that country."))
        return said
