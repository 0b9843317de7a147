"""/checkins/contact/ and /checkins/share/: asking somebody to get in touch, and handing one thing on.

What is typed travels from page to page in the form itself and is stored only when it is sent.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from lms.kit.errors import Refused
from lms.kit.tasks import nudge
from lms.outbox.tasks import send_due
from lms.web.views import PageView, show_refusal
from welfare import rules
from welfare.actions.contact import ask_contact, chosen_from, forget_ladder, withdraw
from welfare.actions.sharing import KEPT_DAYS, check_item, share
from welfare.enums import RequestState
from welfare.queries.contact import choices_for, latest_request, remembered_ladder, shown_as
from welfare.queries.local_help import help_near
from welfare.web.support_forms import ContactForm, ShareForm


@method_decorator(sensitive_post_parameters(), name="dispatch")
class ContactPage(PageView):
    """Choose people, read what to know about them, and send: the last of these alone writes anything."""

    allowed = staticmethod(rules.may_check_in)
    page_title = gettext_lazy("Contact")
    template_name = "welfare/contact.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Check-ins"), reverse("checkins"))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = self.request.user
        choices, ladder = choices_for(user), remembered_ladder(user)
        known = [number for number in ladder if number in {choice.pk for choice in choices}]
        return self.render(form=ContactForm(choices=choices, ladder=known), choices=choices, ladder=ladder)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        choices = choices_for(self.request.user)
        form = ContactForm(choices=choices, data=request.POST)
        if not form.is_valid() or "back" in request.POST:
            return self.render(form=form, choices=choices)
        try:
            return self.send_or_show(form)
        except Refused as refused:
            show_refusal(form, refused)
            return self.render(form=form, choices=choices)

    def send_or_show(self, form: ContactForm) -> HttpResponse:
        """Sent only by the page that showed what to know about exactly these people."""
        user, said = self.request.user, form.cleaned_data
        chosen = chosen_from(form.ladder, user)
        shown = shown_as(chosen)
        if self.request.POST.get("shown") != shown:
            return self.render(chosen=chosen, shown=shown, form=form)
        ask_contact(ladder=form.ladder, shown=shown, reach=said["reach"], remember=said["remember"], by=user)
        nudge(send_due)
        return redirect("checkin-contact")

    def get_context(self) -> dict[str, Any]:
        user = self.request.user
        asked = latest_request(user)
        state = asked.request.state if asked else None
        return {
            "asked": asked if state != RequestState.WITHDRAWN else None,
            "under_way": state == RequestState.OPEN,
            "in_vain": state == RequestState.UNANSWERED,
            "directory": help_near(user, self.request.GET.get("country", "")),
        }


class WithdrawView(PageView):
    allowed = staticmethod(rules.may_check_in)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        withdraw(by=self.request.user)
        return redirect("checkin-contact")


class ForgetOrderView(PageView):
    allowed = staticmethod(rules.may_check_in)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        forget_ladder(by=self.request.user)
        return redirect("checkin-contact")


@method_decorator(sensitive_post_parameters(), name="dispatch")
class SharePage(PageView):
    """One thing, posted here by the page that has it, to one person. Nothing tells of it afterwards."""

    allowed = staticmethod(rules.may_check_in)
    page_title = gettext_lazy("Hand one thing on")
    template_name = "welfare/contact_share.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Check-ins"), reverse("checkins"))]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        item = request.POST.get("item", "").replace("\r\n", "\n")
        choices = choices_for(self.request.user)
        form = ShareForm(choices=choices, data=request.POST if "to" in request.POST else None)
        try:
            check_item(item)
            if form.is_valid():
                share(item_text=item, to=int(form.cleaned_data["to"]), by=self.request.user)
                return self.render(done=True)
        except Refused as refused:
            if not form.is_bound:
                return self.render(refused=refused.sentence)
            show_refusal(form, refused)
        return self.render(item=item, form=form, choices=choices)

    def get_context(self) -> dict[str, Any]:
        return {"days": KEPT_DAYS}
