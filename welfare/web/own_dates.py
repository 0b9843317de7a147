"""/checkins/put-off/ and /checkins/reminders/dates/: dates that somebody asks for."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.web.views import FormPage, PageView
from welfare import rules
from welfare.actions.events import add_own_date, put_off, remove_own_date
from welfare.queries.schedules import local_time
from welfare.web.forms import OwnDateForm, PutOffForm
from welfare.web.reminders import crumbs_of_reminders


class PutOffPage(FormPage):
    """The open reminder comes again later; from then on it looks like one that was answered."""

    allowed = staticmethod(rules.may_check_in)
    page_title = gettext_lazy("Later")
    form_class = PutOffForm
    submit_label = gettext_lazy("Remind me then")

    def get_form_kwargs(self) -> dict[str, Any]:
        here = local_time(self.request.user)
        return {"now": here.now, "at": here.at, "zone": here.zone}

    def act(self, form: PutOffForm) -> None:
        put_off(local=form.local(), by=self.request.user)
        told = _("Noted for %(moment)s. Until then nothing waits for you.")
        messages.success(self.request, told % {"moment": date_format(form.local(), "l j F, H:i")})

    def get_success_url(self) -> str:
        return reverse("checkins")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Check-ins"), reverse("checkins"))]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": reverse("checkins")}


class OwnDatePage(FormPage):
    allowed = staticmethod(rules.may_check_in)
    page_title = gettext_lazy("Remind me on a day I choose")
    form_class = OwnDateForm
    submit_label = gettext_lazy("Remind me then")
    success_message = gettext_lazy("Noted. The date is below.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"zone": local_time(self.request.user).zone}

    def act(self, form: OwnDateForm) -> None:
        add_own_date(local=form.local(), by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("checkin-reminders")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return crumbs_of_reminders()

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": reverse("checkin-reminders")}


class RemoveOwnDateView(PageView):
    allowed = staticmethod(rules.may_check_in)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        remove_own_date(occurrence=kwargs["occurrence"], by=self.request.user)
        return redirect("checkin-reminders")
