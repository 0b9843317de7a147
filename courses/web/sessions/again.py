"""/teach/cohorts/<pk>/again/: run a finished cohort again, its dates shifted and looked at first."""

from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.actions.again import preview_again, run_again
from courses.models import Cohort
from courses.queries import boards, sessions
from courses.web.local_time import of_our_time
from courses.web.sessions import words
from courses.web.sessions.base import OfCohort, PreviewedPage
from courses.web.sessions.forms import there_on
from lms.kit.clock import today
from lms.web.accounts.forms import DayInput
from lms.web.tables import Header, Table, simple


class AgainForm(forms.Form):
    on_or_after = forms.DateField(
        label=gettext_lazy("Begins on or after"),
        widget=DayInput,
        validators=[of_our_time],
        help_text=gettext_lazy("The first training session keeps its weekday, and all keep their hours."),
    )

    def clean_on_or_after(self) -> Any:
        day = self.cleaned_data["on_or_after"]
        if day < today():
            raise forms.ValidationError(_("This day is over."))
        return day


class AgainPage(OfCohort, PreviewedPage):
    page_title = gettext_lazy("Run it again")
    template_name = "courses/sessions/plan.html"
    form_class = AgainForm
    look_label = gettext_lazy("See all dates")
    submit_label = gettext_lazy("Make this cohort")

    @property
    def led(self) -> Cohort:
        """The cohort with its version, as an action takes it."""
        return get_object_or_404(boards.cohorts_of(self.request.user), pk=self.kwargs["pk"])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [*self.above(), (_("Training sessions"), self.address(self.list_route))]

    def look(self, form: AgainForm) -> Table:
        day = form.cleaned_data["on_or_after"]
        later = preview_again(cohort=self.led, on_or_after=day, by=self.request.user)
        holidays = words.Holidays(sessions.countries_of(self.activity))
        labels = [_("Was"), _("At the place"), _("Your time"), _("Public holidays")]
        rows = [
            [
                words.at_place(one.before),
                words.span(one.says["starts_at"], one.says["ends_at"], one.says["timezone"]),
                words.of_reader(one.says["starts_at"], one.says["ends_at"], one.says["timezone"]),
                holidays.on(there_on(one.says["starts_at"], one.says["timezone"])),
            ]
            for one in later
        ]
        return simple(_("Nothing is made yet"), [Header(label) for label in labels], rows)

    def act(self, form: AgainForm) -> None:
        day = form.cleaned_data["on_or_after"]
        self.made = run_again(cohort=self.led, on_or_after=day, by=self.request.user)

    def done(self, form: AgainForm) -> str:
        return _("The new cohort is planned, with the same version and trainers, and nobody in it yet.")

    def get_success_url(self) -> str:
        return reverse("teach-sessions", args=[self.made.pk])

    def get_context(self) -> dict[str, Any]:
        told = _("Nobody is enrolled in the new cohort yet. Its trainers are invited to its sessions.")
        return super().get_context() | {"cancel_url": self.address(self.list_route), "told": told}
