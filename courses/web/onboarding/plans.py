"""Plans of onboarding: all of them, a new one, one more step."""

from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.onboarding import add_step, begin_plan
from courses.models import OnboardingPlan
from courses.queries import onboarding
from courses.queries.onboarding import PlanStanding
from courses.web import words
from courses.web.local_time import of_our_time
from lms.kit.clock import today
from lms.people.models import Hotline
from lms.web.tables import Cell, Header, Table, simple
from lms.web.views import FormPage, PageView

MOST_PEOPLE = 500


class PlansPage(PageView):
    """How far each new hotline has come, and what is next."""

    allowed = staticmethod(rules.may_plan_onboarding)
    page_title = gettext_lazy("Onboarding of hotlines")
    template_name = "courses/onboarding/plans.html"

    def get_context(self) -> dict[str, Any]:
        return {"table": plans_table(onboarding.standing(onboarding.under_way()))}


def plans_table(plans: list[PlanStanding]) -> Table:
    headers = [
        Header(_("Hotline")),
        Header(_("Begun")),
        Header(_("Steps done")),
        Header(_("Past their day"), numeric=True),
        Header(_("Next")),
    ]
    return simple(_("Open plans, the newest first"), headers, [_plan(one) for one in plans])


def _plan(one: PlanStanding) -> list[Any]:
    done = _("%(done)s of %(all)s") % {"done": one.done, "all": len(one.steps)}
    following = what(one.next_step) if one.next_step else _("nothing: it can be closed")
    url = reverse("staff-onboarding-plan", args=[one.plan.pk])
    return [
        Cell(one.plan.hotline.name, url),
        words.day(one.plan.started_on),
        done,
        Cell(one.late, "", True),
        following,
    ]


def what(standing: onboarding.StepStanding) -> str:
    """What a step asks for, in words."""
    step = standing.step
    if step.course is None:
        return step.text
    told = {"course": step.text or step.course.slug, "reached": standing.reached, "wanted": standing.wanted}
    return _("%(course)s: %(reached)s of %(wanted)s hold its certificate") % told


class NewPlanForm(forms.Form):
    hotline = forms.ModelChoiceField(label=gettext_lazy("Hotline"), queryset=Hotline.objects.order_by("name"))
    started_on = forms.DateField(
        label=gettext_lazy("Begins on"),
        initial=today,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[of_our_time],
    )
    people = forms.IntegerField(
        label=gettext_lazy("People who will assess reports"),
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=2,
        help_text=gettext_lazy("So many are to hold a certificate of each course chosen."),
    )
    courses = forms.MultipleChoiceField(
        label=gettext_lazy("Courses"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown: dict[str, Any] = self.fields
        shown["courses"].choices = [(one.course_id, one.title) for one in onboarding.courses_to_plan()]


class NewPlanPage(FormPage):
    allowed = staticmethod(rules.may_plan_onboarding)
    page_title = gettext_lazy("Begin an onboarding plan")
    form_class = NewPlanForm
    submit_label = gettext_lazy("Begin")
    success_message = gettext_lazy("The plan is there with its usual steps. Change them as you like.")
    made: OnboardingPlan

    def act(self, form: Any) -> None:
        said = form.cleaned_data
        chosen = {str(one.course_id): one.course for one in onboarding.courses_to_plan()}
        self.made = begin_plan(
            hotline=said["hotline"],
            started_on=said["started_on"],
            courses={chosen[pk]: said["people"] for pk in said["courses"]},
            by=self.request.user,
        )

    def get_success_url(self) -> str:
        return reverse("staff-onboarding-plan", args=[self.made.pk])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Onboarding of hotlines"), reverse("staff-onboarding"))]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": reverse("staff-onboarding")}


class StepForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("What is to be done"), max_length=300, required=False)
    due_on = forms.DateField(
        label=gettext_lazy("Due on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[of_our_time],
    )
    course = forms.ChoiceField(
        label=gettext_lazy("Or a course"),
        required=False,
        help_text=gettext_lazy("It is done when enough people hold its certificate; nobody ticks it."),
    )
    people = forms.IntegerField(
        label=gettext_lazy("How many people"), required=False, min_value=1, max_value=MOST_PEOPLE
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown: dict[str, Any] = self.fields
        courses = [(str(one.course_id), one.title) for one in onboarding.courses_to_plan()]
        shown["course"].choices = [("", _("no course")), *courses]


class AddStepPage(FormPage):
    allowed = staticmethod(rules.may_plan_onboarding)
    page_title = gettext_lazy("Add a step")
    form_class = StepForm
    submit_label = gettext_lazy("Add")
    success_message = gettext_lazy("The step is added.")

    @cached_property
    def plan(self) -> OnboardingPlan:
        return get_object_or_404(OnboardingPlan.objects.select_related("hotline"), pk=self.kwargs["pk"])

    def act(self, form: Any) -> None:
        said = form.cleaned_data
        course = onboarding.course_of(int(said["course"])) if said["course"] else None
        title = dict(form.fields["course"].choices).get(said["course"], "")
        add_step(
            plan=self.plan,
            text=str(title) if course else said["text"],
            due_on=said["due_on"],
            course=course,
            people=said["people"],
            by=self.request.user,
        )

    def get_success_url(self) -> str:
        return reverse("staff-onboarding-plan", args=[self.plan.pk])

    def get_crumbs(self) -> list[tuple[str, str]]:
        above = (self.plan.hotline.name, self.get_success_url())
        return [(_("Onboarding of hotlines"), reverse("staff-onboarding")), above]

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": self.get_success_url()}
