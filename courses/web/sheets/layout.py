"""How a sheet is laid out: which sheet of the workbook, which letters, which line is the header."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.imports.sheets import MOST_LINES
from courses.actions.sheets import texts
from courses.actions.sheets.saying import say_layout
from courses.kinds.sheets import HEADER_WITHIN
from courses.models import SheetState
from courses.queries import sheets as queries
from courses.queries.sheets import Lines
from courses.tasks import work_on_sheets
from courses.web.sheets import tables
from courses.web.sheets.base import OfSheet
from courses.web.sheets.tables import problems_of
from lms.kit.tasks import nudge
from lms.web.htmx import see_other
from lms.web.tables import Table
from lms.web.views import FormPage

SEPARATORS = [
    (",", gettext_lazy("commas")),
    (";", gettext_lazy("semicolons")),
    ("\t", gettext_lazy("tabs")),
]


class LayoutForm(forms.Form):
    """Only what can be said of this file: sheets of a workbook, letters and separator of a CSV.

    Of a sheet that could not be read (``is_read``) nobody knows which line is the header.
    """

    sheet = forms.ChoiceField(label=gettext_lazy("Sheet of the workbook"))
    encoding = forms.ChoiceField(
        label=gettext_lazy("Letters"),
        choices=[
            ("", gettext_lazy("to be said")),
            (texts.WESTERN, gettext_lazy("Windows-1252, as they stand below")),
        ],
        help_text=gettext_lazy(
            "The file is neither UTF-8 nor UTF-16. Look whether the names below read right; where they do"
            " not, save the sheet as “CSV UTF-8” and bring that in."
        ),
    )
    separator = forms.ChoiceField(label=gettext_lazy("Between its cells stand"), choices=SEPARATORS)
    header = forms.IntegerField(
        label=gettext_lazy("The header is on line"),
        min_value=1,
        max_value=MOST_LINES,
        required=False,
        help_text=gettext_lazy("What is above it is not read."),
    )

    def __init__(self, *, layout: dict[str, Any], sheets: list[str], is_read: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs, initial=layout)
        choices: Any = self.fields["sheet"]
        choices.choices = [(name, name) for name in sheets]
        if len(sheets) < 2:
            del self.fields["sheet"]
        if layout.get("encoding") not in ("", texts.WESTERN):
            del self.fields["encoding"]
        if "separator" not in layout:
            del self.fields["separator"]
        if not is_read:
            del self.fields["header"]

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


class LayoutPage(OfSheet, FormPage):
    allowed = staticmethod(rules.may_import_registers)
    page_title = gettext_lazy("How the sheet is laid out")
    template_name = "courses/sheets/layout.html"
    form_class = LayoutForm
    submit_label = gettext_lazy("Read it so")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.elsewhere() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.elsewhere() or super().post(request, *args, **kwargs)

    def elsewhere(self) -> HttpResponse | None:
        """Where nothing was read of it yet, or is kept of it any more."""
        return None if queries.may_lay_out(self.sheet) else see_other(self.request, self.sheet_url)

    def get_form_kwargs(self) -> dict[str, Any]:
        sheet = self.sheet
        is_read = bool(sheet.lines)
        return {"layout": sheet.layout, "sheets": sheet.found.get("sheets", []), "is_read": is_read}

    def act(self, form: LayoutForm) -> None:
        say_layout(sheet=self.sheet, layout=form.said(), by=self.request.user)
        nudge(work_on_sheets)

    def get_success_url(self) -> str:
        return self.sheet_url

    def get_context(self) -> dict[str, Any]:
        asking = self.sheet.state == SheetState.LAYOUT
        asked = self.sheet.found.get("asked", []) if asking else []
        return super().get_context() | {
            "lines": self.lines(),
            "asked": [str(ASKED[name]) for name in asked],
            "problems": problems_of(self.sheet.found),
            "cancel_url": self.sheet_url,
        }

    def lines(self) -> Table | None:
        """None where it could not be read."""
        if not self.sheet.lines:
            return None
        found = Lines.of(self.sheet)
        return tables.lines(found.first(HEADER_WITHIN // 2), found.header)


ASKED = {
    "encoding": gettext_lazy("Say how its letters are written."),
    "sheet": gettext_lazy(
        "The workbook has several sheets: say which one it is. The first one stands below."
    ),
}
