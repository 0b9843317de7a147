"""The training sessions of a cohort, or of an activity without one."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.actions.sessions import say_it_took_place
from courses.enums import ActivityStatus
from courses.models import SessionVersion
from courses.queries import sessions
from courses.web.sessions import words
from courses.web.sessions.base import OfActivity, OfCohort, OfSomething, known
from lms.kit.errors import Refused
from lms.web.tables import Cell, Header, Table, paged, simple

PAGE_SIZE = 60


class _SessionsPage(OfSomething, abstract=True):
    """All of them, cancelled ones struck. A press says that the activity took place."""

    page_title = gettext_lazy("Training sessions")
    template_name = "courses/sessions/list.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return self.above()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            say_it_took_place(activity=self.activity, by=self.request.user)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        else:
            messages.success(request, _("It is recorded that this took place."))
        return redirect(self.list_route, pk=self.kwargs["pk"])

    def rows(self) -> QuerySet[SessionVersion]:
        """Those who may plan see all of them, others those they lead."""
        found = sessions.all_of(self.activity)
        return found if self.may_plan else found.filter(session__in=sessions.run_by(self.request.user))

    def get_context(self) -> dict[str, Any]:
        about = known(self.activity)
        begun = about.starts_at is not None and about.starts_at <= timezone.now()
        return {
            "table": paged(self.rows(), table, self.request.GET, key="page", page_size=PAGE_SIZE),
            "plan_url": self.address(self.plan_route) if self.may_plan else "",
            "cohort": self.cohort,
            "over": about.ends_at is not None and about.ends_at <= timezone.now(),
            "took_place": about.status == ActivityStatus.PLANNED and begun and self.may_plan,
        }


class CohortSessionsPage(OfCohort, _SessionsPage):
    pass


class ActivitySessionsPage(OfActivity, _SessionsPage):
    pass


def table(shown: Sequence[SessionVersion]) -> Table:
    labels = [_("At the place"), _("Your time"), _("What"), _("Where"), _("Led by"), _("State")]
    return simple(_("The earliest first"), [Header(label) for label in labels], [_row(one) for one in shown])


def _row(version: SessionVersion) -> list[Any]:
    when = words.crossed_out(version, words.at_place(version))
    return [
        Cell(when, reverse("training-session", args=[version.session_id])),
        words.crossed_out(version, words.for_reader(version)),
        version.title or "–",
        version.place or (_("a call") if version.call_link else "–"),
        words.led_by(version),
        words.state(version),
    ]
