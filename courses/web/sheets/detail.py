"""Where one sheet stands, and what is to be said next."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.actions.imports.reasons import Problem
from courses.actions.sheets.saying import drop_sheet, go_back, read_again
from courses.kinds.sheets import Plan
from courses.models import Sheet, SheetState
from courses.queries import sheets as queries
from courses.tasks import work_on_sheets
from courses.web import words
from courses.web.sheets import tables
from courses.web.sheets.base import OfSheet
from courses.web.sheets.words import unexplained
from lms.kit.errors import Refused
from lms.kit.tasks import nudge

NEXT = {
    SheetState.LAYOUT: ("staff-sheet-layout", gettext_lazy("Say how it is laid out")),
    SheetState.COLUMNS: ("staff-sheet-columns", gettext_lazy("Say what its columns are")),
    SheetState.PEOPLE: ("staff-sheet-people", gettext_lazy("Say who its people are")),
}
# Before that it is not said yet, or was said of what was read before.
SAID = (SheetState.TO_COLLECT, SheetState.PEOPLE, SheetState.TO_MAKE, SheetState.MADE)


class SheetPage(OfSheet):
    page_title = gettext_lazy("A sheet")
    template_name = "courses/sheets/detail.html"
    step = False

    def get_page_title(self) -> str:
        return self.sheet.name

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        acts = {"drop": drop_sheet, "back": go_back, "again": read_again}
        try:
            for name, act in acts.items():
                if name in request.POST:
                    act(sheet=self.sheet, by=self.request.user)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        nudge(work_on_sheets)
        return redirect("staff-sheet", pk=self.sheet.pk)

    def get_context(self) -> dict[str, Any]:
        sheet, state = self.sheet, SheetState(self.sheet.state)
        route, label = NEXT.get(state, ("", ""))
        columns = Plan.of(sheet.plan).columns if state in SAID else {}
        return {
            "sheet": sheet,
            "state": state.value,
            "under_way": state in SheetState.under_way(),
            "brought": words.when_and_who(sheet.uploaded_at, sheet.uploaded_by),
            "next_url": reverse(route, args=[sheet.pk]) if route else "",
            "next_label": label,
            "may_drop": state in SheetState.to_drop(),
            "may_go_back": queries.may_go_back(sheet),
            "may_lay_out": state != SheetState.LAYOUT and queries.may_lay_out(sheet),
            "about": self.about(),
            "told": told_of(sheet),
            "problems": tables.problems_of(sheet.found),
            "columns": tables.columns(columns, _("What its columns are read as")),
        }

    def about(self) -> list[tuple[str, str]]:
        found, sheet = self.sheet.found, self.sheet
        pairs = [
            (_("From"), sheet.source.name if sheet.source else _("a place that is no longer remembered"))
        ]
        if "lines" in found:
            pairs.append((_("Lines"), str(found["lines"])))
        if "people" in found:
            pairs.append((_("People"), str(found["people"])))
        if found.get("counts"):
            pairs.append((_("Lines that say how many"), str(found["counts"])))
        if "sheet" in sheet.layout:
            pairs.append((_("Sheet of the workbook"), sheet.layout["sheet"]))
        return pairs


def told_of(sheet: Sheet) -> list[str]:
    """What is worth knowing of how it was read, and of what its last step found."""
    found = sheet.found
    said = [Problem("", None, "", "", code, params).reason for code, params in found.get("warnings", [])]
    if found.get("hidden"):
        said.append(_("Hidden sheets of the workbook are not read: %(n)s.") % {"n": found["hidden"]})
    if found.get("nameless"):
        said.append(_("Lines that name nobody are not read: %(n)s.") % {"n": found["nameless"]})
    if sheet.state == SheetState.COLUMNS:
        said += unexplained(found.get("unexplained", {}))
    if sheet.state == SheetState.PEOPLE and found.get("empty") and not queries.taken(sheet).exists():
        said.append(_("Everybody on it was left out, so there is nothing to bring in."))
    return said
