"""/checkins/reminders/: when somebody wishes to be reminded, changed by that login alone."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.clock import reporting_zone
from lms.people.models import User
from lms.web.views import FormPage, PageView
from welfare import rules
from welfare.actions.schedules import add_leave, remove_leave, resume, set_reminders, stop_reminders
from welfare.enums import Group
from welfare.models import Schedule
from welfare.queries.schedules import proposed_to, reminders_of
from welfare.web.forms import LeaveForm, RemindersForm


def offered(user: User, proposal: Mapping[str, Any]) -> Schedule:
    """What the form shows without reminders: all of it as proposed, in the zone somebody reads times in."""
    return Schedule(user_id=user.pk, zone=zone_of_reader(user), follows=Group.values, **proposal)


def zone_of_reader(user: User) -> str:
    return user.zone or reporting_zone().key


class RemindersPage(FormPage):
    """The settings with what follows from them: the next dates, and what became of the latest ones."""

    allowed = staticmethod(rules.may_check_in)
    page_title = gettext_lazy("Reminders")
    template_name = "welfare/reminders.html"
    form_class = RemindersForm

    def get_form_kwargs(self) -> dict[str, Any]:
        user = self.request.user
        self.reminders, proposal = reminders_of(user), proposed_to(user)
        schedule = self.reminders.schedule if self.reminders else offered(user, proposal)
        return {"schedule": schedule, "proposal": proposal}

    def act(self, form: RemindersForm) -> None:
        set_reminders(by=self.request.user, **form.wishes())
        messages.success(self.request, _("Saved. The next dates are below."))

    def get_success_url(self) -> str:
        return reverse("checkin-reminders")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Check-ins"), reverse("checkins"))]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.post_leave() if "add-leave" in request.POST else super().post(request, *args, **kwargs)

    def post_leave(self) -> HttpResponse:
        leave = LeaveForm(self.request.POST, prefix="leave")
        if leave.is_valid() and self.attempt(leave, lambda: self.act_on_leave(leave)):
            return redirect("checkin-reminders")
        return self.render(form=self.form_class(**self.get_form_kwargs()), leave_form=leave)

    def act_on_leave(self, leave: LeaveForm) -> None:
        add_leave(by=self.request.user, **leave.cleaned_data)
        messages.success(self.request, _("Noted. No reminder comes on these days."))

    def get_context(self) -> dict[str, Any]:
        label = _("Save") if self.reminders else _("Switch reminders on")
        return {
            "reminders": self.reminders,
            "reader_zone": zone_of_reader(self.request.user),
            "leave_form": LeaveForm(prefix="leave"),
            "submit_label": label,
        }


class RemoveLeaveView(PageView):
    allowed = staticmethod(rules.may_check_in)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        remove_leave(by=self.request.user, leave=kwargs["leave"])
        return redirect("checkin-reminders")


class ResumeView(PageView):
    allowed = staticmethod(rules.may_check_in)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        resume(by=self.request.user)
        messages.success(request, _("The pause is over. The next dates are below."))
        return redirect("checkin-reminders")


class StopPage(PageView):
    """Asks once, since nothing that could be put back is kept; then nothing is left of the reminders."""

    allowed = staticmethod(rules.may_check_in)
    page_title = gettext_lazy("Stop reminders")
    template_name = "welfare/stop.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        stop_reminders(by=self.request.user)
        messages.success(request, _("Reminders are off, and nothing of them is kept."))
        return redirect("checkins")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return crumbs_of_reminders()


def crumbs_of_reminders() -> list[tuple[str, str]]:
    return [(_("Check-ins"), reverse("checkins")), (_("Reminders"), reverse("checkin-reminders"))]
