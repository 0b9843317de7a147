"""/staff/counts/: the year's training counts, broken down, drawn, and held against what was published."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.enums import CountStage, Dimension, Unit
from courses.exports.counts import CONTENT_TYPES, as_of_notes, breakdown_notes, encoded, state, workbook
from courses.queries.counts import Question, count
from courses.queries.counts.definitions import RANGE_RULE, STAGES, UNITS, UNITS_OF_STAGE
from courses.queries.counts.reconciling import reconcile
from courses.queries.counts.statements import statements, statements_of
from courses.queries.counts.years import counts_by_year
from courses.queries.snapshots.years import confirmed_of, has_begun
from courses.web.counts import pictures, tables
from courses.web.counts.asking import AskForm
from courses.web.counts.links import freeze_url, query_of, statement_freeze_url
from courses.web.counts.refusing import refused
from lms.web.tables import address
from lms.web.templatetags.ui import Chip
from lms.web.views import PageView


class CountsPage(PageView):
    """Seven queries of the ledger at most, however much it holds, and two of what hotlines confirmed."""

    allowed = staticmethod(rules.may_read_counts)
    page_title = gettext_lazy("Training counts")
    template_name = "courses/counts/page.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.form = AskForm(request.GET)
        if not self.form.is_valid():
            return self.refuse()
        self.years = counts_by_year(self.form.question())
        self.question = self.form.question(self.years.to_show)
        self.stage, self.unit = CountStage(self.form.stage_asked), Unit(self.form.unit_asked)
        return self.render()

    def refuse(self) -> HttpResponse:
        """The form with what is wrong with it, and no number: it would pass for the one asked for."""
        context = {
            "page_title": self.page_title,
            "form": self.form,
            "reporting_zone": settings.REPORTING_ZONE,
        }
        return render(self.request, self.template_name, context)

    def get_page_title(self) -> str:
        span = self.question.span
        period = span.year or f"{span.first} – {span.last}"
        return _("Training counts %(period)s") % {"period": period}

    def get_context(self) -> dict[str, Any]:
        question = self.question
        counts = count(question)
        return {
            "form": self.form,
            "question": question,
            "reporting_zone": settings.REPORTING_ZONE,
            "notes": as_of_notes(question),
            "range_rule": RANGE_RULE,
            "year_chips": self._year_chips(),
            "downloads": self._downloads(),
            "confirmations": self._confirmations(),
            "freeze_url": "" if question.moment else freeze_url(self._to_freeze()),
            "overview": tables.overview(counts, question),
            **self._statements(),
            **self._closer(),
        }

    def _closer(self) -> dict[str, Any]:
        """The stage and unit looked at more closely, as charts and by one dimension."""
        by, stage, unit = self.form.by_asked, self.stage, self.unit
        broken_down = self.question.broken_down_by(by)
        return {
            "stage_chips": self._chips("stage", [(s.value, s.label) for s in CountStage], stage),
            "unit_chips": self._chips("unit", [(u.value, u.label) for u in UNITS_OF_STAGE[stage]], unit),
            "by_chips": self._chips("by", Dimension.choices, by),
            "rule": f"{STAGES[stage]} {UNITS[unit]}",
            "not_additive": " ".join(breakdown_notes(by)),
            "breakdown": tables.breakdown(count(broken_down), broken_down, stage, unit),
            "charts": list(self._charts()),
        }

    def _charts(self) -> Iterator[Any]:
        stage, unit, question = self.stage, pictures.adding(self.stage, self.unit), self.question
        by_month = question.broken_down_by(Dimension.MONTH)
        yield pictures.by_month(count(by_month, only_adding_up=True), by_month, stage, unit)
        by_region = question.broken_down_by(Dimension.REGION)
        yield pictures.by_region(count(by_region, only_adding_up=True), by_region, stage, unit)
        yield pictures.by_year(self.years, stage, unit)

    def _statements(self) -> dict[str, Any]:
        """Published statements about this year; they filter for themselves, so not beside other filters."""
        if self.question.where:
            return {"statements": []}
        results = [
            reconcile(definition, self.question) for definition in statements_of(self.question.span.year)
        ]
        drawn = [pictures.Statement.of(result, self.question) for result in results]
        places = [statements().index(result.definition) for result in results]
        urls = [statement_freeze_url(place) if self.question.moment is None else "" for place in places]
        return {"statements": list(zip(drawn, urls, strict=True))}

    def _confirmations(self) -> dict[str, Any] | None:
        """How many hotlines confirmed the year; nothing for a span that is none or has not begun."""
        year = self.question.span.year
        if year is None or not has_begun(year):
            return None
        confirmed, members = confirmed_of(year)
        return {"confirmed": confirmed, "members": members, "url": reverse("staff-years", args=[year])}

    def _year_chips(self) -> list[Chip]:
        asked = {"page": None, "first": None, "last": None}
        return [
            Chip(str(year), address(self.request.GET, year=year, **asked), year == self.question.span.year)
            for year in self.years.known
        ]

    def _chips(self, key: str, options: list[tuple[str, Any]], chosen: str) -> list[Chip]:
        return [
            Chip(label, f"{address(self.request.GET, **{key: value})}#closer", value == chosen)
            for value, label in options
        ]

    def _to_freeze(self) -> list[tuple[str, str]]:
        """As for the downloads: broken down where the address says `by`."""
        by = self.form.cleaned_data.get("by")
        return [*query_of(self.question), *([("by", by)] if by else [])]

    def _downloads(self) -> list[tuple[str, str]]:
        where = self.request.GET.urlencode()
        return [
            (form.upper(), f"{reverse('staff-counts-download', args=[form])}?{where}")
            for form in CONTENT_TYPES
        ]


class CountsDownload(PageView):
    """The same counts as a file: all of the question, or broken down where the address says `by`."""

    allowed = staticmethod(rules.may_read_counts)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kwargs["form"] not in CONTENT_TYPES:
            raise Http404
        form = AskForm(request.GET)
        if not form.is_valid():
            return refused(request, form)
        question = form.question(counts_by_year(form.question()).to_show)
        return download(question.broken_down_by(form.cleaned_data.get("by") or None), kwargs["form"])


def download(question: Question, form: str) -> HttpResponseBase:
    statement = state(question)
    headers = {"Content-Disposition": f'attachment; filename="{statement.name}.{form}"'}
    if form != "xlsx":
        return StreamingHttpResponse(encoded(statement, form), CONTENT_TYPES[form], headers=headers)
    return HttpResponse(workbook(statement), CONTENT_TYPES[form], headers=headers)
