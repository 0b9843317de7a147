"""Forms of the pages on contact, people and local help."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.people.models import Country, Hotline
from lms.web.accounts.forms import DayInput
from lms.web.accounts.words import WordsField
from welfare.actions.contact import LONGEST_REACH
from welfare.enums import SupporterKind
from welfare.models import LocalHelp, Supporter
from welfare.models.support import LONGEST_WAIT
from welfare.queries.contact import Choice

RUNGS = ("first", "second", "third")


def labelled(choices: Sequence[Choice]) -> list[tuple[str, str]]:
    return [(str(one.pk), f"{one.name} ({one.supporter.get_kind_display()})") for one in choices]


class ContactForm(forms.Form):
    """Whom to ask, in what order, and how to be reached."""

    first = forms.ChoiceField(label=_("Ask first"))
    second = forms.ChoiceField(label=_("Without an answer in time, then"), required=False)
    third = forms.ChoiceField(label=_("And last"), required=False)
    reach = forms.CharField(
        label=_("How to reach you"),
        required=False,
        max_length=LONGEST_REACH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("A number, an address, a time, as you like. Empty: the address of your login is shown."),
    )
    remember = forms.BooleanField(label=_("Remember these people and their order for me"), required=False)

    def __init__(self, *, choices: Sequence[Choice], ladder: Sequence[int] = (), data: Any = None) -> None:
        initial = dict(zip(RUNGS, map(str, ladder), strict=False)) | {"remember": bool(ladder)}
        super().__init__(data, initial=initial)
        for name in RUNGS:
            empty = ("", _("nobody else") if name != "first" else _("choose a person"))
            self.fields[name].choices = [empty, *labelled(choices)]  # type: ignore[attr-defined]

    @property
    def ladder(self) -> list[int]:
        return [int(self.cleaned_data[name]) for name in RUNGS if self.cleaned_data[name]]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What was chosen and typed, as the next page carries it; nothing of it is stored meanwhile."""
        said = [(name, self.cleaned_data[name]) for name in (*RUNGS, "reach") if self.cleaned_data[name]]
        return [*said, ("remember", "on")] if self.cleaned_data["remember"] else said


class ShareForm(forms.Form):
    to = forms.ChoiceField(label=_("Hand it to"), widget=forms.RadioSelect)

    def __init__(self, *, choices: Sequence[Choice], data: Any = None) -> None:
        super().__init__(data)
        self.fields["to"].choices = labelled(choices)  # type: ignore[attr-defined]


class OpenForm(forms.Form):
    words = WordsField(label=_("Your six words"))


class SupporterForm(forms.Form):
    """What analysts read about somebody before they ask."""

    kind = forms.ChoiceField(label=_("Kind"), choices=SupporterKind)
    hotline = forms.ModelChoiceField(
        label=_("For the analysts of"),
        queryset=Hotline.objects.order_by("name"),
        required=False,
        empty_label=_("the whole network"),
    )
    languages = forms.CharField(label=_("Languages"), max_length=200)
    nights = forms.CharField(
        label=_("Nights and weekends"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who answers then, or that nobody does."),
    )
    danger = forms.CharField(
        label=_("Imminent danger"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What this person must do where a life is in danger, also without consent."),
    )
    hours = forms.IntegerField(
        label=_("Hours until a request goes on"),
        min_value=1,
        max_value=LONGEST_WAIT,
        initial=24,
        help_text=_("All hours count, by day and night, on weekends too."),
    )

    def __init__(self, *, row: Supporter | None = None, data: Any = None, files: Any = None) -> None:
        names = ("kind", "languages", "nights", "danger", "hours")
        initial = {name: getattr(row, name) for name in names} | {"hotline": row.hotline_id} if row else {}
        super().__init__(data, files, initial=initial)
        self.fields["hotline"].label_from_instance = lambda hotline: hotline.name  # type: ignore[attr-defined]

    def words(self) -> dict[str, Any]:
        """The fields as the actions take them."""
        said = dict(self.cleaned_data)
        hotline = said.pop("hotline")
        return said | {"hotline_id": hotline.pk if hotline else None}


class NewSupporterForm(SupporterForm):
    email = forms.EmailField(label=_("E-mail of the login"))
    field_order = ["email"]


def countries() -> list[tuple[str, str]]:
    return list(Country.objects.order_by("name").values_list("pk", "name"))


class HelpForm(forms.Form):
    """One entry of the directory, with where it is said and when somebody looked."""

    country = forms.ChoiceField(label=_("Country"), choices=countries)
    name = forms.CharField(label=_("Name"), max_length=120)
    purpose = forms.CharField(label=_("What for"), max_length=300)
    phone = forms.CharField(label=_("Number"), max_length=60, required=False)
    url = forms.URLField(label=_("Web page"), required=False, assume_scheme="https")
    hours = forms.CharField(label=_("Hours"), max_length=120)
    languages = forms.CharField(label=_("Languages"), max_length=200, required=False)
    source = forms.URLField(
        label=_("Source"), assume_scheme="https", help_text=_("The page on which all this is said.")
    )
    checked_on = forms.DateField(label=_("Checked on"), widget=DayInput)

    def __init__(self, *, row: LocalHelp | None = None, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        if row:
            self.initial = {name: getattr(row, name) for name in self.fields}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("phone") and not said.get("url"):
            self.add_error("phone", _("Give a number or a web page."))
        return said
