"""Certificates of others: downloaded by staff, revoked by staff and by the trainer of the cohort."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.certificates import revoke_certificate
from courses.queries.certificates import load, of_person, revocable_by
from courses.web import words
from courses.web.certificates.own import certificate_file
from lms.people.models import Person
from lms.people.rules import may_enter_staff
from lms.web.views import FormPage, PageView


class PersonCertificate(PageView):
    allowed = staticmethod(rules.may_browse_network)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = get_object_or_404(Person, pk=kwargs["person"])
        return certificate_file(request, of_person(person, own=False), kwargs["pk"])


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=2000,
        help_text=gettext_lazy(
            "The holder reads this; whoever checks the code does not. No names of others, and nothing"
            " about the content of public reports."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RevokePage(FormPage):
    """Revoking is for good: the completion stays in the ledger, its certificate is worth nothing."""

    allowed = staticmethod(rules.may_revoke_certificates)
    page_title = gettext_lazy("Revoke a certificate")
    template_name = "courses/certificates/revoke.html"
    form_class = RevokeForm
    submit_label = gettext_lazy("Revoke for good")
    success_message = gettext_lazy("The certificate is revoked.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if rules.may_revoke_certificates(request.user):
            found = get_object_or_404(revocable_by(self.request.user), pk=kwargs["pk"])
            self.standing = load(type(found).objects.filter(pk=found.pk))[0]
        return super().dispatch(request, *args, **kwargs)

    def act(self, form: Any) -> None:
        certificate = self.standing.certificate
        revoke_certificate(certificate=certificate, reason=form.cleaned_data["reason"], by=self.request.user)

    def get_success_url(self) -> str:
        if may_enter_staff(self.request.user) and not self.standing.unseen:
            return reverse("staff-person", args=[self.standing.certificate.person_id])
        return reverse("verify-code", args=[self.standing.certificate.code])

    def get_context(self) -> dict[str, Any]:
        certificate = self.standing.certificate
        about = [
            (gettext_lazy("Holder"), words.holder(self.standing.holder, self.standing.unseen)),
            (gettext_lazy("Course"), certificate.version.title),
            (gettext_lazy("Completed on"), words.day(self.standing.completed_on)),
            (gettext_lazy("Code"), certificate.code),
        ]
        return super().get_context() | {"about": about, "cancel_url": self.get_success_url()}
