"""/teach/cohorts/<pk>/requests/: who wants in, who waits, and for whom a place is held."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.places import accept, refuse
from courses.enums import CandidateState
from courses.models import Candidate, Cohort
from courses.models.candidates import HOLDING
from courses.queries import candidates, cohorts
from courses.queries.prerequisites import lacking
from courses.web import words
from courses.web.cohorts.base import OfCohort, places_in_words
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.kit.tasks import nudge
from lms.outbox.tasks import send_due
from lms.people.narrowing import narrowed
from lms.web.tables import Cell, Header, Table, paged, simple
from lms.web.views import FormPage

PAGE_SIZE = 100


class RequestsPage(OfCohort):
    page_title = gettext_lazy("Requests and waiting list")
    template_name = "courses/cohorts/requests.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say yes to one request."""
        asked = candidates.candidates_of(self.cohort)
        pk = request.POST.get("accept", "")
        candidate = get_object_or_404(asked, pk=int(pk) if pk.isdecimal() and len(pk) < 19 else 0)
        try:
            now = accept(candidate=candidate, by=self.request.user)
            if now.state == CandidateState.ACCEPTED:
                messages.success(request, _("Enrolled."))
            else:
                messages.success(request, _("All places are taken: waits for one, in order."))
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        nudge(send_due)
        return redirect("teach-requests", pk=self.cohort.pk)

    def get_context(self) -> dict[str, Any]:
        found = {
            "to_decide": (candidates.to_decide(self.cohort), self.deciding),
            "in_line": (candidates.in_line(self.cohort), self.waiting),
            "asked": (candidates.asked(self.cohort), self.holding),
            "over": (candidates.turned_away(self.cohort), self.over),
        }
        tables = {
            name: paged(rows, make, self.request.GET, key=name, page_size=PAGE_SIZE)
            for name, (rows, make) in found.items()
        }
        left = candidates.room(self.cohort)
        return super().get_context() | tables | {"places": places_in_words(left)}

    def deciding(self, shown: Sequence[Candidate]) -> Table:
        missing = lacking(self.cohort.version, [one.person_id for one in shown], today())
        headers = [Header(_("Who")), Header(_("How")), Header(_("Lacks")), Header(_("Decide"))]
        rows = [
            [one.person.name, how(one), ", ".join(missing.get(one.person_id, ())) or "–", self.decide(one)]
            for one in shown
        ]
        return simple(_("The earliest first"), headers, rows)

    def decide(self, one: Candidate) -> SafeString | str:
        if one.person_id == self.request.user.person_id:
            return _("Another trainer decides about you.")
        name = one.person.name
        return format_html(
            '<span class="row"><button class="btn small" type="submit" name="accept" value="{}"'
            ' aria-label="{}">{}</button> <a href="{}" aria-label="{}">{}</a></span>',
            one.pk,
            _("Accept %(name)s") % {"name": name},
            _("Accept"),
            reverse("teach-refuse", args=[one.pk]),
            _("Refuse %(name)s") % {"name": name},
            _("Refuse"),
        )

    def waiting(self, shown: Sequence[Candidate]) -> Table:
        headers = [Header(_("Who")), Header(_("Waits since")), Header(_("Change"))]
        rows = [
            [
                one.person.name,
                words.reader_time(one.changed_at),
                Cell(_("Refuse"), reverse("teach-refuse", args=[one.pk])),
            ]
            for one in shown
        ]
        return simple(_("In order: the first is offered the next place"), headers, rows)

    def holding(self, shown: Sequence[Candidate]) -> Table:
        headers = [Header(_("Who")), Header(_("How")), Header(_("Held until")), Header(_("Change"))]
        rows = [
            [
                one.person.name,
                one.get_state_display(),
                words.reader_time(one.answer_by),
                Cell(_("Take it back"), reverse("teach-refuse", args=[one.pk])),
            ]
            for one in shown
            if one.answer_by
        ]
        return simple(_("The next to answer first"), headers, rows)

    def over(self, shown: Sequence[Candidate]) -> Table:
        headers = [Header(_("Who")), Header(_("What became of it")), Header(_("Why"))]
        rows = [[one.person.name, ended(one), reason_of(one) or "–"] for one in shown]
        return simple(_("The latest first"), headers, rows)


def how(one: Candidate) -> str:
    if one.state == CandidateState.NOMINATED and one.hotline is not None:
        return _("nominated by %(hotline)s") % {"hotline": one.hotline.name}
    return one.get_state_display()


def ended(one: Candidate) -> str:
    return f"{one.get_state_display()}, {words.reader_time(one.changed_at)}"


def reason_of(one: Candidate) -> str:
    """Of the last step, which comes first of those fetched."""
    return next((step.reason for step in one.steps.all()), "")


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("The person reads it. No names of others."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RefusePage(FormPage):
    """Say no to somebody who asked, was nominated or waits; take back the place held for somebody asked."""

    allowed = staticmethod(rules.may_plan_cohorts)
    template_name = "courses/cohorts/refuse.html"
    form_class = RefuseForm
    success_message = gettext_lazy("Done. The person is told why.")

    def get_page_title(self) -> str:
        return _("Take a place back") if self.candidate.state in HOLDING else _("Refuse a place")

    @cached_property
    def candidate(self) -> Candidate:
        planned = Cohort.objects.filter(cohorts.planned_by(self.request.user))
        found = narrowed(Candidate.objects.filter(cohort__in=planned.values("pk")))
        return get_object_or_404(found.select_related("person", "cohort__version"), pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _found = self.candidate
        return super().get(request, *args, **kwargs)

    def act(self, form: Any) -> None:
        refuse(candidate=self.candidate, reason=form.cleaned_data["reason"], by=self.request.user)
        nudge(send_due)

    def get_success_url(self) -> str:
        return reverse("teach-requests", args=[self.candidate.cohort_id])

    def get_context(self) -> dict[str, Any]:
        about = [
            (_("Who"), self.candidate.person.name),
            (_("Course"), self.candidate.cohort.version.title),
            (_("How things stand"), self.candidate.get_state_display()),
        ]
        label = _("Take it back") if self.candidate.state in HOLDING else _("Refuse")
        more = {"about": about, "cancel_url": self.get_success_url(), "submit_label": label}
        return super().get_context() | more
