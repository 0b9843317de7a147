"""/checkins/: the pulse and what surrounds it. Answers are forgotten, or sealed for their owner alone."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from lms.kit.errors import Refused
from lms.people.actions.own_keys import take_words
from lms.people.queries.own_keys import are_lost, has_words
from lms.web.accounts.words import TakeWordsForm, offered
from lms.web.views import PageView, show_refusal
from welfare import rules
from welfare.actions.checkins import close_checkin
from welfare.actions.sealed import check_answers, keep
from welfare.kinds import pulse
from welfare.queries.local_help import help_near
from welfare.queries.schedules import is_waiting, reminders_of
from welfare.web.reminders import zone_of_reader

# What the choice of the page says; whatever else is sent keeps nothing.
KEEP_SEALED = "sealed"


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
            "may_keep": rules.may_keep(user),
        }


@method_decorator(sensitive_post_parameters(), name="dispatch")
class PulsePage(PageView):
    """Five taps, turned into words that may help, and forgotten with the answer to this request.

    Who chooses to keep them, and has no six words yet, takes these on the way: the taps are in the page
    meanwhile and nowhere else.
    """

    allowed = staticmethod(rules.may_check_in)
    page_title = gettext_lazy("How have the last two weeks been?")
    template_name = "welfare/pulse.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answers = pulse.answered(request.POST)
        if request.POST.get("keep") != KEEP_SEALED:
            return self.finish(answers)
        form = TakeWordsForm(request.POST if "ticket" in request.POST else None)
        try:
            check_answers(answers=answers, by=self.request.user)
            if not has_words(self.request.user) and not self.took_words(form):
                return self.offer(answers, form)
            keep(answers=answers, by=self.request.user)
        except Refused as refused:
            return self.refuse(answers, form, refused)
        return self.finish(answers, kept=True)

    def finish(self, answers: dict[str, str], **told: Any) -> HttpResponse:
        """What is kept is committed by now: ended here, a notice too many is all that is left."""
        close_checkin(by=self.request.user)
        title = _("Thank you for looking after yourself")
        told |= {"helps": pulse.helps(answers), "directory": help_near(self.request.user)}
        return self.render(done=True, page_title=title, **told)

    def took_words(self, form: TakeWordsForm) -> bool:
        if not form.is_valid():
            return False
        take_words(by=self.request.user, **form.cleaned_data)
        return True

    def offer(self, answers: dict[str, str], form: TakeWordsForm) -> HttpResponse:
        user = self.request.user
        offer = offered(form, user)
        form = form.with_ticket(offer.ticket(user))
        title = _("Six words first")
        words, lost = offer.words.split(), are_lost(user)
        return self.render(answers=answers, form=form, words=words, lost=lost, page_title=title)

    def refuse(self, answers: dict[str, str], form: TakeWordsForm, refused: Refused) -> HttpResponse:
        if form.is_bound and not has_words(self.request.user):
            show_refusal(form, refused)
            return self.offer(answers, form)
        return self.finish(answers, refused=refused.sentence)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Check-ins"), reverse("checkins"))]

    def get_context(self) -> dict[str, Any]:
        return {"items": pulse.ITEMS, "may_keep": rules.may_keep(self.request.user)}


class NotThisTimeView(PageView):
    """The reminder is put away; it looks the same as an answer afterwards."""

    allowed = staticmethod(rules.may_check_in)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        close_checkin(by=self.request.user)
        return redirect("checkins")


class WhoSeesWhatPage(PageView):
    """In plain words: who runs this, who can see what, and what cannot be promised."""

    allowed = staticmethod(rules.may_check_in)
    page_title = gettext_lazy("Who sees what")
    template_name = "welfare/who_sees_what.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Check-ins"), reverse("checkins"))]

    def get_context(self) -> dict[str, Any]:
        told = {"run_by": settings.RUN_BY, "is_demo": settings.DEMO}
        return {"may_keep": rules.may_keep(self.request.user)} | told
