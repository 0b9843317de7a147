"""/checkins/reminders/mail/: where the mails of reminders go, chosen by that login alone."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.errors import Refused
from lms.web.views import FormPage, PageView
from welfare import rules
from welfare.actions.deliveries import choose_mail, send_test
from welfare.models import Schedule
from welfare.queries.schedules import schedule_of
from welfare.web.forms import MailForm


class MailPage(FormPage):
    """Only for who has reminders: the others are shown where to switch them on."""

    allowed = staticmethod(rules.may_check_in)
    page_title = gettext_lazy("Mails")
    submit_label = gettext_lazy("Save")
    template_name = "welfare/mail.html"
    form_class = MailForm

    @cached_property
    def schedule(self) -> Schedule | None:
        return schedule_of(self.request.user)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().get(request) if self.schedule else redirect("checkin-reminders")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request) if self.schedule else redirect("checkin-reminders")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"schedule": self.schedule}

    def act(self, form: MailForm) -> None:
        choose_mail(by=self.request.user, **form.wishes())
        messages.success(self.request, _("Saved."))

    def get_success_url(self) -> str:
        return reverse("checkin-mail")

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"schedule": self.schedule}

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Check-ins"), reverse("checkins")), (_("Reminders"), reverse("checkin-reminders"))]


class TestMailView(PageView):
    """A press of the button: the mail of a reminder, at once."""

    allowed = staticmethod(rules.may_check_in)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            send_test(by=self.request.user)
            messages.success(request, _("The mail server has taken a message for you."))
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("checkin-mail")
