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
from welfare.enums import Group, OccurrenceState
from welfare.models import Occurrence, Schedule
from welfare.queries.schedules import Reminders, dates_offered, proposed_to, reminders_of, schedule_of
from welfare.web.forms import LeaveForm, RemindersForm
from welfare.web.notices import mail_of
from welfare.web.words import fields_of, groups_of_one, groups_said


def offered(user: User, proposal: Mapping[str, Any]) -> Schedule:
    """What the form shows without reminders: all of it as proposed, in the zone somebody reads times in."""
    return Schedule(user_id=user.pk, zone=zone_of_reader(user), follows=Group.values, **proposal)


def zone_of_reader(user: User) -> str:
    return user.zone or reporting_zone().key


class RemindersPage(FormPage):
    """The settings with what follows from them: the next dates, and what became of the latest ones.

    Who has none is shown first what is proposed, with its dates: one press takes it.
    """

    allowed = staticmethod(rules.may_check_in)
    page_title = gettext_lazy("Reminders")
    template_name = "welfare/reminders.html"
    form_class = RemindersForm
    reminders: Reminders | None

    def get_form_kwargs(self) -> dict[str, Any]:
        user = self.request.user
        self.reminders, self.proposal = reminders_of(user), proposed_to(user)
        self.schedule = self.reminders.schedule if self.reminders else offered(user, self.proposal)
        return {"schedule": self.schedule, "proposal": self.proposal}

    def act(self, form: RemindersForm) -> None:
        set_reminders(by=self.request.user, **form.wishes())
        messages.success(self.request, form.told())

    def get_success_url(self) -> str:
        return reverse("checkin-reminders")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Check-ins"), reverse("checkins"))]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "as-proposed" in request.POST:
            return self.take_proposal()
        return self.post_leave() if "add-leave" in request.POST else super().post(request, *args, **kwargs)

    def take_proposal(self) -> HttpResponse:
        """Begun as proposed; pressed again by somebody who has reminders, it changes nothing of them."""
        if schedule_of(self.request.user) is None:
            set_reminders(by=self.request.user, zone=zone_of_reader(self.request.user))
        messages.success(self.request, _("Reminders are on. The next dates are below."))
        return redirect("checkin-reminders")

    def post_leave(self) -> HttpResponse:
        leave = LeaveForm(self.request.POST, prefix="leave")
        if leave.is_valid() and self.attempt(leave, lambda: self.act_on_leave(leave)):
            return redirect("checkin-reminders")
        return self.render(form=self.form_class(**self.get_form_kwargs()), leave_form=leave)

    def act_on_leave(self, leave: LeaveForm) -> None:
        add_leave(by=self.request.user, **leave.cleaned_data)
        messages.success(self.request, _("Noted. No reminder comes on these days."))

    def get_context(self) -> dict[str, Any]:
        label = _("Save") if self.reminders else _("Switch them on like this")
        return {
            "reminders": self.reminders,
            "reader_zone": zone_of_reader(self.request.user),
            "leave_form": LeaveForm(prefix="leave"),
            "submit_label": label,
            **(what_came(self.reminders) if self.reminders else what_is_offered(self.schedule)),
        }


def what_came(reminders: Reminders) -> dict[str, Any]:
    """By which settings, and the latest of them, each with what became of its mail where it was told."""
    latest = [(one, mail_of_told(one)) for one in reminders.latest]
    return {"said": groups_of_one(reminders.schedule), "latest": latest}


def what_is_offered(schedule: Schedule) -> dict[str, Any]:
    return {"said": groups_said(fields_of(schedule)), "offered": dates_offered(schedule)}


def mail_of_told(occurrence: Occurrence) -> str:
    """'' for one that was not told: it has no mail."""
    if occurrence.state in (OccurrenceState.PLANNED, OccurrenceState.SKIPPED):
        return ""
    return mail_of(next(iter(occurrence.deliveries.all()), None))


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
