"""Saying that two records are one person: shown before it is done, and undone as easily."""

from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.by_hand.merging import look_at_merge, look_at_undoing
from courses.models import ActivityVersion
from courses.queries import standing
from courses.web import fact_tables, words
from courses.web.by_hand import effects, undo
from lms.kit.errors import Refused
from lms.people.actions.merges import merge_persons, undo_merge
from lms.people.models import Person, PersonMerge
from lms.people.queries.alike import alike
from lms.web.accounts.confirm import ConfirmPage
from lms.web.tables import Cell, Header, Table, address, simple
from lms.web.views import FormPage


class OtherRecordForm(forms.Form):
    """Names another person by what registers call them, or by the number in the address of their page."""

    other = forms.CharField(
        label=gettext_lazy("Register id, or # and the record's number"),
        max_length=200,
        help_text=gettext_lazy("The other record stays; this one is read as it from now on."),
    )

    def clean_other(self) -> Person:
        asked = self.cleaned_data["other"].strip()
        number = asked.removeprefix("#")
        by_number = asked.startswith("#") and number.isdecimal()
        named = {"pk": int(number)} if by_number else {"register_id": asked}
        person = Person.objects.filter(**named).first()
        if person is None:
            raise forms.ValidationError(_("The network knows no such record."))
        return person


class MergePage(FormPage):
    """`?other=` shows what a merge would do; only a pressed button does it."""

    allowed = staticmethod(rules.may_merge_persons)
    page_title = gettext_lazy("Merge two records")
    template_name = "courses/people/merge.html"
    form_class = OtherRecordForm

    @cached_property
    def person(self) -> Person:
        return get_object_or_404(Person, pk=self.kwargs["pk"])

    def get_form(self) -> forms.BaseForm:
        asked = self.request.POST or self.request.GET
        return OtherRecordForm(asked if "other" in asked else None)

    def act(self, form: Any) -> PersonMerge:
        self.survivor = form.cleaned_data["other"]
        merge = merge_persons(duplicate=self.person, survivor=self.survivor, by=self.request.user)
        done = _("The two records are read as one person from now on.")
        undo.tell(self.request, done, reverse("staff-undo-merge", args=[merge.pk]))
        return merge

    def get_success_url(self) -> str:
        return reverse("staff-person", args=[self.survivor.pk])

    def get_crumbs(self) -> list[tuple[str, str]]:
        own = reverse("staff-person", args=[self.person.pk])
        return [(_("People"), reverse("staff-people")), (self.person.name, own)]

    def get_context(self) -> dict[str, Any]:
        form = self.get_form()
        other = form.cleaned_data["other"] if form.is_valid() else None
        effect = self._effect(other) if other else {}
        return {
            **effect,
            "person": self.person,
            "alike": self._alike(),
            "other": other,
            "sides": [_side(record) for record in (self.person, other)] if other else [],
            "together": _together(self.person, other) if other else [],
        }

    def _effect(self, other: Person) -> dict[str, Any]:
        try:
            by = self.request.user
            return effects.context(look_at_merge(duplicate=self.person, survivor=other, by=by))
        except Refused as refusal:
            return {"refused": refusal.sentence}

    def _alike(self) -> Table:
        query = self.request.GET.copy()
        rows = [
            [
                Cell(one.name, address(query, other=one.register_id or f"#{one.pk}")),
                one.register_id,
                one.email,
            ]
            for one in alike(self.person, besides=self.person.pk)[:20]
        ]
        headers = [Header(label) for label in (_("Name"), _("Register id"), _("E-mail"))]
        return simple(_("Same name or same e-mail; open one to see what a merge would do"), headers, rows)


def _side(record: Person) -> tuple[Person, Table]:
    stood = standing.of_person(record)
    return record, fact_tables.taken_part(stood.participations, caption=record.name, linked=True)


def _together(first: Person, second: Person) -> list[str]:
    """Titles of the activities where both records are found: there one participation would be left."""
    rooms = [_rooms(record) for record in (first, second)]
    return [words.title(rooms[0][key]) for key in rooms[0] if key in rooms[1]]


def _rooms(record: Person) -> dict[int, ActivityVersion]:
    taken_part = standing.of_person(record).participations
    return {one.version.activity_id: one.version for one in taken_part if one.stands}


class UndoMergePage(ConfirmPage):
    allowed = staticmethod(rules.may_merge_persons)
    page_title = gettext_lazy("Undo a merge")
    template_name = "courses/people/undo_merge.html"
    submit_label = gettext_lazy("Read them apart again")
    success_message = gettext_lazy("The two records are read apart again.")

    @cached_property
    def merge(self) -> PersonMerge:
        merges = PersonMerge.objects.select_related("duplicate", "survivor").filter(undone_at=None)
        return get_object_or_404(merges, pk=self.kwargs["pk"])

    def sentence(self) -> str:
        names = {"duplicate": self.merge.duplicate.name, "survivor": self.merge.survivor.name}
        return (
            _(
                "From now on %(duplicate)s is no longer read as %(survivor)s. "
                "Counts as of an earlier day stay as they were."
            )
            % names
        )

    def get_context(self) -> dict[str, Any]:
        try:
            effect = look_at_undoing(merge=self.merge, by=self.request.user)
        except Refused:
            # Somebody else undid it meanwhile; the form says so.
            return super().get_context()
        return super().get_context() | effects.context(effect)

    def confirmed(self) -> PersonMerge:
        return undo_merge(merge=self.merge, by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("staff-person", args=[self.merge.duplicate_id])

    get_cancel_url = get_success_url
