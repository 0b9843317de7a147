"""What the pages of training sessions share: whose they are, and a form that is looked at before it acts."""

import hashlib
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from courses import rules
from courses.models import Activity, ActivityVersion, Cohort, SessionVersion, TrainingSession
from courses.queries import boards, sessions
from courses.web import words
from courses.web.sessions.words import title
from lms.kit.errors import Refused
from lms.kit.tasks import nudge
from lms.kit.text import Text
from lms.outbox.tasks import send_due
from lms.web import htmx
from lms.web.tables import Table
from lms.web.views import FormPage, PageView, show_refusal


class OfSomething(PageView, abstract=True):
    """A page of the sessions of one activity, found by the address's number."""

    list_route: ClassVar[str]
    plan_route: ClassVar[str]

    def find(self) -> tuple[Activity, Cohort | None, bool]:
        """The activity, its cohort, and whether the reader plans its sessions; raises Http404."""
        raise NotImplementedError

    def above(self) -> list[tuple[str, str]]:
        """The pages above the list."""
        raise NotImplementedError

    @cached_property
    def found(self) -> tuple[Activity, Cohort | None, bool]:
        return self.find()

    @property
    def activity(self) -> Activity:
        return self.found[0]

    @property
    def cohort(self) -> Cohort | None:
        return self.found[1]

    @property
    def may_plan(self) -> bool:
        return self.found[2]

    def address(self, route: str) -> str:
        return reverse(route, args=[self.kwargs["pk"]])


class OfCohort(OfSomething, abstract=True):
    """A page of a cohort, for those who lead it."""

    allowed = staticmethod(rules.may_teach)
    list_route = "teach-sessions"
    plan_route = "teach-plan-sessions"

    def find(self) -> tuple[Activity, Cohort | None, bool]:
        led = boards.cohorts_of(self.request.user).select_related("version__course", "activity")
        cohort = get_object_or_404(led, pk=self.kwargs["pk"])
        return cohort.activity, cohort, True

    def above(self) -> list[tuple[str, str]]:
        title = self.cohort.version.title if self.cohort else ""
        return [(_("My cohorts"), reverse("teach-cohorts")), (title, self.address("teach-cohort"))]


class OfActivity(OfSomething, abstract=True):
    """A page of an activity without a cohort, for staff and for the trainers of its sessions."""

    allowed = staticmethod(rules.may_run_sessions)
    list_route = "staff-sessions"
    plan_route = "staff-plan-sessions"

    def find(self) -> tuple[Activity, Cohort | None, bool]:
        found = get_object_or_404(Activity, pk=self.kwargs["pk"], cohort__isnull=True)
        may_plan = rules.may_plan_sessions(self.request.user, found)
        if not (may_plan or sessions.run_by(self.request.user).filter(activity=found).exists()):
            raise Http404
        return found, None, may_plan

    def above(self) -> list[tuple[str, str]]:
        if not rules.may_browse_network(self.request.user):
            return [(_("My sessions"), reverse("my-sessions"))]
        return [
            (_("Activities"), reverse("staff-activities")),
            (words.title(known(self.activity)), self.address("staff-activity")),
        ]


class OfSession(PageView, abstract=True):
    """A page of one training session, for those who may change it."""

    allowed = staticmethod(rules.may_run_sessions)

    @cached_property
    def session(self) -> TrainingSession:
        return get_object_or_404(sessions.run_by(self.request.user), pk=self.kwargs["pk"])

    @cached_property
    def version(self) -> SessionVersion:
        found = sessions.titled(SessionVersion.objects.in_force().filter(session=self.session))
        return found.select_related("session").prefetch_related("session__trainers__person").get()

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [*self.above(), (title(self.version), self.session_url)]

    def above(self) -> list[tuple[str, str]]:
        user, cohort = self.request.user, Cohort.objects.filter(activity=self.session.activity_id).first()
        if cohort is not None and rules.may_lead(user, cohort):
            return [
                (_("My cohorts"), reverse("teach-cohorts")),
                (_("Training sessions"), reverse("teach-sessions", args=[cohort.pk])),
            ]
        if cohort is None:
            return [(_("Training sessions"), reverse("staff-sessions", args=[self.session.activity_id]))]
        return [(_("My sessions"), reverse("my-sessions"))]

    @property
    def session_url(self) -> str:
        return reverse("training-session", args=[self.session.pk])


class PreviewedPage(FormPage, abstract=True):
    """A form that first shows what it would do, and does that on the second press.

    What was typed between the two is shown anew before anything happens: the button carries a digest of
    what it was shown for.
    """

    look_label: ClassVar[Text] = ""

    def look(self, form: Any) -> Table:
        """What `act` would do; may raise Refused."""
        raise NotImplementedError

    def done(self, form: Any) -> str:
        """What is said once it is done."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        if not form.is_valid():
            return self.render(form=form)
        seen = seen_as(form)
        try:
            preview = self.look(form)
        except Refused as refusal:
            show_refusal(form, refusal)
            return self.render(form=form)
        if request.POST.get("apply") != seen or not self.attempt(form, lambda: self.act(form)):
            return self.render(form=form, preview=preview if form.is_valid() else None, seen=seen)
        messages.success(request, self.done(form))
        nudge(send_due)
        return htmx.see_other(request, self.get_success_url())

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"look_label": self.look_label}


def seen_as(form: forms.BaseForm) -> str:
    """A digest of what a valid form says."""
    said = sorted((name, form[name].value()) for name in form.fields)
    return hashlib.sha256(repr(said).encode()).hexdigest()


def known(activity: Activity) -> ActivityVersion:
    """What is known of it now."""
    return ActivityVersion.objects.select_related("kind").filter(activity=activity).order_by("-number")[0]


def mailed(number: int) -> str:
    """How many people a change is mailed to, in words."""
    if not number:
        return _("Nobody is enrolled and nobody leads it yet, so nobody is told.")
    return _("Mailed to everybody enrolled and to who leads it: %(n)s now.") % {"n": number}
