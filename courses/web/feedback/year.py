"""/staff/feedback/: what people said all in all over a year, as funders ask for it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.kinds.feedback import FEWEST, Satisfaction
from courses.queries import feedback
from courses.queries.feedback import YearOfFeedback
from courses.web.feedback.results import in_words
from lms.exports.tables import Column, csv_lines
from lms.exports.tables import Table as Export
from lms.kit.clock import today
from lms.web import charts
from lms.web.charts import Point
from lms.web.tables import Cell, Header, Table, simple
from lms.web.templatetags.ui import Chip
from lms.web.views import PageView


class OfAYear(PageView, abstract=True):
    """A year from the address: the newest that has results where it names none of them."""

    allowed = staticmethod(rules.may_read_all_feedback)

    @cached_property
    def years(self) -> list[int]:
        return feedback.years() or [today().year]

    @cached_property
    def year(self) -> int:
        asked = self.request.GET.get("year", "")
        return next((one for one in self.years if str(one) == asked), self.years[0])

    @cached_property
    def known(self) -> YearOfFeedback:
        return feedback.of_year(self.year)

    def rows(self) -> list[tuple[str, Satisfaction]]:
        small = [(_("small trainings, together"), self.known.small)] if self.known.small else []
        return [*self.known.by_kind, *small, (_("all"), self.known.total)]


class YearPage(OfAYear):
    page_title = gettext_lazy("Feedback of a year")
    template_name = "courses/feedback/year.html"

    def get_context(self) -> dict[str, Any]:
        shares = [(name, one) for name, one in self.known.by_kind if one.per_cent is not None]
        chart = charts.bars(
            _("“Good” or “very good”, by kind of activity"),
            [Point(name, one.per_cent or 0) for name, one in shares],
            summary=_("per cent of those who answered, %(year)s") % {"year": self.year},
            name=_("Kind"),
            unit=_("Per cent"),
            whole=100,
        )
        address = reverse("staff-feedback")
        return {
            "year": self.year,
            "chips": [Chip(str(one), f"{address}?year={one}", one == self.year) for one in self.years],
            "sentence": in_words(self.known.total),
            "chart": chart if shares else None,
            "table": table_of(self.rows()),
            "pooled_forms": self.known.pooled_forms,
            "is_over": self.year < today().year,
            "small": self.known.small,
            "fewest": FEWEST,
            "download": f"{reverse('staff-feedback-download')}?year={self.year}",
        }


class YearDownload(OfAYear):
    """The same figures as CSV."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        columns = [Column(name) for name in ("year", "kind", "good_or_very_good", "answered", "per_cent")]
        rows = [(self.year, name, one.good, one.answered, one.per_cent) for name, one in self.rows()]
        text = "".join(csv_lines(Export("feedback", columns, rows)))
        answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="feedback-{self.year}.csv"'
        return answer


def table_of(rows: list[tuple[str, Satisfaction]]) -> Table:
    headers = [
        Header(_("Kind")),
        Header(_("Satisfied"), numeric=True),
        Header(_("Answered"), numeric=True),
        Header(_("Per cent"), numeric=True),
    ]
    return simple(_("In figures"), headers, [_row(name, one) for name, one in rows])


def _row(name: str, one: Satisfaction) -> list[Cell]:
    share = "–" if one.per_cent is None else one.per_cent
    return [Cell(name), *(Cell(number, "", True) for number in (one.good, one.answered, share))]
