"""/verify/: anybody holds a certificate's code against the record; no page of it ever shows a name."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.actions.name_checks import check_name
from courses.queries.attendance_certificates import AttendanceStanding, attendance_by_code
from courses.queries.certificates import CertificateStanding, as_printed, by_code, revocable_by
from courses.queries.completions import day_of
from courses.web import words
from courses.web.certificates.states import sentence
from lms.web.permissions import everyone
from lms.web.views import FormPage


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("Twelve letters and digits, at the foot of the certificate."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_code(self) -> str:
        code = as_printed(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("A code is made of letters and digits."))
        return code


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Full name"),
        max_length=400,
        help_text=gettext_lazy("As on the certificate. Capitals, spaces and accents do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@method_decorator(login_not_required, name="dispatch")
class VerifyPage(FormPage):
    """Asks for a code and leads to what is known of it."""

    allowed = staticmethod(everyone)
    page_title = gettext_lazy("Check a certificate")
    template_name = "courses/certificates/ask.html"
    form_class = CodeForm
    submit_label = gettext_lazy("Check")

    def act(self, form: Any) -> None:
        self.code = form.cleaned_data["code"]

    def get_success_url(self) -> str:
        return reverse("verify-code", args=[self.code])


@method_decorator(login_not_required, name="dispatch")
class VerifyCodePage(FormPage):
    """What a certificate is worth today; a name that somebody enters is answered with yes or no."""

    allowed = staticmethod(everyone)
    template_name = "courses/certificates/verify.html"
    form_class = NameForm
    submit_label = gettext_lazy("Ask")
    standing: CertificateStanding | AttendanceStanding | None
    answer: bool | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.standing = by_code(kwargs["code"]) or attendance_by_code(kwargs["code"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.standing is None:
            return self.render(status=404)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer on the spot: an address to go on to would carry the answer or the name."""
        if self.standing is None:
            return self.render(status=404)
        form = self.get_form()
        if not (form.is_valid() and self.attempt(form, lambda: self.act(form))):
            return self.render(form=form)
        return self.render(form=NameForm())

    def act(self, form: Any) -> None:
        if self.standing is not None:
            address = get_adapter().get_client_ip(self.request)
            self.answer = check_name(standing=self.standing, name=form.cleaned_data["name"], address=address)

    def get_page_title(self) -> str:
        if self.standing is None:
            return _("No certificate has this code")
        return sentence(self.standing)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Check a certificate"), reverse("verify"))]

    def get_context(self) -> dict[str, Any]:
        standing = self.standing
        shown: dict[str, Any] = {"standing": standing, "answer": self.answer}
        if isinstance(standing, AttendanceStanding):
            shown |= {"about": about_attendance(standing), "attendance": True}
        elif standing is not None:
            shown |= {"about": self._about(standing), "may_revoke": self._may_revoke(standing)}
        return super().get_context() | shown

    def _may_revoke(self, standing: CertificateStanding) -> bool:
        certificate = standing.certificate
        mine = revocable_by(self.request.user).filter(pk=certificate.pk)
        return certificate.revoked_at is None and mine.exists()

    def _about(self, standing: CertificateStanding) -> list[tuple[str, Any]]:
        certificate = standing.certificate
        expires_on, revoked_at = certificate.expires_on, certificate.revoked_at
        revoked = [(_("Revoked on"), words.day(day_of(revoked_at)))] if revoked_at else []
        return [
            (_("Code"), certificate.code),
            (_("Course"), certificate.version.title),
            (_("Version"), certificate.version.number),
            (_("Completed on"), words.day(standing.completed_on)),
            (_("Valid until"), words.day(expires_on) if expires_on else _("without end")),
            *revoked,
        ]


def about_attendance(standing: AttendanceStanding) -> list[tuple[str, Any]]:
    """What was attended, and when it began at its place; neither the holder nor the agency."""
    return [
        (_("Code"), standing.certificate.code),
        (_("Took part in"), words.title(standing.version)),
        (_("Kind"), standing.version.kind.name),
        (_("On"), words.starts(standing.version)),
    ]
