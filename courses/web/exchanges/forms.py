"""The forms of exchanges."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.actions.exchanges.planning import Party, Plan
from courses.actions.exchanges.reporting import Report, Spent
from courses.actions.exchanges.wishes import Wanted
from courses.enums import CostCategory, Mode, WishKind
from courses.models import ActivityVersion, Funder, Visit, VisitReport
from courses.queries.exchanges.own import travelling
from courses.web.exchanges.fields import LanguagesField, ListField, Suggesting
from courses.web.local_time import LocalTimeField, of_our_time, wall
from lms.kit import clock
from lms.people.models import Hotline, Person
from lms.web.accounts.forms import DayInput
from lms.web.accounts.zone import zones

NO_NAMES = _("No names of people outside the hotlines, and nothing of any case.")


def text_area(rows: int = 6) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class HotlineField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker alone
    """A hotline by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class PlanForm(forms.Form):
    """Title, dates in the zone of the place, and where."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        help_text=_("As both hotlines will find it: what the visit is about."),
    )
    starts = LocalTimeField(label=_("Begins"), help_text=_("The time at the place."))
    ends = LocalTimeField(label=_("Ends"))
    zone = forms.ChoiceField(label=_("Time zone of the place"), choices=zones, required=False)
    place = forms.CharField(label=_("Place"), max_length=500, required=False)
    mode = forms.ChoiceField(label=_("How"), choices=Mode)
    topics = ListField(label=_("Topics"), required=False, help_text=_("Commas between them."))

    def plan(self) -> Plan:
        """What was sent, with instants in UTC."""
        data = self.cleaned_data
        zone = data["zone"] or settings.REPORTING_ZONE
        return Plan(
            title=data["title"],
            starts_at=clock.instant(data["starts"], zone),
            ends_at=clock.instant(data["ends"], zone),
            timezone=zone,
            place=data["place"],
            mode=data["mode"],
            topics=tuple(data["topics"]),
        )

    @staticmethod
    def known(version: ActivityVersion) -> dict[str, Any]:
        """What stands now, as the form's first values."""
        return {
            "title": version.title,
            "starts": wall(version.starts_at, version.timezone),
            "ends": wall(version.ends_at, version.timezone),
            "zone": "" if version.timezone == settings.REPORTING_ZONE else version.timezone,
            "place": version.place,
            "mode": version.mode,
            "topics": version.topics,
        }


def reader_zone() -> str:
    """The reader's zone as the field has it, '' for the reporting zone."""
    here = timezone.get_current_timezone_name()
    return "" if here == settings.REPORTING_ZONE else here


class ChangePlanForm(PlanForm):
    """After the plan was agreed a change says why."""

    note = forms.CharField(
        label=_("Why"), max_length=500, help_text=_("Both sides read it in the history."), widget=text_area(3)
    )


class NewExchangeForm(PlanForm):
    host = HotlineField(label=_("Host"), queryset=Hotline.objects.all())
    visiting = HotlineField(
        label=_("Visiting hotline"),
        queryset=Hotline.objects.all(),
        help_text=_("Further ones can join on the next page, until the plan is agreed."),
    )
    field_order = ("host", "visiting")


class ProgrammeForm(forms.Form):
    programme = forms.CharField(
        label=_("Programme"),
        required=False,
        max_length=20_000,
        widget=text_area(14),
        help_text=_("Markdown: a heading (### Monday) for each day, and a list of what happens."),
    )


class AddVisitForm(forms.Form):
    hotline = HotlineField(label=_("Visiting hotline"), queryset=Hotline.objects.all())


class People(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic for the checker alone
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class VisitForm(forms.Form):
    """Who travels and who pays; a reason where it is a correction of what was counted."""

    persons = People(
        label=_("Who comes"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("People of the hotline around these days."),
    )
    heads = forms.IntegerField(
        label=_("People without a name"),
        min_value=0,
        max_value=500,
        initial=0,
        help_text=_("How many come beside those chosen above. They count by their number."),
    )
    funder = forms.CharField(label=_("Who pays for this visit"), max_length=200, required=False)
    grant_number = forms.CharField(label=_("Grant number"), max_length=100, required=False)
    note = forms.CharField(
        label=_("Why it is corrected"),
        max_length=500,
        widget=text_area(3),
        help_text=_("Both sides read it in the history. No names."),
    )

    def __init__(self, visit: Visit, correcting: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        persons: Any = self.fields["persons"]
        persons.queryset = travelling(visit)
        self.fields["funder"].widget = Suggesting("funders", Funder.objects.values_list("name", flat=True))
        if not correcting:
            del self.fields["note"]

    def party(self) -> Party:
        data = self.cleaned_data
        return Party(
            persons=list(data["persons"]),
            heads=data["heads"],
            funder=data["funder"],
            grant_number=data["grant_number"],
        )


class YesForm(forms.Form):
    """``note`` is there only for staff, who say how the hotline's word reached them."""

    note = forms.CharField(
        label=_("How its word reached you"),
        max_length=500,
        help_text=_("For example: by mail on 3 March. It is kept with the yes."),
        widget=text_area(3),
    )

    def __init__(self, in_their_stead: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not in_their_stead:
            del self.fields["note"]


class MoveForm(forms.Form):
    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=text_area(3))

    def __init__(self, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if needs_reason:
            self.fields["note"].label = _("Why")
            self.fields["note"].required = True
        self.fields["note"].help_text = _("Both sides read it in the history.")


class ReportForm(forms.Form):
    done = forms.CharField(
        label=_("What was done"), max_length=20_000, widget=text_area(8), help_text=NO_NAMES
    )
    lessons = forms.CharField(
        label=_("Lessons learnt"),
        max_length=20_000,
        widget=text_area(8),
        help_text=_("What will you do otherwise? Both sides and INHOPE staff read it."),
    )
    share = forms.CharField(
        label=_("To share with the network"),
        max_length=20_000,
        required=False,
        widget=text_area(6),
        help_text=_("Written for all hotlines. It is seen by nobody else unless you say so below."),
    )
    published = forms.BooleanField(
        label=_("Put it into the library of lessons learnt, for all hotlines"), required=False
    )

    def report(self) -> Report:
        return Report(**self.cleaned_data)

    @staticmethod
    def known(last: VisitReport | None) -> dict[str, Any]:
        names = ("done", "lessons", "share", "published")
        return {name: getattr(last, name) for name in names} if last else {}


class CostForm(forms.Form):
    category = forms.ChoiceField(label=_("For"), choices=CostCategory)
    amount = forms.DecimalField(label=_("Amount"), max_digits=10, decimal_places=2, min_value=Decimal("0.01"))
    currency = forms.RegexField(
        r"^[A-Za-z]{3}\Z",
        label=_("Currency"),
        initial="EUR",
        help_text=_("Three letters, as in EUR or USD."),
        error_messages={"invalid": _("Write the three letters of a currency, as in EUR.")},
    )
    funder = forms.CharField(
        label=_("Paid by"),
        max_length=200,
        required=False,
        help_text=_("Blank: who pays for the visit."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["funder"].widget = Suggesting("funders", Funder.objects.values_list("name", flat=True))

    def spent(self) -> Spent:
        return Spent(**self.cleaned_data)


class WishForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is it"), choices=WishKind, widget=forms.RadioSelect, initial=WishKind.REQUEST
    )
    hotline = HotlineField(label=_("Hotline"), queryset=Hotline.objects.none())
    topics = ListField(label=_("Topics"))
    languages = LanguagesField(
        label=_("Languages"), help_text=_("Commas between them, as in English, Français.")
    )
    first_on = forms.DateField(label=_("From"), widget=DayInput(), validators=[of_our_time])
    last_on = forms.DateField(
        label=_("Until"),
        widget=DayInput(),
        validators=[of_our_time],
        help_text=_("After this day it leaves the board by itself."),
    )
    people = forms.IntegerField(label=_("How many people"), min_value=1, max_value=500)
    notes = forms.CharField(
        label=_("Notes"),
        max_length=2000,
        required=False,
        widget=text_area(4),
        help_text=_("The managers of all hotlines read it. No names, and nothing of any case."),
    )

    def __init__(self, hotlines: Any, topics: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        own: Any = self.fields["hotline"]
        own.queryset = hotlines
        known = ", ".join(topics[:12])
        self.fields["topics"].help_text = (
            _("Commas between them. On the board now: %(topics)s.") % {"topics": known}
            if known
            else _("Commas between them, as in shifts and breaks, content tracing.")
        )

    def wanted(self) -> Wanted:
        return Wanted(**{name: value for name, value in self.cleaned_data.items() if name != "hotline"})
