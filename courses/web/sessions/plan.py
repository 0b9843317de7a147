"""Plan training sessions: all dates of a recurrence are shown before anything is planned."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.actions.sessions import plan_sessions
from courses.queries import sessions
from courses.web.sessions import words
from courses.web.sessions.base import OfActivity, OfCohort, OfSomething, PreviewedPage, known, mailed
from courses.web.sessions.forms import PlanForm, skipped
from lms.kit.clock import instant
from lms.kit.errors import Refused
from lms.web.tables import Header, Table, simple

PROPOSED = ("date", "time", "minutes", "zone")


class _PlanPage(OfSomething, PreviewedPage, abstract=True):
    page_title = gettext_lazy("Plan training sessions")
    template_name = "courses/sessions/plan.html"
    form_class = PlanForm
    look_label = gettext_lazy("See all dates")
    submit_label = gettext_lazy("Plan these")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [*self.above(), (_("Training sessions"), self.get_success_url())]

    def get_form_kwargs(self) -> dict[str, Any]:
        if not self.may_plan:
            raise Http404
        about = known(self.activity)
        begins = {"zone": about.timezone or settings.REPORTING_ZONE, "place": about.place[:500]}
        # What the finder of hours proposes comes by the address.
        proposed = {name: self.request.GET[name] for name in PROPOSED if name in self.request.GET}
        return {"initial": begins | proposed}

    def look(self, form: PlanForm) -> Table:
        starts = form.starts()
        if not starts:
            raise Refused(_("These dates hold no day: look at the last one."), field="until")
        holidays = words.Holidays(sessions.countries_of(self.activity))
        labels = [_("At the place"), _("Your time"), _("Public holidays"), _("To note")]
        rows = [_dates(form, local, holidays) for local in starts]
        return simple(_("Nothing is planned yet"), [Header(label) for label in labels], rows)

    def act(self, form: PlanForm) -> None:
        said = form.cleaned_data
        self.made = plan_sessions(
            activity=self.activity,
            starts=form.starts(),
            minutes=said["minutes"],
            zone=said["zone"],
            trainers=said["trainers"],
            by=self.request.user,
            **form.texts(),
        )

    def done(self, form: PlanForm) -> str:
        number = len(self.made)
        text = ngettext("%(n)s training session is planned.", "%(n)s training sessions are planned.", number)
        return text % {"n": number}

    def get_success_url(self) -> str:
        return self.address(self.list_route)

    def get_context(self) -> dict[str, Any]:
        told = mailed(sessions.told(self.activity))
        return super().get_context() | {"cancel_url": self.get_success_url(), "told": told}


class PlanCohortPage(OfCohort, _PlanPage):
    pass


class PlanActivityPage(OfActivity, _PlanPage):
    pass


def _dates(form: PlanForm, local: dt.datetime, holidays: words.Holidays) -> list[str]:
    zone, minutes = form.cleaned_data["zone"], form.cleaned_data["minutes"]
    starts_at = instant(local, zone)
    ends_at = starts_at + dt.timedelta(minutes=minutes)
    notes = [skipped(local, zone)]
    if ends_at <= timezone.now():
        notes.append(_("It is over already: nobody is told."))
    return [
        words.span(starts_at, ends_at, zone),
        words.of_reader(starts_at, ends_at, zone),
        holidays.on(local.date()),
        " ".join(note for note in notes if note) or "–",
    ]
