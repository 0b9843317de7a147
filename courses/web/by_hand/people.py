"""Making people known, what they are called, and where they belong; each change with its way back."""

from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.by_hand.people import ahead_of_move, undo_change
from courses.queries.gatherings import organisation_names
from courses.web import ties
from courses.web.by_hand import people_tables, undo
from courses.web.by_hand.base import LookPage, why
from courses.web.by_hand.saying import NamesForm, day_field
from courses.web.by_hand.undo import UndoPage
from courses.web.gatherings.adding import PlaceForm
from courses.web.gatherings.base import NamedChoice
from courses.web.seen import SeenPage
from lms.kit import clock
from lms.people.actions.persons import (
    Tie,
    add_affiliation,
    correct_affiliation,
    create_person,
    edit_person,
    move_person,
    remove_affiliation,
)
from lms.people.enums import Audience
from lms.people.models import Affiliation, Hotline, Person, PersonChange
from lms.people.queries.alike import alike
from lms.people.queries.changes import names_mark, tie_mark
from lms.web.accounts.forms import DayInput
from lms.web.views import FormPage


class EditForm(NamesForm):
    reason = why()


class TieForm(PlaceForm):
    """Whose people somebody is among, and from when to when."""

    from_on = day_field(gettext_lazy("From"), help_text=gettext_lazy("Empty where nobody knows."))
    until_on = day_field(gettext_lazy("Last day"), help_text=gettext_lazy("Empty as long as it holds."))

    def tie(self) -> Tie:
        data = self.cleaned_data
        return Tie(**self.place().columns(), from_on=data["from_on"], until_on=data["until_on"])


class NewPersonForm(TieForm, NamesForm):
    field_order = ["given_name", "family_name", "email", "audience", "organisation"]
    audience = forms.ChoiceField(
        label=gettext_lazy("Audience"),
        choices=[("", gettext_lazy("not known")), *Audience.choices],
        required=False,
    )
    fresh = forms.BooleanField(
        label=gettext_lazy("This is another person of the same name or address"), required=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        belongs = [name for name in ("organisation", "country", "from_on", "until_on") if data.get(name)]
        if belongs and not data.get("audience"):
            self.add_error("audience", _("Say as what they belong there, or leave the fields below empty."))
        if not self.errors and not data["fresh"] and (same := alike(self.names())):
            said = _("Already known, by the same name or address: %(names)s. Or tick the box at the end.")
            names = ", ".join(f"{one.name} ({one.register_id or f'#{one.pk}'})" for one in same[:5])
            self.add_error("family_name", said % {"names": names})
        return data


class NewTieForm(TieForm):
    reason = why()


class CorrectTieForm(NewTieForm):
    field_order = ["audience", "organisation", "country", "from_on", "until_on", "remove", "reason"]
    remove = forms.BooleanField(
        label=gettext_lazy("It was never so: remove it, whatever the fields above say"), required=False
    )


class TieChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in its stubs only
    """An affiliation by its organisation and days."""

    def label_from_instance(self, obj: Any) -> str:
        return ties.of(obj)


class MoveForm(forms.Form):
    leaves = TieChoice(Affiliation.objects.none(), label=gettext_lazy("Leaves"), empty_label=None)
    hotline = NamedChoice(Hotline.objects.order_by("name"), label=gettext_lazy("Goes to"))
    from_on = forms.DateField(
        label=gettext_lazy("First day there"),
        widget=DayInput(),
        help_text=gettext_lazy("The affiliation that ends has the day before as its last."),
    )
    reason = why()

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["leaves"]
        if isinstance(field, forms.ModelChoiceField):
            of_hotlines = Affiliation.objects.filter(person=person, hotline__isnull=False)
            field.queryset = of_hotlines.select_related("hotline", "agency")


class OfPerson(FormPage, abstract=True):
    @cached_property
    def person(self) -> Person:
        return get_object_or_404(Person, pk=self.kwargs["pk"])

    @property
    def person_url(self) -> str:
        return reverse("staff-person", args=[self.person.pk])

    def get_success_url(self) -> str:
        return self.person_url

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("People"), reverse("staff-people")), (self.person.name, self.person_url)]

    def told(self, change: PersonChange) -> PersonChange:
        url = reverse("staff-undo-person-change", args=[change.pk])
        undo.tell(self.request, _("The change is recorded."), url)
        return change

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "cancel_url": self.person_url,
            "organisations": organisation_names(),
            "from_register": self.person.register_id is not None,
        }


class NewPersonPage(FormPage):
    allowed = staticmethod(rules.may_keep_persons)
    page_title = gettext_lazy("Somebody new")
    template_name = "courses/by_hand/person.html"
    form_class = NewPersonForm
    submit_label = gettext_lazy("Make them known")
    success_message = gettext_lazy("They are known from now on.")

    def act(self, form: Any) -> None:
        tie = form.tie() if form.cleaned_data["audience"] else None
        self.made = create_person(names=form.names(), tie=tie, by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("staff-person", args=[self.made.pk])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("People"), reverse("staff-people"))]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {
            "cancel_url": reverse("staff-people"),
            "organisations": organisation_names(),
        }


class EditPersonPage(OfPerson, SeenPage):
    allowed = staticmethod(rules.may_keep_persons)
    page_title = gettext_lazy("Name and e-mail")
    template_name = "courses/by_hand/person.html"
    form_class = EditForm

    def mark(self) -> str:
        return names_mark(self.now)

    @property
    def now(self) -> Person:
        return Person.objects.get(pk=self.person.pk) if self.is_stale else self.person

    def known(self) -> list[tuple[Any, Any]]:
        return [(field.label, getattr(self.now, name)) for name, field in NamesForm.base_fields.items()]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {name: getattr(self.person, name) for name in NamesForm.base_fields}}

    def act(self, form: Any) -> PersonChange:
        said = {"names": form.names(), "reason": form.cleaned_data["reason"]}
        return self.told(edit_person(person=self.person, **said, seen=self.seen, by=self.request.user))


class NewAffiliationPage(OfPerson):
    allowed = staticmethod(rules.may_keep_persons)
    page_title = gettext_lazy("Add an affiliation")
    template_name = "courses/by_hand/person.html"
    form_class = NewTieForm

    def act(self, form: Any) -> PersonChange:
        reason = form.cleaned_data["reason"]
        return self.told(
            add_affiliation(person=self.person, tie=form.tie(), reason=reason, by=self.request.user)
        )


class AffiliationPage(OfPerson, SeenPage):
    """Correct an affiliation, end it, or remove what was never so."""

    allowed = staticmethod(rules.may_keep_persons)
    page_title = gettext_lazy("Correct or end an affiliation")
    template_name = "courses/by_hand/person.html"
    form_class = CorrectTieForm

    @cached_property
    def tie(self) -> Affiliation:
        known = Affiliation.objects.select_related("person", "hotline", "agency")
        return get_object_or_404(known, pk=self.kwargs["pk"])

    @cached_property
    def person(self) -> Person:
        return self.tie.person

    @property
    def now(self) -> Affiliation:
        known = Affiliation.objects.filter(pk=self.tie.pk).select_related("hotline", "agency")
        return (known.first() or self.tie) if self.is_stale else self.tie

    def mark(self) -> str:
        return tie_mark(self.now)

    def known(self) -> list[tuple[Any, Any]]:
        return [(_("Affiliation"), ties.of(self.now))]

    def get_form_kwargs(self) -> dict[str, Any]:
        place = self.tie.hotline or self.tie.agency
        return {
            "initial": {
                "audience": self.tie.audience,
                "organisation": place.name if place else "",
                "country": self.tie.country_id,
                "from_on": self.tie.from_on,
                "until_on": self.tie.until_on,
            }
        }

    def act(self, form: Any) -> PersonChange:
        said = {
            "affiliation": self.tie,
            "reason": form.cleaned_data["reason"],
            "seen": self.seen,
            "by": self.request.user,
        }
        if form.cleaned_data["remove"]:
            return self.told(remove_affiliation(**said))
        return self.told(correct_affiliation(tie=form.tie(), **said))


class MovePage(OfPerson, LookPage):
    """To another hotline from a day on: what changes, and what keeps the hotline of its day."""

    allowed = staticmethod(rules.may_keep_persons)
    page_title = gettext_lazy("Move to another hotline")
    template_name = "courses/by_hand/move.html"
    submit_label = gettext_lazy("Move them")
    form_class = MoveForm

    def get_form_kwargs(self) -> dict[str, Any]:
        known = Affiliation.objects.filter(person=self.person, hotline__isnull=False)
        held = known.order_by("-until_on", "-from_on").filter(until_on=None).first() or known.last()
        initial = {"from_on": clock.today(), "leaves": held.pk if held else None}
        return {"person": self.person, "initial": initial}

    def stamp(self) -> str:
        known = Affiliation.objects.filter(person=self.person).order_by("pk")
        return str(list(known.values_list("pk", "hotline", "from_on", "until_on")))

    def asked(self, form: MoveForm) -> dict[str, Any]:
        said = form.cleaned_data
        return {
            "affiliation": said["leaves"],
            "hotline": said["hotline"],
            "from_on": said["from_on"],
            "reason": said["reason"],
            "by": self.request.user,
        }

    def look(self, form: Any) -> dict[str, Any]:
        ahead = ahead_of_move(**self.asked(form))
        return {
            "shown": [people_tables.affiliations(ahead)],
            "notes": people_tables.kept(ahead),
            "kept": people_tables.facts(ahead),
        }

    def act(self, form: Any) -> PersonChange:
        return move_person(**self.asked(form))

    def done(self, made: PersonChange) -> None:
        self.told(made)


class UndoPersonChangePage(UndoPage):
    allowed = staticmethod(rules.may_keep_persons)

    @cached_property
    def undone(self) -> PersonChange:
        return get_object_or_404(PersonChange.objects.select_related("person"), pk=self.kwargs["pk"])

    def sentence(self) -> str:
        return _(
            "What was known of them before this change is known again. Facts in the ledger stay as they are."
        )

    def act(self, form: Any) -> PersonChange:
        return undo_change(
            person_change=self.undone, reason=form.cleaned_data["reason"], by=self.request.user
        )

    def get_success_url(self) -> str:
        return reverse("staff-person", args=[self.undone.person_id])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("People"), reverse("staff-people")), (self.undone.person.name, self.get_success_url())]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"shown": people_tables.change_table([self.undone], linked=False)}
