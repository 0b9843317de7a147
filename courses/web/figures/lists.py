"""/staff/figures/: every published figure, and by how much today differs from it."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.models import Snapshot
from courses.queries.snapshots.listed import definition_of, leading, numbers_now, of_lines, snapshots
from courses.queries.snapshots.since import apart
from courses.web import words
from courses.web.figures import words as figures
from lms.web.tables import Cell, Header, Table, paged, simple
from lms.web.views import PageView

PAGE_SIZE = 20


class FiguresPage(PageView):
    """The numbers of a whole page of figures are counted in one query."""

    allowed = staticmethod(rules.may_freeze_figures)
    page_title = gettext_lazy("Published figures")
    template_name = "courses/figures/list.html"

    def get_context(self) -> dict[str, Any]:
        return {"table": paged(snapshots(), table, self.request.GET, key="page", page_size=PAGE_SIZE)}


def table(shown: Sequence[Snapshot]) -> Table:
    headers = [
        Header(_("Title")),
        Header(_("Span")),
        Header(_("Frozen")),
        Header(_("By")),
        Header(_("Numbers")),
        Header(_("Difference today"), numeric=True),
        Header(_("Counts that differ"), numeric=True),
        Header(_("Where published")),
    ]
    definitions = [definition_of(snapshot) for snapshot in shown]
    rows = [
        row(snapshot, definition, now)
        for snapshot, definition, now in zip(shown, definitions, numbers_now(definitions), strict=True)
    ]
    return simple(_("The latest first"), headers, rows)


def row(snapshot: Snapshot, definition: Any, now: dict[Any, int]) -> list[Any]:
    url = reverse("staff-figure", args=[snapshot.pk])
    then = of_lines(snapshot)
    before, today = leading(definition, then), leading(definition, now)
    return [
        Cell(snapshot.title, url),
        figures.period(definition),
        words.reader_time(snapshot.moment),
        words.who(snapshot.recorded_by),
        figures.numbers(before),
        Cell(figures.difference(before, today), f"{url}#since", True),
        Cell(len(apart(then, now)), f"{url}#since", True),
        "; ".join(place.text for place in snapshot.places.all()) or None,
    ]
