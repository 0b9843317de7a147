"""One plan: its steps, for staff who make it and for the manager of the hotline it is about."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.onboarding import close_plan, remove_step, reopen_plan, tick
from courses.models import OnboardingPlan
from courses.queries import onboarding
from courses.queries.onboarding import PlanStanding, StepStanding
from courses.web import words
from courses.web.onboarding.plans import what
from lms.kit.errors import Refused
from lms.people.queries.hotlines import managed_by
from lms.people.rules import may_enter_hotline
from lms.web import htmx
from lms.web.views import PageView


class PlanPage(PageView, abstract=True):
    """Each step with a button of its own; a press says which one in its value."""

    template_name = "courses/onboarding/plan.html"

    def get_plans(self) -> QuerySet[OnboardingPlan]:
        raise NotImplementedError

    @cached_property
    def standing(self) -> PlanStanding:
        found = get_object_or_404(self.get_plans())
        return onboarding.standing(OnboardingPlan.objects.filter(pk=found.pk))[0]

    def get_page_title(self) -> str:
        return _("Onboarding of %(hotline)s") % {"hotline": self.standing.plan.hotline.name}

    def get_context(self) -> dict[str, Any]:
        return {
            "standing": self.standing,
            "steps": [(one, what(one), about(one)) for one in self.standing.steps],
            "begun": words.day(self.standing.plan.started_on),
            "may_plan": rules.may_plan_onboarding(self.request.user),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        plan, by = self.standing.plan, self.request.user
        try:
            for name in ("done", "undone", "remove"):
                if name in request.POST:
                    self._step(name, request.POST[name])
            if "close" in request.POST:
                close_plan(plan=plan, by=by)
            if "reopen" in request.POST:
                reopen_plan(plan=plan, by=by)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        return htmx.see_other(request, request.path)

    def _step(self, name: str, sent: str) -> None:
        found = next((one.step for one in self.standing.steps if str(one.step.pk) == sent), None)
        if found is None:
            raise Refused(_("This step is not in the plan any more."))
        if name == "remove":
            remove_step(step=found, by=self.request.user)
        else:
            tick(step=found, done=name == "done", by=self.request.user)


def about(one: StepStanding) -> str:
    """Until when, or by whom it was said to be done."""
    step = one.step
    if step.done_at is not None:
        return _("done: %(name)s, %(time)s") % {
            "name": words.who(step.done_by),
            "time": words.reader_time(step.done_at),
        }
    if one.done:
        return _("done")
    if step.due_on is None:
        return _("no day is set")
    day = {"day": words.day(step.due_on)}
    return _("was due on %(day)s") % day if one.late else _("due on %(day)s") % day


class StaffPlanPage(PlanPage):
    allowed = staticmethod(rules.may_plan_onboarding)

    def get_plans(self) -> QuerySet[OnboardingPlan]:
        return OnboardingPlan.objects.filter(pk=self.kwargs["pk"])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Onboarding of hotlines"), reverse("staff-onboarding"))]


class OwnPlanPage(PlanPage):
    """The open plan of a manager's own hotline; another's is not found."""

    allowed = staticmethod(may_enter_hotline)

    def get_plans(self) -> QuerySet[OnboardingPlan]:
        hotline = get_object_or_404(managed_by(self.request.user), pk=self.kwargs["pk"])
        return onboarding.of_hotline(hotline)

    def get_crumbs(self) -> list[tuple[str, str]]:
        hotline = self.standing.plan.hotline
        return [(hotline.name, reverse("own-hotline", args=[hotline.pk]))]
