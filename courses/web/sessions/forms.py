"""The forms that plan and change training sessions."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.actions.sessions import LONGEST, MATERIALS, length, local_start
from courses.kinds.recurrence import MOST, Recurrence, Unit, dates
from courses.models import SessionVersion
from courses.web import words
from courses.web.local_time import of_our_time
from lms.kit.clock import instant, today
from lms.people.enums import Role
from lms.people.models import User
from lms.people.rules import in_force_q
from lms.web.accounts.forms import DayInput
from lms.web.accounts.zone import zones

WEEKDAYS = [
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")),
    (5, _("Saturday")), (6, _("Sunday")),
]  # fmt: skip
REPEAT = [
    (Unit.ONCE.value, _("No, one training session")),
    (Unit.WEEKS.value, _("By weeks, on the weekdays below")),
    (Unit.DAYS.value, _("By days")),
]
THIS, FOLLOWING = "this", "following"


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class TrainersField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # takes none when it runs
    def label_from_instance(self, obj: Any) -> str:
        return words.who(obj)


def trainers() -> Any:
    """Every login that trains today."""
    training = User.objects.filter(in_force_q(today(), "grants__"), grants__role=Role.TRAINER, is_active=True)
    return training.select_related("person").distinct().order_by("person__family_name", "pk")


def named_zones() -> list[tuple[str, str]]:
    """As in one's own settings, but every zone by its name."""
    first = settings.REPORTING_ZONE
    return [(first, first), *((name, label) for name, label in zones() if name not in ("", first))]


class MeetingForm(forms.Form):
    """One training session: when at its place, where, and with whom."""

    title = forms.CharField(
        label=pgettext_lazy("of a training session", "Title"),
        required=False,
        max_length=200,
        help_text=_("Beside the name of the course, for example “Unit 3: hosting”."),
    )
    date = forms.DateField(label=_("Date"), widget=DayInput, validators=[of_our_time])
    time = forms.TimeField(label=_("Starts at"), widget=TimeInput, help_text=_("By the clock at the place."))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=LONGEST, initial=90)
    zone = forms.ChoiceField(label=_("Time zone of the place"), choices=named_zones)
    place = forms.CharField(label=_("Place"), required=False, max_length=500)
    call_link = forms.URLField(
        label=_("Link of the call"),
        required=False,
        max_length=2000,
        assume_scheme="https",
        help_text=_("Begins with https://. Shown to those enrolled and their trainers alone."),
    )
    materials = forms.CharField(
        label=_("To prepare, and materials"),
        required=False,
        max_length=MATERIALS,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Markdown. No addresses of reported material, and nothing of a case."),
    )
    trainers = TrainersField(
        label=_("Led by"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose nobody, and the trainers of the cohort lead it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trainers"].queryset = trainers()  # type: ignore[attr-defined]  # a ModelMultipleChoiceField

    def clean_call_link(self) -> str:
        link: str = self.cleaned_data["call_link"]
        if link and not link.startswith("https://"):
            raise ValidationError(_t("The link of the call begins with https://."))
        return link

    def texts(self) -> dict[str, str]:
        """The columns of a version that are words."""
        return {name: self.cleaned_data[name] for name in ("title", "place", "call_link", "materials")}

    def local(self) -> dt.datetime:
        return dt.datetime.combine(self.cleaned_data["date"], self.cleaned_data["time"])


class PlanForm(MeetingForm):
    """The same, once or repeated. Weekdays, number and last day are for what is repeated."""

    repeat = forms.ChoiceField(label=_("Repeated"), choices=REPEAT, widget=forms.RadioSelect, initial="once")
    every = forms.IntegerField(
        label=_("Every"),
        min_value=1,
        max_value=52,
        initial=1,
        required=False,
        help_text=_("So many weeks or days; 2 with “By weeks” is every second week."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None means the weekday of the first date."),
    )
    times = forms.IntegerField(label=_("So many times"), min_value=1, max_value=MOST, required=False)
    until = forms.DateField(label=_("Or until"), required=False, widget=DayInput, validators=[of_our_time])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("repeat", Unit.ONCE) == Unit.ONCE:
            return said
        if not said.get("times") and not said.get("until") and not {"times", "until"} & set(self.errors):
            self.add_error("times", _t("Say how many times, or until which day."))
        if said.get("until") and said.get("date") and said["until"] < said["date"]:
            self.add_error("until", _t("This day lies before the first one."))
        return said

    def starts(self) -> list[dt.datetime]:
        """All local starts, for a form that is valid."""
        said = self.cleaned_data
        rule = Recurrence(
            first=said["date"],
            unit=Unit(said["repeat"]),
            every=said["every"] or 1,
            weekdays=frozenset(said["weekdays"]),
            times=said["times"],
            until=said["until"],
        )
        return [dt.datetime.combine(day, said["time"]) for day in dates(rule)]


class ChangeForm(MeetingForm):
    """One session as it stands; for one of a series the choice of how many are meant."""

    which = forms.ChoiceField(
        label=_("Change"),
        choices=[(THIS, _("this one alone")), (FOLLOWING, _("this one and the following ones"))],
        widget=forms.RadioSelect,
        initial=THIS,
        help_text=_("The following ones move by as many days, and take over only what you change here."),
    )
    after = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, alone: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if alone:
            del self.fields["which"]
        else:
            self.order_fields(["which"])


def said_of(version: SessionVersion, trainers: Iterable[User]) -> dict[str, Any]:
    """What a form of a session starts with."""
    starts = local_start(version)
    return {
        "title": version.title,
        "date": starts.date(),
        "time": starts.time(),
        "minutes": length(version),
        "zone": version.timezone,
        "place": version.place,
        "call_link": version.call_link,
        "materials": version.materials,
        "trainers": list(trainers),
        "after": version.number,
    }


def there_on(moment: dt.datetime, zone: str) -> dt.date:
    """The day that a UTC instant falls on in a zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def skipped(local: dt.datetime, zone: str) -> str:
    """Said of a time that a clock change skips, or that it brings twice; else nothing."""
    there = instant(local, zone).astimezone(ZoneInfo(zone))
    if there.replace(tzinfo=None) != local:
        return _t("The clocks go forward: %(time)s is skipped.") % {"time": local.strftime("%H:%M")}
    if there.replace(fold=1).utcoffset() != there.utcoffset():
        return _t("The clocks go back: the first %(time)s is meant.") % {"time": local.strftime("%H:%M")}
    return ""
