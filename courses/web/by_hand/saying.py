"""Forms that say how far somebody came, and whose people they are."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.actions.by_hand.facts import Said
from courses.actions.taking_part import Place
from courses.web.by_hand.base import why
from courses.web.gatherings.adding import PlaceForm
from lms.kit.text import Text
from lms.people.actions.persons import Names
from lms.people.enums import Audience
from lms.web.accounts.forms import DayInput

PLACE = ["audience", "organisation", "country"]
ATTENDED = {"yes": True, "no": False}


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=DayInput(), **kwargs)


def number_field(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=100_000, required=False)


class NamesForm(forms.Form):
    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=200, required=False)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=200, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254, required=False)

    def names(self) -> Names:
        data = self.cleaned_data
        return Names(data["given_name"], data["family_name"], data["email"])


class StagesForm(forms.Form):
    """An empty field says that the stage does not stand."""

    enrolled_on = day_field(gettext_lazy("Enrolled on"))
    attended = forms.ChoiceField(
        label=gettext_lazy("Attended"),
        choices=[
            ("", gettext_lazy("nothing is known")),
            ("yes", gettext_lazy("yes")),
            ("no", gettext_lazy("no")),
        ],
        required=False,
    )
    completed_on = day_field(gettext_lazy("Completed on"))

    def said(self) -> Said:
        data = self.cleaned_data
        return Said(
            enrolled_on=data["enrolled_on"],
            attended=ATTENDED.get(data["attended"]),
            completed_on=data["completed_on"],
            place=self.given_place(),
        )

    def given_place(self) -> Place | None:
        return None

    @classmethod
    def known(cls, said: Said) -> dict[str, Any]:
        """What stands, as the form's first values."""
        attended = {None: "", True: "yes", False: "no"}[said.attended]
        return {"enrolled_on": said.enrolled_on, "attended": attended, "completed_on": said.completed_on}


class OptionalPlaceForm(PlaceForm):
    """Whose people somebody is; an empty audience leaves it as it is recorded."""

    left_empty: ClassVar[Text] = gettext_lazy("as recorded, or by the affiliation of the day")
    audience = forms.ChoiceField(label=gettext_lazy("Audience"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        audience: Any = self.fields["audience"]
        audience.choices = [("", self.left_empty), *Audience.choices]

    def given_place(self) -> Place | None:
        return self.place() if self.cleaned_data["audience"] else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("audience") and (data.get("organisation") or data.get("country")):
            self.add_error("audience", _("Say as what they took part, or leave the fields below empty."))
        return data


class SaidForm(OptionalPlaceForm, StagesForm):
    field_order = ["enrolled_on", "attended", "completed_on", *PLACE, "reason"]
    reason = why()


class NewPersonForm(SaidForm, NamesForm):
    """The same for somebody new, with a name."""

    field_order = ["given_name", "family_name", "email", *SaidForm.field_order]
    left_empty = gettext_lazy("not known")


class CountedForm(forms.Form):
    """How many people without names; an empty number says that the stage does not stand."""

    enrolled = number_field(gettext_lazy("How many enrolled"))
    enrolled_on = day_field(gettext_lazy("Enrolled on"))
    came = number_field(gettext_lazy("How many attended"))
    completed = number_field(gettext_lazy("How many completed"))
    completed_on = day_field(gettext_lazy("Completed on"))
    reason = why()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number, day in (("enrolled", "enrolled_on"), ("completed", "completed_on")):
            if bool(data.get(number)) != bool(data.get(day)) and not {number, day} & set(self.errors):
                self.add_error(day, _("A number and its day go together."))
        return data

    def said(self) -> Said:
        data = self.cleaned_data
        return Said(
            enrolled_on=data["enrolled_on"],
            attended=True if data["came"] else None,
            completed_on=data["completed_on"],
            enrolled=data["enrolled"] or 1,
            came=data["came"] or 1,
            completed=data["completed"] or 1,
            place=self.given_place(),
        )

    def given_place(self) -> Place | None:
        return None

    @classmethod
    def known(cls, said: Said) -> dict[str, Any]:
        return {
            "enrolled": said.enrolled if said.enrolled_on else None,
            "enrolled_on": said.enrolled_on,
            "came": said.came if said.attended else None,
            "completed": said.completed if said.completed_on else None,
            "completed_on": said.completed_on,
        }


class HeadsForm(OptionalPlaceForm, CountedForm):
    """The same, and whose people they are where that was recorded wrong."""

    field_order = ["enrolled", "enrolled_on", "came", "completed", "completed_on", *PLACE, "reason"]
    left_empty = gettext_lazy("as recorded")


class NewHeadsForm(PlaceForm, CountedForm):
    """The same with whose people they are."""

    field_order = PLACE

    def given_place(self) -> Place:
        return self.place()
