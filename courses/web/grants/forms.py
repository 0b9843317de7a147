"""Forms of grants, and of who pays for what."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.actions.funding import Payers, Paying, funding_mark, gone
from courses.actions.grants import Terms
from courses.models import Activity, Funder, Grant
from courses.queries.grants import Names, funding_in_force, payers, payers_named
from courses.web.exchanges.fields import Suggesting
from lms.kit.errors import Refused
from lms.kit.text import Text

Choices = Sequence[tuple[str, Text]]


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class GrantForm(forms.Form):
    """``funder`` is there for a new grant only: another funder is another grant."""

    funder = forms.CharField(
        label=gettext_lazy("Funder"), max_length=200, help_text=gettext_lazy("As registers write it.")
    )
    number = forms.CharField(label=gettext_lazy("Number"), max_length=100)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, required=False)
    first = day_field(gettext_lazy("First day"))
    last = day_field(gettext_lazy("Last day"))

    def __init__(self, grant: Grant | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if grant is not None:
            del self.fields["funder"]
            return
        names = Funder.objects.order_by("name").values_list("name", flat=True)[:500]
        self.fields["funder"].widget = Suggesting("funders", names)

    def terms(self) -> Terms:
        return Terms(**{name: self.cleaned_data[name] for name in ("number", "title", "first", "last")})


class WorkPackageForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("For example WP2.")
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, required=False)


def key_of(said: Payers) -> list[str]:
    """The choices that say this: work packages, and grants of which none is chosen."""
    _grants, packages = payers_named(f"w{pk}" for pk in said.work_packages)
    whole = said.grants - {one.grant_id for one in packages}
    return [*(f"g{pk}" for pk in sorted(whole)), *(f"w{one.pk}" for one in packages)]


def known_of(activity: Activity) -> dict[str, Any]:
    """The beginning of a form about who pays for this activity, with the mark of what it is made from."""
    said = Payers.said(funding_in_force(activity))
    return {"payers": key_of(said), "paid_seen": said.mark}


def paid_by_words(activity: Activity) -> str:
    """Who pays as it is recorded now."""
    said = funding_in_force(activity)
    names = Names.of([said]).said(said) if said else []
    return ", ".join(names) or _("nobody in particular")


class PayersForm(forms.Form):
    """Which grants paid for an activity. Where ``pays`` is not true it does not ask."""

    payers = forms.MultipleChoiceField(
        label=gettext_lazy("Paid by"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Any number of them. A work package includes its grant."),
    )

    def __init__(self, *args: Any, pays: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = payers() if pays else []
        chosen: Any = self.fields["payers"]
        chosen.choices = self.choices

    def paid_by(self) -> Payers:
        """Raises Refused for a grant that somebody removed meanwhile."""
        return Payers.chosen(self.cleaned_data["payers"])


class PlanPayersForm(PayersForm):
    """A form of other things that asks which grants pay, too, where there are any to choose.

    ``funded`` is the activity that it changes, None for one that is planned: where somebody else said who
    pays meanwhile, that is told, and the next press goes over it.
    """

    paid_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, pays: bool = False, funded: Activity | None = None, **kwargs: Any) -> None:
        super().__init__(*args, pays=pays, **kwargs)
        self.funded = funded
        if not self.choices:
            for name in ("payers", "paid_seen"):
                self.fields.pop(name, None)

    @property
    def asked(self) -> bool:
        """Whether the form that was sent asked who pays: it does not where there was no grant yet."""
        return "payers" in self.fields and (self.funded is None or self.add_prefix("paid_seen") in self.data)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if self.funded is not None and self.asked:
            now = funding_mark(self.funded)
            if said.get("paid_seen") != now:
                typed: Any = self.data.copy()  # type: ignore[attr-defined]  # of a QueryDict
                typed[self.add_prefix("paid_seen")] = now
                self.data = typed
                sentence = _(
                    "Somebody else said meanwhile who pays: %(who)s. Save once more to go over that."
                )
                self.add_error("payers", sentence % {"who": paid_by_words(self.funded)})
        return said

    def paying(self) -> Paying | None:
        """Raises Refused for a grant that somebody removed meanwhile."""
        if not self.asked:
            return None
        return Paying(self.paid_by(), self.cleaned_data["paid_seen"] if self.funded else None)


class VisitorsForm(forms.Form):
    """A grant for each visit and each traveller; ``note`` is there for an exchange that counts already."""

    note = forms.CharField(
        label=gettext_lazy("Why it is corrected"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Both sides read it in the history. No names."),
    )

    def __init__(self, visits: Sequence[Any], correcting: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.visits, choices = visits, payers()
        if not correcting:
            del self.fields["note"]
        note = self.fields.pop("note", None)
        for visit in visits:
            label = _("The visit of %(hotline)s") % {"hotline": visit.hotline.name}
            self._add(f"visit_{visit.pk}", label, [("", _("no grant")), *choices])
            for one in visit.persons:
                label = _("%(name)s, of %(hotline)s")
                said = label % {"name": one.person.name, "hotline": visit.hotline.name}
                self._add(f"traveller_{one.pk}", said, [("", _("as the visit")), *choices])
        if note is not None:
            self.fields["note"] = note

    def _add(self, name: str, label: str, choices: Choices) -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)

    def said(self) -> dict[Any, Payers]:
        """Of each visit and traveller; two queries, however many. Raises Refused for a grant that is gone."""
        keys = {key for name, key in self.cleaned_data.items() if name != "note" and key}
        grants, packages = payers_named(keys)
        known = {"": Payers()} | {f"g{one.pk}": Payers.of([one]) for one in grants}
        known |= {f"w{one.pk}": Payers.of([], [one]) for one in packages}
        if keys - known.keys():
            raise Refused(gone())
        found = {}
        for visit in self.visits:
            found[visit] = known[self.cleaned_data[f"visit_{visit.pk}"]]
            for one in visit.persons:
                found[one] = known[self.cleaned_data[f"traveller_{one.pk}"]]
        return found
