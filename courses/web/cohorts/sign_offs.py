"""Taking a sign-off back."""

from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.sign_offs import take_back
from courses.models import SignOff
from courses.queries.boards import sign_offs_of
from courses.web import words
from lms.web.views import FormPage


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=2000,
        help_text=gettext_lazy("It is kept with the sign-off. No names of others."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class TakeBackPage(FormPage):
    """A sign-off of one's own cohorts, given by whichever of its trainers."""

    allowed = staticmethod(rules.may_teach)
    page_title = gettext_lazy("Take a sign-off back")
    template_name = "courses/cohorts/take_back.html"
    form_class = ReasonForm
    submit_label = gettext_lazy("Take it back")
    success_message = gettext_lazy("The sign-off is taken back, and the completion with it.")

    @cached_property
    def sign_off(self) -> SignOff:
        return get_object_or_404(sign_offs_of(self.request.user), pk=self.kwargs["pk"])

    def act(self, form: Any) -> None:
        take_back(sign_off=self.sign_off, reason=form.cleaned_data["reason"], by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("teach-cohort", args=[self.sign_off.enrolment.cohort_id])

    def get_crumbs(self) -> list[tuple[str, str]]:
        cohort = self.sign_off.enrolment.cohort
        above = (cohort.version.title, reverse("teach-cohort", args=[cohort.pk]))
        return [(_("My cohorts"), reverse("teach-cohorts")), above]

    def get_context(self) -> dict[str, Any]:
        given = self.sign_off
        about = [
            (_("Who"), given.enrolment.person.name),
            (_("Course"), given.enrolment.cohort.version.title),
            (_("Signed off by"), words.who(given.recorded_by)),
            (_("Signed off"), words.reader_time(given.recorded_at)),
        ]
        return super().get_context() | {"about": about, "cancel_url": self.get_success_url()}
