"""One gathering: what is planned, who takes part in which of three ways, and what was put right."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses import rules
from courses.actions.gatherings import cancel_gathering, hold_gathering, plan_again
from courses.actions.taking_part import record_came
from courses.enums import ActivityStatus
from courses.models import Amendment, Entry, SessionVersion
from courses.queries.gatherings import Roll, RollLine, amendments_of, only_session, roll_of, trainers_of
from courses.queries.sessions import planned
from courses.web import words
from courses.web.gatherings.base import KeptPage, times
from lms.kit.errors import Refused
from lms.web.tables import Header, Table, paged, simple
from lms.web.views import FormPage

PAGE_SIZE = 200


class RoomPage(KeptPage):
    """``came`` records who was there of those expected; ``held`` that it took place."""

    allowed = staticmethod(rules.may_plan_gatherings)
    template_name = "courses/gatherings/room.html"

    def get_page_title(self) -> str:
        return words.title(self.version)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return super().get_crumbs()[:-1]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if "held" in request.POST:
                hold_gathering(activity=self.activity, by=self.request.user)
                messages.success(request, _("It is recorded as held, and the counts have it."))
            else:
                self.record_came()
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        return redirect(self.room_url)

    def record_came(self) -> None:
        sent = self.request.POST.getlist("chosen")
        chosen = [int(pk) for pk in sent if pk.isdecimal() and len(pk) < 19]
        done = record_came(activity=self.activity, chosen=chosen, by=self.request.user)
        text = ngettext("%(n)s person was there.", "%(n)s people were there.", done)
        messages.success(self.request, text % {"n": done})

    def get_context(self) -> dict[str, Any]:
        roll, version = roll_of(self.activity), self.version
        amended = amendments_of(self.activity)
        choosable = version.status != ActivityStatus.CANCELLED
        return {
            "version": version,
            "about": self.about(),
            "totals": totals(roll),
            "sentence": between(roll),
            "named": self.people(roll.named, _("By family name"), "named", choosable),
            "coded": self.people(roll.coded, _("By agency and code"), "coded", choosable),
            "heads": paged(roll.heads, heads_table, self.request.GET, key="heads", page_size=PAGE_SIZE),
            "expected": choosable and any(not one.attended for one in (*roll.named, *roll.coded)),
            "amended": amendments_table(amended) if amended else None,
            "is_planned": version.status == ActivityStatus.PLANNED,
            "is_cancelled": version.status == ActivityStatus.CANCELLED,
            "may_open_record": rules.may_browse_network(self.request.user),
            "has_desk": hasattr(self.activity, "desk"),
            "may_plan_activities": rules.may_plan_activities(self.request.user),
        }

    def people(self, lines: Sequence[RollLine], caption: str, key: str, choosable: bool) -> Table:
        return paged(
            lines,
            lambda shown: people_table(shown, caption, choosable),
            self.request.GET,
            key=key,
            page_size=PAGE_SIZE,
        )

    def about(self) -> list[tuple[str, Any]]:
        version = self.version
        session = only_session(self.activity)
        trainers = ", ".join(words.who(user) for user in trainers_of(self.activity))
        return [
            (_("Kind"), version.kind.name),
            (_("Status"), version.get_status_display()),
            *times(version),
            (_("How"), version.get_mode_display()),
            (_("Place"), version.place),
            (_("Link of the call"), session.call_link if session else None),
            (_("Country"), version.country.name if version.country else None),
            (_("Host"), version.host.name if version.host else None),
            (_("Funder"), version.funder.name if version.funder else None),
            (_("Topics"), ", ".join(version.topics)),
            (_("Trainers"), trainers),
            (_("Training sessions"), sessions(planned(self.activity))),
        ]


def sessions(found: Iterable[SessionVersion]) -> SafeString:
    """Each leads to its own page, where it is changed and its register kept."""
    links = (
        (reverse("training-session", args=[one.session_id]), words.time_in(one.starts_at, one.timezone))
        for one in found
    )
    return format_html_join("; ", '<a href="{}">{}</a>', links)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("Kept with the change. No names."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CancelPage(KeptPage, FormPage):
    allowed = staticmethod(rules.may_plan_gatherings)
    page_title = gettext_lazy("Cancel it")
    template_name = "courses/gatherings/cancel.html"
    form_class = ReasonForm
    submit_label = gettext_lazy("Cancel it")
    success_message = gettext_lazy("It is cancelled.")

    def act(self, form: Any) -> None:
        cancel_gathering(activity=self.activity, reason=form.cleaned_data["reason"], by=self.request.user)

    def get_success_url(self) -> str:
        return self.room_url

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": self.room_url, "again": False}


class PlanAgainPage(CancelPage):
    """The way back from "held" and from "cancelled"."""

    allowed = staticmethod(rules.may_plan_gatherings)
    page_title = gettext_lazy("Plan it again")
    submit_label = gettext_lazy("Plan it again")
    success_message = gettext_lazy("It is planned again.")

    def act(self, form: Any) -> None:
        plan_again(activity=self.activity, reason=form.cleaned_data["reason"], by=self.request.user)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"again": True}


def totals(roll: Roll) -> Table:
    """Three numbers apart: whoever adds them counts somebody twice."""
    headers = [
        Header(_("Known by")),
        Header(_("Expected"), numeric=True),
        Header(_("Were there"), numeric=True),
    ]
    labels = (_("name"), _("a code of their agency"), _("a head count, without names"))
    rows = [[label, total.expected, total.came] for label, total in zip(labels, roll.totals, strict=True)]
    return simple(_("Three totals that are not added together"), headers, rows)


def between(roll: Roll) -> str:
    """How many different people that is, as exactly as it can be said."""
    least, most = roll.people, roll.people + roll.uncounted
    said = {"least": least, "most": most}
    if roll.has_come:
        if least == most:
            return ngettext("%(n)s person was there.", "%(n)s people were there.", least) % {"n": least}
        return _("Between %(least)s and %(most)s people were there.") % said
    if least == most:
        return ngettext("%(n)s person is expected.", "%(n)s people are expected.", least) % {"n": least}
    return _("Between %(least)s and %(most)s people are expected.") % said


def person_of(line: RollLine) -> str:
    """The name, or the code that stands in for it."""
    return words.named(line.person) if line.person else "–"


def people_table(lines: Sequence[RollLine], caption: str, choosable: bool) -> Table:
    labels = [_("Who"), _("As"), _("Audience"), _("Enrolled"), _("Was there"), _("Change")]
    rows = [
        [
            person_of(line),
            words.organisation(line.entry),
            line.entry.get_audience_display(),
            words.day(line.enrolled.happened_on if line.enrolled else None),
            there(line, choosable),
            correct_link(line, person_of(line)),
        ]
        for line in lines
    ]
    return simple(caption, [Header(label) for label in labels], rows)


def there(line: RollLine, choosable: bool) -> SafeString | str:
    if line.attended is not None:
        return _("no") if line.attended.absent else _("yes")
    if not choosable:
        return "–"
    label = _("%(name)s was there") % {"name": person_of(line)}
    return format_html(
        '<input type="checkbox" name="chosen" value="{}" aria-label="{}">', line.participation.pk, label
    )


def heads_table(lines: Sequence[RollLine]) -> Table:
    headers = [
        Header(_("Organisation")),
        Header(_("Audience")),
        Header(_("Expected"), numeric=True),
        Header(_("Were there"), numeric=True),
        Header(_("Change")),
    ]
    rows = [
        [
            words.organisation(line.entry),
            line.entry.get_audience_display(),
            line.enrolled.headcount if line.enrolled else None,
            line.attended.headcount if line.attended else None,
            correct_link(line, words.organisation(line.entry)),
        ]
        for line in lines
    ]
    return simple(_("By organisation"), headers, rows)


def correct_link(line: RollLine, name: str) -> SafeString:
    url = reverse("gathering-correct", args=[line.participation.activity_id, line.participation.pk])
    return format_html(
        '<a href="{}" aria-label="{}">{}</a>', url, _("Correct: %(name)s") % {"name": name}, _("Correct")
    )


def amendments_table(amended: Sequence[Amendment]) -> Table:
    labels = [_("Was"), _("Is"), _("Why"), _("Corrected")]
    rows = [
        [
            words.struck(fact(one.reversal.entry)),
            fact(one.successor) if one.successor else _("nothing in its place"),
            one.reason,
            f"{words.reader_time(one.recorded_at)}, {words.who(one.recorded_by)}",
        ]
        for one in amended
    ]
    return simple(_("Each correction, the newest first"), [Header(label) for label in labels], rows)


def fact(entry: Entry) -> str:
    """One fact in a line: whom it is about, what, and as whose people."""
    without = _("%(number)s without names") % {"number": entry.headcount}
    who = words.named(entry.person) if entry.person else without
    stage = _("was absent") if entry.absent else entry.get_stage_display()
    return f"{who}: {stage}, {words.organisation(entry)}"
