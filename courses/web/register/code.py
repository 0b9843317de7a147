"""The attendance code: on the trainer's screen, and where the enrolled enter it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.register.codes import close_code, enter, open_code
from courses.actions.register.marking import Marked
from courses.enums import Presence
from courses.exports.qr import svg
from courses.models import AttendanceCode
from courses.queries import registers
from courses.queries.attendance_codes import WINDOW, code_at
from courses.web import words
from courses.web.certificates.own import person_of
from courses.web.register.base import UnderRegister
from lms.kit.errors import Refused
from lms.web.views import FormPage


class LateForm(forms.Form):
    late_after = forms.IntegerField(
        label=gettext_lazy("Late after so many minutes"),
        required=False,
        min_value=0,
        max_value=240,
        help_text=gettext_lazy("Counted from the start. Left empty, nobody is late."),
    )


class CodePage(UnderRegister, FormPage):
    """The code changes each minute; the page brings the new one by itself, or when it is loaded again."""

    page_title = gettext_lazy("Attendance code")
    template_name = "courses/register/code.html"
    form_class = LateForm
    submit_label = gettext_lazy("Show a code")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "stop" in request.POST:
            try:
                close_code(session=self.session, by=self.request.user)
            except Refused as refusal:
                messages.warning(request, refusal.sentence)
            return redirect(self.get_success_url())
        return super().post(request, *args, **kwargs)

    def act(self, form: Any) -> None:
        open_code(session=self.session, late_after=form.cleaned_data["late_after"], by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("teach-attendance-code", args=[self.session.pk])

    def get_context(self) -> dict[str, Any]:
        now = timezone.now()
        opened = AttendanceCode.objects.filter(session=self.session.pk, until__gt=now).first()
        shown: dict[str, Any] = {"opened": opened, "counts": registers.counts(self.session)}
        if opened is not None:
            code = code_at(opened, now)
            address = self.request.build_absolute_uri(reverse("attendance-code-scanned", args=[code]))
            here = self.request.build_absolute_uri(reverse("attendance-code"))
            shown |= {
                "code": f"{code[:3]} {code[3:]}",
                "qr": svg(address),
                "here": here,
                "next": WINDOW - int(now.timestamp()) % WINDOW,
                "until": words.reader_time(opened.until),
            }
        return super().get_context() | shown


class HereForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("Six letters and digits, on your trainer's screen. It changes each minute."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class HerePage(FormPage):
    """Whoever is enrolled and there enters the code; a scanned one is filled in and still to be sent."""

    allowed = staticmethod(rules.may_see_own_training)
    page_title = gettext_lazy("I am here")
    template_name = "courses/register/here.html"
    form_class = HereForm
    submit_label = gettext_lazy("I am here")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"code": self.kwargs.get("code", "")}}

    def act(self, form: Any) -> None:
        marked = enter(code=form.cleaned_data["code"], person=person_of(self.request), by=self.request.user)
        if marked is None:
            raise Refused(
                _("No training session of yours shows this code now. It changes each minute."), field="code"
            )
        messages.success(self.request, came(marked))

    def get_success_url(self) -> str:
        return reverse("attendance-code")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("My training"), reverse("me"))]


def came(marked: Marked) -> str:
    session: Any = registers.planned_sessions().get(pk=marked.mark.session_id)
    about = {"course": session.course, "when": words.reader_time(marked.mark.recorded_at)}
    if marked.repeated:
        return _("You are on the register of %(course)s already, since %(when)s.") % about
    if marked.mark.presence == Presence.LATE:
        return _("You are on the register of %(course)s, as late: %(when)s.") % about
    return _("You are on the register of %(course)s: %(when)s.") % about
