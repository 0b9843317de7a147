"""/teach/cohorts/<pk>/slots/: an hour that suits most, and whose turn the early or late one is."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.kinds.slots import Group, Local, Slot, propose
from courses.queries.slots import groups
from courses.web.local_time import of_our_time
from courses.web.sessions import words
from courses.web.sessions.base import OfCohort, known
from lms.kit.clock import today
from lms.web.accounts.forms import DayInput
from lms.web.tables import Header, Table, simple


class SlotForm(forms.Form):
    week = forms.DateField(
        label=gettext_lazy("In the week of"),
        widget=DayInput,
        validators=[of_our_time],
        help_text=gettext_lazy("Any day of it."),
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=15, max_value=480)


@dataclass(frozen=True)
class Proposal:
    """A slot as a card: when for the reader, in a sentence, for each zone, and where to plan it."""

    title: str
    sentence: str
    table: Table
    url: str


class SlotsPage(OfCohort):
    """Asked by the address, so that a proposal can be passed on; asked nothing, next week is looked at."""

    page_title = gettext_lazy("Find an hour")
    template_name = "courses/sessions/slots.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = {"week": today() + dt.timedelta(weeks=1), "minutes": 90}
        form = SlotForm(request.GET) if "week" in request.GET else SlotForm(asked)
        people = groups(self.cohort) if self.cohort else []
        return self.render(form=form, groups=people, proposals=self.proposals(form, people))

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [*self.above(), (_("Training sessions"), self.address(self.list_route))]

    def proposals(self, form: SlotForm, people: list[Group]) -> list[Proposal]:
        if not form.is_valid():
            return []
        week, minutes = form.cleaned_data["week"], form.cleaned_data["minutes"]
        monday = week - dt.timedelta(days=week.weekday())
        zone = known(self.activity).timezone or settings.REPORTING_ZONE
        plan = self.address(self.plan_route)
        found = propose(people, monday, minutes, after=timezone.now())
        return [_proposal(slot, zone, minutes, plan) for slot in found]


def _proposal(slot: Slot, zone: str, minutes: int, plan: str) -> Proposal:
    there = slot.starts_at.astimezone(ZoneInfo(zone))
    asked = {"date": f"{there:%Y-%m-%d}", "time": f"{there:%H:%M}", "minutes": minutes, "zone": zone}
    headers = [Header(_("Time zone")), Header(_("People"), numeric=True), Header(_("Their time"))]
    headers += [Header(_("How it is")), Header(_("Unsocial hours so far"), numeric=True)]
    title = words.span(slot.starts_at, slot.ends_at, timezone.get_current_timezone_name())
    return Proposal(
        title=title,
        sentence=_sentence(slot),
        table=simple(
            _("Each time zone's local time, %(slot)s") % {"slot": title},
            headers,
            [_row(one) for one in slot.locals],
        ),
        url=f"{plan}?{urlencode(asked)}",
    )


def _sentence(slot: Slot) -> str:
    everybody = sum(one.group.people for one in slot.locals)
    within = slot.people_within
    if within == everybody:
        return _("Within the working hours of all.")
    text = _("Within the working hours of %(n)s of %(all)s.")
    return text % {"n": within, "all": everybody}


def _row(one: Local) -> list[Any]:
    ends = f"{one.ends:%H:%M}" if one.ends.date() == one.starts.date() else words.local(one.ends)
    return [
        one.group.zone,
        one.group.people,
        f"{words.local(one.starts)} – {ends}",
        _("outside working hours") if one.is_unsocial else _("within working hours"),
        one.group.unsocial,
    ]
