"""/staff/bulk/: what was done to many rows at once, by whom and when; and chosen rows as a file."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.enums import ListName
from courses.exports import rows
from courses.exports.counts import CONTENT_TYPES
from courses.models import BulkAction
from courses.queries.find import bulk as queries
from courses.web import words
from lms.web.tables import Column
from lms.web.views import ListPage, PageView


def state(action: Any) -> str:
    return _("done, and undone by a later one") if action.undone else str(action.get_state_display())


class HistoryPage(ListPage):
    allowed = staticmethod(rules.may_act_in_bulk)
    page_title = gettext_lazy("What was done at once")
    empty_text = gettext_lazy("Nothing yet. Choose rows of the list of people or of activities.")
    default_sort = "-number"
    columns = [
        Column(
            "number",
            gettext_lazy("No."),
            value=lambda one: str(one.pk),
            link=lambda one: reverse("staff-bulk", args=[one.pk]),
            order=["pk"],
        ),
        Column("act", gettext_lazy("What"), value=lambda one: what(one), order=["act", "pk"]),
        Column("list", gettext_lazy("List"), value=lambda one: ListName(one.listing).label),
        Column("total", gettext_lazy("Rows"), numeric=True, order=["total"]),
        Column(
            "chosen",
            gettext_lazy("Chosen"),
            value=lambda one: words.when_and_who(one.chosen_at, one.chosen_by),
        ),
        Column("state", gettext_lazy("State"), value=state, order=["state", "pk"]),
        Column(
            "decided",
            gettext_lazy("Decided"),
            value=lambda one: words.when_and_who(one.decided_at, one.decided_by) or "–",
        ),
        Column("reason", gettext_lazy("Why"), value=lambda one: one.reason or "–"),
    ]

    def get_rows(self) -> QuerySet[BulkAction]:
        return queries.all_of_them()


def what(action: BulkAction) -> str:
    label = action.get_act_display() if action.act else _("not said yet")
    return _("Undo: %(line)s") % {"line": label} if action.undoes_id else str(label)


class RowsFile(PageView):
    """The chosen rows as CSV or XLSX, as they are known now."""

    allowed = staticmethod(rules.may_act_in_bulk)
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        action = get_object_or_404(BulkAction, pk=kwargs["pk"])
        form = kwargs["form"]
        if form not in rows.FORMATS:
            raise Http404
        headers = {"Content-Disposition": f'attachment; filename="{action.listing}-{action.pk}.{form}"'}
        if form == "csv":
            return StreamingHttpResponse(rows.lines(action), CONTENT_TYPES[form], headers=headers)
        return HttpResponse(rows.workbook(action), CONTENT_TYPES[form], headers=headers)
