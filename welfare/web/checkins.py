"""/checkins/: the pulse and what surrounds it. Nothing here is kept about anybody's answers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.web.views import PageView
from welfare import rules
from welfare.actions.checkins import close_checkin
from welfare.kinds import pulse
from welfare.queries.schedules import is_waiting, reminders_of
from welfare.web.reminders import zone_of_reader


class CheckinsPage(PageView):
    """Where the card of the home page leads: check in now, or see to the reminders."""

    allowed = staticmethod(rules.may_check_in)
    page_title = gettext_lazy("Check-ins")
    template_name = "welfare/checkins.html"

    def get_context(self) -> dict[str, Any]:
        user = self.request.user
        return {
            "reminders": reminders_of(user),
            "waiting": is_waiting(user),
            "reader_zone": zone_of_reader(user),
        }


class PulsePage(PageView):
    """Five taps, turned into words that may help, and forgotten with the answer to this request."""

    allowed = staticmethod(rules.may_check_in)
    page_title = gettext_lazy("How have the last two weeks been?")
    template_name = "welfare/pulse.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        helps = pulse.helps({item.key: request.POST.get(item.key, "") for item in pulse.ITEMS})
        close_checkin(by=self.request.user)
        return self.render(done=True, helps=helps, page_title=_("Thank you for looking after yourself"))

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Check-ins"), reverse("checkins"))]

    def get_context(self) -> dict[str, Any]:
        return {"items": pulse.ITEMS}


class NotThisTimeView(PageView):
    """The reminder is put away; it looks the same as an answer afterwards."""

    allowed = staticmethod(rules.may_check_in)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        close_checkin(by=self.request.user)
        return redirect("checkins")


class WhoSeesWhatPage(PageView):
    """In plain words: who can see what, and what cannot be promised."""

    allowed = staticmethod(rules.may_check_in)
    page_title = gettext_lazy("Who sees what")
    template_name = "welfare/who_sees_what.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Check-ins"), reverse("checkins"))]
