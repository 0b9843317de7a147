"""Saying which grants paid: for an activity, and for the visits of an exchange."""

from typing import Any

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.exchanges.counting import payers_of
from courses.actions.exchanges.funding import fund_visits, payers_mark
from courses.actions.funding import fund_activity, funding_mark
from courses.enums import ExchangeState
from courses.models import Activity, ActivityVersion
from courses.queries.grants import Names, fundings_of
from courses.web import words
from courses.web.exchanges.steps import OfExchange
from courses.web.grants.forms import PayersForm, VisitorsForm, known_of, paid_by_words
from courses.web.seen import SeenPage
from lms.web.tables import Header, Table, simple


class ActivityGrantsPage(SeenPage):
    allowed = staticmethod(rules.may_keep_grants)
    page_title = gettext_lazy("Which grants paid")
    template_name = "courses/grants/of_activity.html"
    form_class = PayersForm
    success_message = gettext_lazy("Saved. Counts by grant have it from now on.")

    @cached_property
    def version(self) -> ActivityVersion:
        versions = ActivityVersion.objects.in_force().select_related("activity", "kind")
        return get_object_or_404(versions, activity=self.kwargs["pk"])

    def get_success_url(self) -> str:
        return reverse("staff-activity", args=[self.version.activity_id])

    def get_crumbs(self) -> list[tuple[str, str]]:
        above = (_("Activities"), reverse("staff-activities"))
        return [above, (words.title(self.version), self.get_success_url())]

    def mark(self) -> str:
        return funding_mark(self.version.activity)

    def known(self) -> list[tuple[str, Any]]:
        return [(_("Paid by"), paid_by_words(self.version.activity))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": known_of(self.version.activity)}

    def act(self, form: PayersForm) -> None:
        activity, by = self.version.activity, self.request.user
        fund_activity(activity=activity, payers=form.paid_by(), seen=self.seen, by=by)

    def get_context(self) -> dict[str, Any]:
        history = fundings_table(self.version.activity)
        return super().get_context() | {"history": history, "cancel_url": self.get_success_url()}


def fundings_table(activity: Activity) -> Table:
    """Who paid, as it was recorded; of visitors without names."""
    said = fundings_of(activity)
    names = Names.of(said)
    headers = [Header(label) for label in (_("Recorded"), _("By whom"), _("For"), _("Paid by"))]
    rows = [
        [
            words.reader_time(one.recorded_at),
            words.who(one.recorded_by),
            _("a visitor") if one.participation_id else _("the activity"),
            ", ".join(names.said(one)) or _("nobody in particular"),
        ]
        for one in said
    ]
    return simple(_("What was said of it, the latest first"), headers, rows)


class ExchangeGrantsPage(OfExchange, SeenPage):
    """Of an exchange that counts already it is a correction, with a reason."""

    allowed = staticmethod(rules.may_keep_grants)
    page_title = gettext_lazy("Which grants pay for the visits")
    template_name = "courses/grants/of_exchange.html"

    @property
    def counted(self) -> bool:
        return bool(self.exchange.state == ExchangeState.COUNTED)

    def get_form(self) -> VisitorsForm:
        kwargs: dict[str, Any] = {"visits": self.exchange.coming, "correcting": self.counted}
        if self.request.method == "POST":
            return VisitorsForm(**kwargs, data=self.request.POST)
        return VisitorsForm(**kwargs, initial=self.chosen())

    @property
    def planned(self) -> dict[str, Any]:
        """Each visit and traveller by the name of its field."""
        found: dict[str, Any] = {}
        for visit in self.exchange.coming:
            found[f"visit_{visit.pk}"] = visit
            found |= {f"traveller_{one.pk}": one for one in visit.persons}
        return found

    def chosen(self) -> dict[str, str]:
        return {name: _key(one) for name, one in self.planned.items()}

    def mark(self) -> str:
        return payers_mark(self.planned.values())

    def known(self) -> list[tuple[Any, Any]]:
        fields: dict[str, Any] = VisitorsForm(visits=self.exchange.coming, correcting=False).fields
        return [(fields[name].label, dict(fields[name].choices)[key]) for name, key in self.chosen().items()]

    def act(self, form: VisitorsForm) -> None:
        note = form.cleaned_data.get("note", "")
        by = self.request.user
        fund_visits(exchange=self.exchange, payers=form.said(), by=by, note=note, seen=self.seen)
        messages.success(self.request, _("Saved."))

    def get_context(self) -> dict[str, Any]:
        context = super().get_context()
        activity_url = reverse("staff-activity-grants", args=[self.exchange.activity_id])
        return context | {
            "counted": self.counted,
            "activity_url": activity_url,
            "cancel_url": self.get_success_url(),
        }


def _key(planned: Any) -> str:
    said = payers_of(planned)
    if said.work_packages:
        return f"w{planned.work_package_id}"
    return f"g{planned.grant_id}" if said.grants else ""
