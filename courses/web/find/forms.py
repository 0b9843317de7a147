"""What each bulk action asks for."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.enums import ListName
from courses.models import BulkAct
from courses.web.gatherings.base import NamedChoice, listed
from courses.web.local_time import of_our_time
from lms.people.models import Hotline


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("Kept with each change. No names."),
    )


class ActForm(ReasonForm):
    """``said`` is what the act is told, as it is kept with the action."""

    field_order: Any = None

    def said(self) -> dict[str, Any]:
        return {}


class TopicsForm(ActForm):
    add = forms.CharField(
        label=gettext_lazy("Topics to add"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Several are parted by semicolons."),
    )
    remove = forms.CharField(label=gettext_lazy("Topics to remove"), max_length=500, required=False)
    field_order = ("add", "remove", "reason")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("add") and not said.get("remove"):
            raise ValidationError(_("Name a topic to add or to remove."))
        if set(topics(said.get("add", ""))) & set(topics(said.get("remove", ""))):
            raise ValidationError(_("A topic is either added or removed."))
        return said

    def said(self) -> dict[str, Any]:
        return {name: topics(self.cleaned_data[name]) for name in ("add", "remove")}


class FunderForm(ActForm):
    funder = forms.CharField(
        label=gettext_lazy("Funder"),
        max_length=200,
        required=False,
        widget=listed("funders"),
        help_text=gettext_lazy("Empty takes the funder away."),
    )
    field_order = ("funder", "reason")

    def said(self) -> dict[str, Any]:
        return {"funder": self.cleaned_data["funder"].strip()}


class HeldForm(ActForm):
    pass


class EndForm(ActForm):
    last_on = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[of_our_time],
    )
    hotline = NamedChoice(
        Hotline.objects.order_by("name"),
        label=gettext_lazy("At which hotline"),
        required=False,
        empty_label=gettext_lazy("wherever they belong on that day"),
    )
    field_order = ("last_on", "hotline", "reason")

    def said(self) -> dict[str, Any]:
        hotline = self.cleaned_data["hotline"]
        return {
            "last_on": self.cleaned_data["last_on"].isoformat(),
            "hotline": hotline.pk if hotline else None,
        }


class MoveForm(ActForm):
    hotline = NamedChoice(
        Hotline.objects.order_by("name"),
        label=gettext_lazy("To which hotline"),
        empty_label=gettext_lazy("to be chosen"),
    )
    from_on = forms.DateField(
        label=gettext_lazy("First day there"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[of_our_time],
        help_text=gettext_lazy("The day before is their last at the hotline they leave."),
    )
    leaves = NamedChoice(
        Hotline.objects.order_by("name"),
        label=gettext_lazy("Which hotline they leave"),
        required=False,
        empty_label=gettext_lazy("the one they belong to on the day before"),
    )
    field_order = ("hotline", "from_on", "leaves", "reason")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("hotline") and said["hotline"] == said.get("leaves"):
            raise ValidationError(_("This is the hotline that they leave: choose another one."))
        return said

    def said(self) -> dict[str, Any]:
        leaves = self.cleaned_data["leaves"]
        return {
            "hotline": self.cleaned_data["hotline"].pk,
            "from_on": self.cleaned_data["from_on"].isoformat(),
            "leaves": leaves.pk if leaves else None,
        }


def topics(typed: str) -> list[str]:
    return list(dict.fromkeys(filter(None, (topic.strip() for topic in typed.split(";")))))


FORMS: dict[ListName, dict[BulkAct, type[ActForm]]] = {
    ListName.ACTIVITIES: {
        BulkAct.TOPICS: TopicsForm,
        BulkAct.FUNDER: FunderForm,
        BulkAct.HELD: HeldForm,
    },
    ListName.PEOPLE: {BulkAct.END: EndForm, BulkAct.MOVE: MoveForm},
}
