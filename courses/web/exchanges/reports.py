"""The report of a visit, its costs, and the library of lessons learnt."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.exchanges import reporting
from courses.enums import ExchangeState
from courses.models import Cost, VisitReport
from courses.queries.exchanges.own import own_visits, standing_costs
from courses.queries.exchanges.reports import library
from courses.web import words
from courses.web.exchanges.forms import CostForm, ReportForm
from courses.web.exchanges.planning import OfVisit
from lms.web.tables import Cell, Header, Pager, Table, address, simple
from lms.web.views import FormPage, PageView

PAGE_SIZE = 10


class ReportPage(OfVisit, FormPage):
    """The visiting hotline's report; the same page changes it. Nothing leaves the sides unless chosen."""

    allowed = staticmethod(rules.may_enter_exchanges)
    form_class = ReportForm
    submit_label = gettext_lazy("Save the report")
    success_message = gettext_lazy("The report is saved.")

    def get_page_title(self) -> str:
        return _("Report of %(hotline)s") % {"hotline": self.visit.hotline.name}

    def get_form(self) -> Any:
        told = (ExchangeState.HELD, ExchangeState.REPORTED, ExchangeState.COUNTED)
        if self.visit.exchange.state not in told:
            raise PermissionDenied
        return super().get_form()

    def get_form_kwargs(self) -> dict[str, Any]:
        last: VisitReport | None = self.visit.reports.order_by("-number").first()
        return {"initial": ReportForm.known(last)}

    def act(self, form: Any) -> None:
        reporting.report_visit(visit=self.visit, report=form.report(), by=self.request.user)

    def get_context(self) -> dict[str, Any]:
        return super().get_context() | {"cancel_url": self.get_success_url()}


class CostsPage(OfVisit, FormPage):
    """What a visit cost, by funder and category, for its hotline and staff."""

    allowed = staticmethod(rules.may_enter_exchanges)
    template_name = "courses/exchanges/costs.html"
    form_class = CostForm
    submit_label = gettext_lazy("Add it")
    success_message = gettext_lazy("The cost is added.")

    def get_page_title(self) -> str:
        return _("What the visit of %(hotline)s cost") % {"hotline": self.visit.hotline.name}

    def act(self, form: Any) -> None:
        reporting.add_cost(visit=self.visit, spent=form.spent(), by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("exchange-costs", args=[self.visit.pk])

    def get_crumbs(self) -> list[tuple[str, str]]:
        above = super().get_crumbs()
        return [*above[:-1], (above[-1][0], reverse("exchange", args=[self.visit.exchange_id]))]

    def get_context(self) -> dict[str, Any]:
        costs = list(standing_costs().filter(visit=self.visit).order_by("pk"))
        return super().get_context() | {"costs": costs, "totals": totals(costs) if costs else None}


def totals(costs: list[Cost]) -> Table:
    """By funder and currency: amounts of different currencies are never added."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for cost in costs:
        sums[cost.funder.name if cost.funder else "", cost.currency] += cost.amount
    headers = [Header(_("Paid by")), Header(_("Amount"), numeric=True), Header(_("Currency"))]
    rows = [
        [funder or _("nobody named"), number_format(amount, 2, force_grouping=True), currency]
        for (funder, currency), amount in sorted(sums.items())
    ]
    return simple(_("By who pays"), headers, rows)


class StrikeCostView(PageView):
    """A press of a button: a cost is struck."""

    allowed = staticmethod(rules.may_enter_exchanges)
    http_method_names = ["post"]

    @cached_property
    def cost(self) -> Cost:
        mine = own_visits(self.request.user)
        return get_object_or_404(standing_costs().filter(visit__in=mine), pk=self.kwargs["pk"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reporting.strike_cost(cost=self.cost, by=self.request.user)
        messages.success(request, _("The cost is taken off the list."))
        return redirect("exchange-costs", pk=self.cost.visit_id)


class AllCostsPage(PageView):
    """What exchanges cost, by who pays and by visit: of all hotlines for staff, the own for managers."""

    allowed = staticmethod(rules.may_enter_exchanges)
    page_title = gettext_lazy("What exchanges cost")
    template_name = "courses/exchanges/all_costs.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Exchanges"), reverse("exchanges"))]

    def get_context(self) -> dict[str, Any]:
        mine = standing_costs().filter(visit__in=own_visits(self.request.user))
        costs = list(mine.select_related("visit__host").order_by("-visit", "pk"))
        if not costs:
            return {}
        return {"by_funder": totals(costs), "by_visit": by_visit(costs)}


def by_visit(costs: list[Cost]) -> Table:
    """One row a visit and currency, the latest visit first."""
    sums: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for cost in costs:
        sums[cost.visit_id, cost.currency] += cost.amount
    visits = {cost.visit_id: cost.visit for cost in costs}
    headers = [Header(_("Visit")), Header(_("Amount"), numeric=True), Header(_("Currency"))]
    rows = [
        [
            Cell(
                _("%(visitor)s at %(host)s")
                % {"visitor": visits[pk].hotline.name, "host": visits[pk].host.name},
                reverse("exchange-costs", args=[pk]),
            ),
            number_format(amount, 2, force_grouping=True),
            currency,
        ]
        for (pk, currency), amount in sums.items()
    ]
    return simple(_("The latest first"), headers, rows)


class LessonsPage(PageView):
    """What hotlines share of what they learnt, the latest first, without a name of anybody."""

    allowed = staticmethod(rules.may_read_lessons)
    page_title = gettext_lazy("Lessons learnt")
    template_name = "courses/exchanges/lessons.html"

    def get_context(self) -> dict[str, Any]:
        page = Paginator(self.rows(), PAGE_SIZE).get_page(self.request.GET.get("page"))
        asked = self.request.GET
        before = address(asked, page=page.previous_page_number()) if page.has_previous() else ""
        after = address(asked, page=page.next_page_number()) if page.has_next() else ""
        pager = Pager(page.start_index(), page.end_index(), page.paginator.count, before, after)
        lessons = [(one, words.day(one.held_on)) for one in page]
        return {"lessons": lessons, "pager": pager if page.has_other_pages() else None}

    def rows(self) -> QuerySet[Any]:
        return library()
