"""Ask for an exchange, plan it, and say who visits, who travels and who pays."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.exchanges import planning
from courses.actions.exchanges.planning import Party
from courses.enums import ExchangeState, Mode
from courses.models import Activity, ActivityVersion, Visit
from courses.queries.exchanges.own import hotlines_of, own_visits
from courses.web.exchanges import shown
from courses.web.exchanges.forms import (
    AddVisitForm,
    ChangePlanForm,
    NewExchangeForm,
    PlanForm,
    ProgrammeForm,
    VisitForm,
    reader_zone,
)
from courses.web.exchanges.steps import OfExchange
from lms.kit.errors import Refused
from lms.web.tables import Header, Table, simple
from lms.web.views import FormPage, PageView


class NewExchangePage(FormPage):
    """A manager asks for the own hotline, which has agreed by that; staff for whoever it is."""

    allowed = staticmethod(rules.may_enter_exchanges)
    page_title = gettext_lazy("Ask for an exchange")
    form_class = NewExchangeForm
    submit_label = gettext_lazy("Ask for it")
    success_message = gettext_lazy("The exchange is requested. The other side is asked now.")

    def get_form_kwargs(self) -> dict[str, Any]:
        own = hotlines_of(self.request.user)[:2]
        visiting = own[0].pk if len(own) == 1 else None
        return {"initial": {"visiting": visiting, "zone": reader_zone(), "mode": Mode.IN_PERSON}}

    def act(self, form: NewExchangeForm) -> None:
        data = form.cleaned_data
        self.made = planning.request_exchange(
            host=data["host"], visiting=[data["visiting"]], plan=form.plan(), by=self.request.user
        )

    def get_success_url(self) -> str:
        return reverse("exchange", args=[self.made.pk])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return shown.CRUMBS()

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": reverse("exchanges")}


class PlanPage(OfExchange, FormPage):
    """Title, dates and place. Whoever sees the exchange and may not change the plan is told so."""

    allowed = staticmethod(rules.may_enter_exchanges)
    page_title = gettext_lazy("Change the plan")
    success_message = gettext_lazy("The plan is changed.")

    def get_form(self) -> Any:
        if not rules.may_plan_exchange(self.request.user, self.exchange):
            raise PermissionDenied
        made = PlanForm if self.situated.state == ExchangeState.REQUESTED else ChangePlanForm
        if self.request.method == "POST":
            return made(data=self.request.POST)
        return made(initial=PlanForm.known(version_of(self.exchange.activity)))

    def act(self, form: Any) -> None:
        note = form.cleaned_data.get("note", "")
        planning.change_plan(exchange=self.exchange, plan=form.plan(), by=self.request.user, note=note)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": self.get_success_url()}


def version_of(activity: Activity) -> ActivityVersion:
    return ActivityVersion.objects.in_force().get(activity=activity)


class ProgrammePage(OfExchange, FormPage):
    allowed = staticmethod(rules.may_enter_exchanges)
    page_title = gettext_lazy("Write the programme")
    form_class = ProgrammeForm
    success_message = gettext_lazy("The programme is saved.")

    def get_form(self) -> Any:
        if not rules.may_write_programme(self.request.user, self.exchange):
            raise PermissionDenied
        return super().get_form()

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"programme": self.exchange.programme}}

    def act(self, form: Any) -> None:
        programme = form.cleaned_data["programme"]
        planning.write_programme(exchange=self.exchange, programme=programme, by=self.request.user)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": self.get_success_url()}


class AddVisitPage(OfExchange, FormPage):
    """One more visiting hotline; all sides are asked for their yes to the plan again."""

    allowed = staticmethod(rules.may_enter_exchanges)
    page_title = gettext_lazy("Add a visiting hotline")
    form_class = AddVisitForm
    submit_label = gettext_lazy("Add it")
    success_message = gettext_lazy("The hotline is added. All sides are asked to agree to the plan.")

    def get_form(self) -> Any:
        asked = self.situated.state == ExchangeState.REQUESTED
        if not (asked and rules.may_plan_exchange(self.request.user, self.exchange)):
            raise PermissionDenied
        return super().get_form()

    def act(self, form: Any) -> None:
        hotline = form.cleaned_data["hotline"]
        planning.add_visit(exchange=self.exchange, hotline=hotline, by=self.request.user)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": self.get_success_url()}


@dataclass(frozen=True)
class Correction:
    """What a correction takes back and records anew."""

    back: list[str]
    anew: list[str]
    heads: tuple[int, int]

    def table(self) -> Table:
        headers = [Header(_("What")), Header(_("Taken back")), Header(_("Recorded"))]
        before, after = self.heads
        rows = [[_("By name"), ", ".join(self.back) or "–", ", ".join(self.anew) or "–"]]
        if before != after:
            rows.append([_("Without a name"), str(before or "–"), str(after or "–")])
        return simple(_("Attendances in the training ledger"), headers, rows)


class OfVisit:
    """For pages about a visit of the own hotlines; another's is not found."""

    request: Any
    kwargs: dict[str, Any]

    @cached_property
    def visit(self) -> Visit:
        return get_object_or_404(own_visits(self.request.user), pk=self.kwargs["pk"])

    @property
    def exchange_title(self) -> str:
        return version_of(self.visit.exchange.activity).title

    def get_success_url(self) -> str:
        return reverse("exchange", args=[self.visit.exchange_id])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [*shown.CRUMBS(), (self.exchange_title, self.get_success_url())]


class VisitPage(OfVisit, FormPage):
    """Who comes and who pays. What was counted is corrected in two steps: look, then record."""

    allowed = staticmethod(rules.may_enter_exchanges)
    template_name = "courses/exchanges/visit.html"

    def get_page_title(self) -> str:
        return _("Who comes from %(hotline)s") % {"hotline": self.visit.hotline.name}

    @property
    def counted(self) -> bool:
        return self.visit.exchange.state == ExchangeState.COUNTED

    def get_form(self) -> Any:
        if not rules.may_arrange_visit(self.request.user, self.visit):
            raise PermissionDenied
        kwargs: dict[str, Any] = {"visit": self.visit, "correcting": self.counted}
        if self.request.method == "POST":
            return VisitForm(**kwargs, data=self.request.POST)
        return VisitForm(**kwargs, initial=self.known())

    def known(self) -> dict[str, Any]:
        visit = self.visit
        return {
            "persons": list(visit.travellers.values_list("person", flat=True)),
            "heads": visit.heads,
            "funder": visit.funder.name if visit.funder else "",
            "grant_number": visit.grant_number,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.counted or "apply" in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        preview = self.correction(form.party()) if form.is_valid() else None
        return self.render(form=form, preview=preview.table() if preview else None)

    def correction(self, party: Party) -> Correction:
        before = {one.person_id: one.person.name for one in self.visit.travellers.select_related("person")}
        after = {person.pk: person.name for person in party.persons}
        return Correction(
            [name for pk, name in before.items() if pk not in after],
            [name for pk, name in after.items() if pk not in before],
            (self.visit.heads, party.heads),
        )

    def act(self, form: Any) -> None:
        note = form.cleaned_data.get("note", "")
        planning.arrange_visit(visit=self.visit, party=form.party(), by=self.request.user, note=note)
        messages.success(self.request, _("Saved."))

    def get_context(self) -> dict[str, Any]:
        return {
            "counted": self.counted,
            "submit_label": _("Show what changes") if self.counted else _("Save"),
            "cancel_url": self.get_success_url(),
        }


class LeaveView(OfVisit, PageView):
    """A press of a button: the hotline drops out, and the others go on."""

    allowed = staticmethod(rules.may_enter_exchanges)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            planning.leave(visit=self.visit, by=self.request.user)
            text = _("%(hotline)s does not take part any more.") % {"hotline": self.visit.hotline.name}
            messages.success(request, text)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        return redirect("exchange", pk=self.visit.exchange_id)
