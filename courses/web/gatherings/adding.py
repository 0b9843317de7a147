"""Saying who takes part: typed one by one in three ways, or pasted as a list and looked at first."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.pasted_lists import Look, add_pasted, look_at
from courses.actions.taking_part import Place, add_coded, add_heads, add_named, place_for
from courses.enums import ActivityStatus
from courses.kinds.gatherings import Typed
from courses.queries.gatherings import organisation_names
from courses.web.gatherings.base import CountryField, KeptPage, listed
from lms.kit.tokens import digest
from lms.people.enums import Audience
from lms.web.tables import Header, Table, simple
from lms.web.views import RefuseMixin


class CameField(forms.TypedChoiceField):
    """Whether somebody was there, or is expected."""

    def __init__(self) -> None:
        choices = [("yes", gettext_lazy("were there")), ("no", gettext_lazy("are expected"))]
        super().__init__(label=gettext_lazy("They"), choices=choices, coerce=lambda said: said == "yes")


class PlaceForm(forms.Form):
    """Whose people somebody is among; the words to choose from are in the page."""

    audience = forms.ChoiceField(label=gettext_lazy("Audience"), choices=Audience)
    organisation = forms.CharField(
        label=gettext_lazy("Hotline, agency or organisation"),
        max_length=200,
        required=False,
        widget=listed("organisations"),
        help_text=gettext_lazy("Begin to type and choose; a new agency is made as you write it."),
    )
    country = CountryField(required=False)

    def place(self) -> Place:
        said = self.cleaned_data
        return place_for(
            audience=Audience(said["audience"]),
            organisation=said["organisation"],
            country=said["country"],
        )


class NamedForm(PlaceForm):
    field_order = ["given_name", "family_name", "email"]
    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=200, required=False)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=200)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    came = CameField()

    def typed(self) -> Typed:
        said = self.cleaned_data
        return Typed(said["given_name"].strip(), said["family_name"].strip(), said["email"].lower())


class CodedForm(PlaceForm):
    field_order = ["code"]
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("The agency keeps it, and only the agency knows whose it is."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    came = CameField()


class HeadsForm(PlaceForm):
    field_order = ["number"]
    number = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=100_000)
    came = CameField()


class PasteForm(forms.Form):
    lines = forms.CharField(
        label=gettext_lazy("The list"),
        max_length=100_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "A line each: name, e-mail, agency, country; or code, agency, country. A country is given by its"
            " two letters. Commas, semicolons and tabs part what is in a line."
        ),
    )
    audience = forms.ChoiceField(label=gettext_lazy("Audience of all of them"), choices=Audience)
    came = CameField()


FORMS: dict[str, type[forms.Form]] = {
    "named": NamedForm,
    "coded": CodedForm,
    "heads": HeadsForm,
    "paste": PasteForm,
}


class AddPage(RefuseMixin, KeptPage):
    """Four forms; the button that was pressed says which of them was sent."""

    allowed = staticmethod(rules.may_plan_gatherings)
    page_title = gettext_lazy("Add people")
    template_name = "courses/gatherings/add.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        way = request.POST.get("way", "")
        if way not in FORMS:
            return redirect(request.path)
        form = self.form(way, request.POST)
        acts: dict[str, Callable[[Any], HttpResponse | None]] = {
            "named": self.add_named,
            "coded": self.add_coded,
            "heads": self.add_heads,
            "paste": self.paste,
        }
        answer: list[HttpResponse | None] = []
        if not (form.is_valid() and self.attempt(form, lambda: answer.append(acts[way](form)))):
            return self.show(way, form)
        if answer[0] is not None:
            return answer[0]
        messages.success(request, _("Recorded. The next one can follow."))
        return redirect(f"{request.path}#{way}")

    def show(self, way: str, form: forms.Form, **extra: Any) -> HttpResponse:
        """The page with one of its forms as it was sent."""
        shown: dict[str, Any] = {way: form}
        return self.render(**shown, **extra)

    def form(self, way: str, data: Any = None) -> forms.Form:
        came = "yes" if self.version.status == ActivityStatus.HELD else "no"
        initial = {"audience": Audience.LAW_ENFORCEMENT, "country": self.version.country_id, "came": came}
        return FORMS[way](data, prefix=way, initial=initial)

    def add_named(self, form: NamedForm) -> None:
        add_named(
            activity=self.activity,
            typed=form.typed(),
            place=form.place(),
            came=form.cleaned_data["came"],
            by=self.request.user,
        )

    def add_coded(self, form: CodedForm) -> None:
        said = form.cleaned_data
        add_coded(
            activity=self.activity,
            code=said["code"],
            place=form.place(),
            came=said["came"],
            by=self.request.user,
        )

    def add_heads(self, form: HeadsForm) -> None:
        said = form.cleaned_data
        add_heads(
            activity=self.activity,
            number=said["number"],
            place=form.place(),
            came=said["came"],
            by=self.request.user,
        )

    def paste(self, form: PasteForm) -> HttpResponse | None:
        """Show what the list would record, and record it once that was looked at."""
        said = form.cleaned_data
        asked = {
            "activity": self.activity,
            "text": said["lines"],
            "audience": Audience(said["audience"]),
            "came": said["came"],
            "by": self.request.user,
        }
        fresh = {name for name in self.request.POST.getlist("fresh") if name.isdecimal() and len(name) < 6}
        seen = digest(f"{said['audience']}|{said['came']}|{said['lines']}")
        # What was typed or chosen since is looked at first.
        if "apply" not in self.request.POST or self.request.POST.get("looked") != seen:
            return self.show("paste", form, **looked_context(look_at(**asked), seen))
        done = add_pasted(fresh={int(number) for number in fresh}, **asked)
        messages.success(self.request, _("%(n)s people are recorded.") % {"n": done})
        return redirect(self.room_url)

    def get_context(self) -> dict[str, Any]:
        forms_of = {way: self.form(way) for way in FORMS}
        return {
            **forms_of,
            "organisations": organisation_names(),
            "room_url": self.room_url,
            "activity_id": self.version.activity_id,
        }


def looked_context(looked: list[Look], seen: str) -> dict[str, Any]:
    return {
        "looked": looked,
        "looked_table": looked_table(looked),
        "looked_at": seen,
        "is_whole": not any(one.fault for one in looked),
    }


def looked_table(looked: list[Look]) -> Table:
    labels = [_("Line"), _("Who"), _("As"), _("What happens")]
    rows = [[str(one.number), one.who, one.organisation, one.said] for one in looked]
    return simple(_("What the list would record"), [Header(label) for label in labels], rows)
