"""/staff/figures/years/<year>/: which hotlines confirmed their year, and which corrections they asked for."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.hotline_years import answer_correction, reopen_year
from courses.enums import CorrectionState
from courses.models import CorrectionAsked
from courses.queries.snapshots.years import (
    YearOf,
    confirmed_of,
    corrections,
    open_corrections,
    state_of,
    years_of_members,
)
from courses.web import words
from courses.web.figures.of_year import OfYear
from courses.web.figures.own_year import ReasonForm
from lms.people.models import Hotline
from lms.web.tables import Cell, Column, Header, Table, simple
from lms.web.views import FormPage, ListPage


class YearsPage(OfYear):
    """Constant queries, however many hotlines there are: the network's year is counted once."""

    allowed = staticmethod(rules.may_answer_corrections)
    template_name = "courses/figures/years.html"

    def get_page_title(self) -> str:
        return _("Confirmations of %(year)s") % {"year": self.year}

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Training counts"), f"{reverse('staff-counts')}?year={self.year}")]

    def get_context(self) -> dict[str, Any]:
        found = years_of_members(self.year)
        # The list has those too that confirmed and were no member; they are not of these numbers.
        confirmed, members = confirmed_of(self.year)
        done = [one for one in found if one.confirmed]
        return {
            "year_chips": self.year_chips(lambda year: reverse("staff-years", args=[year])),
            "confirmed": confirmed,
            "members": members,
            "changed": sum(one.changed for one in found),
            "table": _table([one for one in found if not one.confirmed] + done),
            "corrections_open": open_corrections(self.year),
        }


def _table(found: list[YearOf]) -> Table:
    headers = [_("Hotline"), _("Its year"), _("When"), _("By"), _("Why it is open"), _("To do")]
    rows = [
        [
            Cell(one.hotline.name, reverse("staff-hotline", args=[one.hotline.pk])),
            _state(one),
            words.reader_time(one.word.moment) if one.word else None,
            words.who(one.word.recorded_by) if one.word else None,
            one.word.reason or None if one.word else None,
            _reopen(one),
        ]
        for one in found
    ]
    return simple(_("Those that are not confirmed first"), [Header(label) for label in headers], rows)


def _state(one: YearOf) -> str:
    if one.changed:
        return _("confirmed; changed since")
    if one.confirmed:
        return _("confirmed")
    return _("open again") if one.word else _("not confirmed yet")


def _reopen(one: YearOf) -> Cell | None:
    if not one.word or not one.confirmed:
        return None
    return Cell(_("Open again"), reverse("staff-year-reopen", args=[one.word.year, one.hotline.pk]))


class StaffReopenPage(OfYear, FormPage):
    allowed = staticmethod(rules.may_answer_corrections)
    form_class = ReasonForm
    submit_label = gettext_lazy("Open it again")
    success_message = gettext_lazy("The year is open again, and its manager reads why.")

    @cached_property
    def hotline(self) -> Hotline:
        return get_object_or_404(Hotline, pk=self.kwargs["hotline"])

    def get_page_title(self) -> str:
        words_of = {"year": self.year, "hotline": self.hotline.name}
        return _("Open %(year)s of %(hotline)s again") % words_of

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Confirmations of %(year)s") % {"year": self.year}, self.get_success_url())]

    def act(self, form: Any) -> None:
        reason = form.cleaned_data["reason"]
        reopen_year(hotline=self.hotline, year=self.year, reason=reason, by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("staff-years", args=[self.year])

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": self.get_success_url()}


def _correction_url(asked: CorrectionAsked) -> str:
    return reverse("staff-correction", args=[asked.pk])


class CorrectionsPage(ListPage):
    allowed = staticmethod(rules.may_answer_corrections)
    page_title = gettext_lazy("Corrections asked for")
    empty_text = gettext_lazy("No hotline has asked for a correction of its year.")
    default_sort = "-asked"
    columns = [
        Column("hotline", gettext_lazy("Hotline"), value=lambda c: c.hotline.name, link=_correction_url),
        Column("year", gettext_lazy("Year"), value=lambda c: str(c.year), order=["year", "recorded_at"]),
        Column(
            "asked",
            gettext_lazy("Asked"),
            value=lambda c: words.reader_time(c.recorded_at),
            order=["recorded_at"],
        ),
        Column("state", gettext_lazy("State"), value=lambda c: state_of(c).label),
        Column("text", gettext_lazy("What is not right")),
    ]

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Training counts"), reverse("staff-counts"))]

    def get_rows(self) -> QuerySet[Any]:
        return corrections()


class AnswerForm(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=CorrectionState)
    text = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The hotline's managers read it. No names of people at other hotlines."),
    )


class AnswerPage(FormPage):
    """Another answer may follow; all of them stay, and the last one holds."""

    allowed = staticmethod(rules.may_answer_corrections)
    page_title = gettext_lazy("A correction asked for")
    template_name = "courses/figures/correction.html"
    form_class = AnswerForm
    submit_label = gettext_lazy("Answer")
    success_message = gettext_lazy("Answered.")

    @cached_property
    def asked(self) -> Any:
        return get_object_or_404(corrections(), pk=self.kwargs["pk"])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Corrections asked for"), reverse("staff-corrections"))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"state": CorrectionState.DONE}}

    def act(self, form: Any) -> None:
        state = CorrectionState(form.cleaned_data["state"])
        answer_correction(asked=self.asked, state=state, text=form.cleaned_data["text"], by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("staff-corrections")

    def get_context(self) -> dict[str, Any]:
        asked = self.asked
        answers = asked.answers.order_by("number").select_related("recorded_by__person")
        return super().get_context() | {
            "asked": asked,
            "about": [
                (_("Hotline"), asked.hotline.name),
                (_("Year"), str(asked.year)),
                (_("Asked"), f"{words.reader_time(asked.recorded_at)}, {words.who(asked.recorded_by)}"),
                (_("State"), state_of(asked).label),
            ],
            "answers": _answers(answers),
            "cancel_url": reverse("staff-corrections"),
        }


def _answers(answers: Any) -> Table:
    headers = [Header(label) for label in (_("When"), _("By"), _("State"), _("Answer"))]
    rows = [
        [words.reader_time(one.recorded_at), words.who(one.recorded_by), one.get_state_display(), one.text]
        for one in answers
    ]
    return simple(_("Answers so far"), headers, rows)
