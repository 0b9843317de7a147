"""/staff/grants/<id>/: one grant, what it paid for, and what that comes to in its own period."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from courses import rules
from courses.enums import Dimension
from courses.exports.counts import CONTENT_TYPES
from courses.models import Grant, GrantChange, Visit
from courses.queries.counts import Question, count
from courses.queries.counts.definitions import NOT_ADDITIVE_GRANTS, RANGE_RULE
from courses.queries.grants import activities_of, is_named, visits_of
from courses.web import words
from courses.web.counts import tables
from courses.web.counts.links import page_url, query_of
from lms.kit.clock import Span
from lms.web.tables import Cell, Header, Table, paged, simple
from lms.web.views import PageView


def question_of(grant: Grant) -> Question:
    """What the grant paid for in its own period, both its days included."""
    return Question(Span(grant.first, grant.last), where=((Dimension.GRANT.value, grant.name),))


class OfGrant:
    """For pages about one grant."""

    kwargs: dict[str, Any]

    @cached_property
    def grant(self) -> Grant:
        return get_object_or_404(Grant.objects.select_related("funder"), pk=self.kwargs["pk"])

    def get_success_url(self) -> str:
        return reverse("staff-grant", args=[self.grant.pk])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Grants"), reverse("staff-grants")), (self.grant.name, self.get_success_url())]


class GrantPage(OfGrant, PageView):
    allowed = staticmethod(rules.may_keep_grants)
    template_name = "courses/grants/detail.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.question = question_of(self.grant)
        return self.render()

    def get_page_title(self) -> str:
        return self.grant.name

    def get_crumbs(self) -> list[tuple[str, str]]:
        return super().get_crumbs()[:1]

    def get_context(self) -> dict[str, Any]:
        grant, asked = self.grant, self.request.GET
        return {
            "grant": grant,
            "about": self._about(),
            "may_delete": not is_named(grant),
            "packages": self._packages(),
            "counts": tables.overview(count(self.question), self.question),
            "rules": f"{RANGE_RULE} {NOT_ADDITIVE_GRANTS}",
            "counts_url": page_url(self.question),
            "by_package_url": f"{page_url(self.question)}&by={Dimension.WORK_PACKAGE}#closer",
            "downloads": self._downloads(),
            "activities": paged(
                activities_of(grant).order_by("-starts_at", "-pk"), _activities, asked, key="activities"
            ),
            "visits": paged(visits_of(grant), self._visits, asked, key="visits"),
            "history": _history(list(grant.changes.select_related("recorded_by__person"))),
        }

    def _about(self) -> list[tuple[str, Any]]:
        grant = self.grant
        return [
            (_("Funder"), grant.funder.name),
            (_("Number"), grant.number),
            (_("Title"), grant.title),
            (_("Period"), f"{words.day(grant.first)} – {words.day(grant.last)}"),
        ]

    def _packages(self) -> Table:
        headers = [Header(_("Code")), Header(_("Title"))]
        rows = [
            [Cell(one.code, reverse("staff-work-package", args=[one.pk])), one.title or "–"]
            for one in self.grant.work_packages.all()
        ]
        return simple(_("Work packages"), headers, rows)

    def _downloads(self) -> list[tuple[str, str]]:
        asked = urlencode(query_of(self.question))
        return [
            (form.upper(), f"{reverse('staff-counts-download', args=[form])}?{asked}")
            for form in CONTENT_TYPES
        ]

    def _visits(self, shown: Sequence[Visit]) -> Table:
        labels = (_("Visiting"), _("Host"), _("Exchange is"), _("For"), _("Work package"))
        rows = [
            [
                Cell(one.hotline.name, reverse("exchange", args=[one.exchange_id])),
                one.exchange.host.name,
                one.exchange.get_state_display(),
                *self._share(one),
            ]
            for one in shown
        ]
        return simple(_("Visits that it pays for"), [Header(label) for label in labels], rows)

    def _share(self, visit: Visit) -> tuple[str, str]:
        """What of a visit it pays for, and by which work package."""
        if visit.grant_id != self.grant.pk:
            return _("some who travel"), "–"
        return _("the visit"), visit.work_package.code if visit.work_package else "–"


def _activities(shown: Sequence[Any]) -> Table:
    said = {True: _("yes"), False: _("no"), None: "–"}
    headers = [Header(label) for label in (_("Activity"), _("Kind"), _("Starts"), _("Status"))]
    headers += [Header(_("In its period")), Header(_("Visitors it pays for alone"), numeric=True)]
    rows = [
        [
            Cell(words.title(one), reverse("staff-activity", args=[one.activity_id])),
            one.kind.name,
            words.starts(one),
            one.get_status_display(),
            said[one.in_period],
            one.visitors,
        ]
        for one in shown
    ]
    return simple(_("The latest first"), headers, rows)


def _history(changes: Sequence[GrantChange]) -> Table:
    headers = [Header(label) for label in (_("Recorded"), _("By whom"), _("What changed"))]
    rows = [[words.reader_time(one.recorded_at), words.who(one.recorded_by), _change(one)] for one in changes]
    return simple(_("Number and period, the latest first"), headers, rows)


def _change(one: GrantChange) -> str:
    pairs = [
        (_("number"), one.number_before, one.number),
        (_("first day"), words.day(one.first_before), words.day(one.first)),
        (_("last day"), words.day(one.last_before), words.day(one.last)),
    ]
    return "; ".join(f"{label}: {before} → {after}" for label, before, after in pairs if before != after)
