"""The form of a sheet's columns: one choice for each, and what their words and numbers mean."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.kinds.calls import shown
from courses.kinds.sheets import Plan, word
from courses.models import ActivityVersion
from courses.web import words
from courses.web.gatherings.base import CountryField
from courses.web.sheets.words import NOT_READ, ROLES
from lms.people.enums import Audience

MOST_EXAMPLES, LONGEST_EXAMPLE = 3, 40
ORDERS = [
    ("", gettext_lazy("no such dates")),
    ("day", gettext_lazy("the day: 3 April")),
    ("month", gettext_lazy("the month: 4 March")),
]


class WordsField(forms.CharField):
    """Words between commas, in small letters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=1_000, required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else ", ".join(value)

    def clean(self, value: Any) -> Any:
        return [said for one in super().clean(value).split(",") if (said := word(one))]


class ColumnsForm(forms.Form):
    activity = forms.TypedChoiceField(
        label=gettext_lazy("All of it belongs to"),
        widget=forms.RadioSelect,
        coerce=int,
        empty_value=None,
        required=False,
    )
    yes = WordsField(label=gettext_lazy("Words for “was there”"))
    no = WordsField(
        label=gettext_lazy("Words for “was not there”"),
        help_text=gettext_lazy("A comma between them each time."),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Was there from how many minutes on"),
        min_value=1,
        max_value=10_000,
        help_text=gettext_lazy("All times of one person together, where a column holds minutes."),
    )
    everybody = forms.BooleanField(
        label=gettext_lazy("Everybody on it was there, where no column says it"), required=False
    )
    order = forms.ChoiceField(label=gettext_lazy("Of 03/04/2024 first comes"), choices=ORDERS, required=False)
    audience = forms.ChoiceField(
        label=gettext_lazy("Audience, where it says none"),
        choices=[("", gettext_lazy("to be filled from what is known")), *Audience.choices],
        required=False,
        help_text=gettext_lazy("New people need one."),
    )
    organisation = forms.CharField(
        label=gettext_lazy("Organisation, where it says none"), max_length=200, required=False
    )
    country = CountryField(label=gettext_lazy("Country, where it says none"), required=False)

    def __init__(
        self,
        *args: Any,
        plan: Plan,
        known: Sequence[str],
        samples: Sequence[Sequence[str]],
        activities: Sequence[ActivityVersion],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.labels = list(plan.columns)
        self.known = set(known)
        for place, label in enumerate(self.labels):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=label,
                choices=[("", NOT_READ), *ROLES.items()],
                required=False,
                initial=plan.columns[label],
                help_text=examples(place, samples),
            )
        choice: Any = self.fields["activity"]
        found = [(one.activity_id, activity_label(one)) for one in activities]
        choice.choices = [("", gettext_lazy("none: a column names the activity of each")), *found]
        if not activities:
            del self.fields["activity"]

    def of_columns(self, *, known: bool) -> list[forms.BoundField]:
        return [
            self[f"column-{place}"]
            for place, label in enumerate(self.labels)
            if (label in self.known) == known
        ]

    @property
    def new(self) -> list[forms.BoundField]:
        return self.of_columns(known=False)

    @property
    def old(self) -> list[forms.BoundField]:
        return self.of_columns(known=True)

    @property
    def meanings(self) -> list[forms.BoundField]:
        names = ("yes", "no", "minutes", "everybody", "order", "audience", "organisation", "country")
        return [self[name] for name in names]

    def plan(self) -> Plan:
        said = self.cleaned_data
        return Plan(
            columns={label: said[f"column-{place}"] for place, label in enumerate(self.labels)},
            yes=said["yes"],
            no=said["no"],
            minutes=said["minutes"],
            order=said["order"],
            everybody=said["everybody"],
            audience=said["audience"],
            organisation=said["organisation"].strip(),
            country=said["country"].pk if said["country"] else "",
        )


def examples(place: int, samples: Sequence[Sequence[str]]) -> str:
    # Of a cell without end its beginning: each letter of the rest would be looked at.
    begins = (line[place][: 2 * LONGEST_EXAMPLE] for line in samples if place < len(line))
    cells = (shown(begin)[:LONGEST_EXAMPLE] for begin in begins)
    found = list(dict.fromkeys(cell for cell in cells if cell))[:MOST_EXAMPLES]
    return _("For example: %(values)s") % {"values": " · ".join(found)} if found else ""


def activity_label(one: ActivityVersion) -> str:
    said = {"title": words.title(one), "day": words.starts(one), "id": one.activity.register_id}
    if not one.activity.register_id:
        return _("%(title)s, %(day)s (gets a register id)") % said
    return _("%(title)s, %(day)s (%(id)s)") % said
