"""Close a register after a day, or open it again; and what a cohort's attendance asks for."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.register.locking import ask_for, asked, close_after, close_now
from courses.models import Cohort
from courses.queries import registers
from courses.queries.boards import cohorts_of
from courses.web import words
from courses.web.register.base import UnderRegister
from lms.kit.errors import Refused
from lms.web.views import FormPage, show_refusal


class CloseForm(forms.Form):
    when = forms.ChoiceField(
        label=gettext_lazy("This register"),
        choices=[
            ("now", gettext_lazy("is closed now")),
            ("after", gettext_lazy("closes after a day")),
            ("open", gettext_lazy("stays open")),
        ],
        widget=forms.RadioSelect,
    )
    day = forms.DateField(
        label=gettext_lazy("Last day on which it can be changed"),
        required=False,
        help_text=gettext_lazy("In Europe/Amsterdam. Only for a register that closes after a day."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Needed to open a register that is closed. No names of others."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("when") == "after" and not cleaned.get("day") and "day" not in self.errors:
            self.add_error("day", _("Say after which day it closes."))
        return cleaned


class ClosePage(UnderRegister, FormPage):
    template_name = "courses/register/close.html"
    form_class = CloseForm

    def get_page_title(self) -> str:
        return _("Open this register again") if self.closed else _("Close this register")

    def get_form_kwargs(self) -> dict[str, Any]:
        day = self.session.locked_on
        when = "now" if day is None else "open" if self.closed else "after"
        return {"initial": {"when": when, "day": None if self.closed else day}}

    def act(self, form: Any) -> None:
        when, by = form.cleaned_data["when"], self.request.user
        if when == "now":
            close_now(session=self.session, by=by)
            return
        day = form.cleaned_data["day"] if when == "after" else None
        close_after(session=self.session, day=day, reason=form.cleaned_data["reason"], by=by)

    def get_success_url(self) -> str:
        return reverse("teach-register", args=[self.session.pk])

    def get_context(self) -> dict[str, Any]:
        known = self.session.locks.select_related("recorded_by__person")
        said = [
            {
                "who": words.who(one.recorded_by),
                "when": words.reader_time(one.recorded_at),
                "day": words.day(one.locked_on) if one.locked_on else "",
                "reason": one.reason,
            }
            for one in known
        ]
        return super().get_context() | {
            "waiting": registers.counts(self.session).waiting,
            "locks": said,
            "cancel_url": self.get_success_url(),
        }


class AskForm(forms.Form):
    sessions = forms.IntegerField(
        label=gettext_lazy("Training sessions to be at"),
        required=False,
        help_text=gettext_lazy("Left empty, one is enough."),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes at each that counts"),
        required=False,
        help_text=gettext_lazy("Left empty, any time is enough; so it is where nobody counted the minutes."),
    )


class AskPage(FormPage):
    """``look`` shows how many would have attended; only then it is saved."""

    allowed = staticmethod(rules.may_teach)
    page_title = gettext_lazy("What attendance asks for")
    template_name = "courses/register/ask.html"
    form_class = AskForm
    submit_label = gettext_lazy("Preview")
    success_message = gettext_lazy("Saved. Attendances and completions follow it.")

    @cached_property
    def cohort(self) -> Cohort:
        return get_object_or_404(cohorts_of(self.request.user), pk=self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"sessions": self.cohort.sessions_needed, "minutes": self.cohort.minutes_needed}}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        if "apply" in request.POST or not form.is_valid():
            return super().post(request, *args, **kwargs)
        try:
            then, now = asked(cohort=self.cohort, by=self.request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
            return self.render(form=form)
        return self.render(form=form, looked=True, then=then, now=now)

    def act(self, form: Any) -> None:
        ask_for(cohort=self.cohort, by=self.request.user, **form.cleaned_data)

    def get_success_url(self) -> str:
        return reverse("teach-cohort", args=[self.cohort.pk])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [
            (_("My cohorts"), reverse("teach-cohorts")),
            (self.cohort.version.title, self.get_success_url()),
        ]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": self.get_success_url()}
