"""One more sheet, those there were, and where they are from."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.sheets.bringing import bring_sheet
from courses.actions.uploads.bringing import FIELD
from courses.models import Sheet, SheetSource
from courses.queries import sheets as queries
from courses.tasks import work_on_sheets
from courses.web.gatherings.base import NamedChoice
from courses.web.imports.bringing import BringPage
from courses.web.sheets import tables
from lms.kit.tasks import nudge
from lms.web.tables import paged

PAGE = 20


class BringForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Sheet"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
        help_text=gettext_lazy("A list of people as CSV or .xlsx: of who signed in, of a call, of a survey."),
    )
    source = NamedChoice(
        SheetSource.objects.all(),
        label=gettext_lazy("Where it is from"),
        required=False,
        empty_label=gettext_lazy("somewhere new"),
        help_text=gettext_lazy("What was said of an earlier sheet from there holds for this one."),
    )
    new_source = forms.CharField(
        label=gettext_lazy("Name of the new place"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Such as “Zoom of the Basic webinars” or “Sign-in sheet Lisbon”."),
    )


class DeskPage(BringPage):
    allowed = staticmethod(rules.may_import_registers)
    page_title = gettext_lazy("Sheets that are no registers yet")
    template_name = "courses/sheets/desk.html"
    form_class = BringForm
    submit_label = gettext_lazy("Read it")
    brought: Sheet

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Imports of registers"), reverse("staff-imports"))]

    def act(self, form: Any) -> None:
        said = form.cleaned_data
        self.brought = bring_sheet(
            name=said[FIELD].name,
            content=said[FIELD],
            source=said["source"],
            new_source=said["new_source"],
            by=self.request.user,
        )
        nudge(work_on_sheets)

    def get_success_url(self) -> str:
        return reverse("staff-sheet", args=[self.brought.pk])

    def get_context(self) -> dict[str, Any]:
        asked = self.request.GET
        return super().get_context() | {
            "sheets": paged(queries.brought(), tables.sheets, asked, key="sheets", page_size=PAGE),
            "sources": paged(queries.sources(), tables.sources, asked, key="sources", page_size=PAGE),
            "nothing": _("No sheet has been brought in yet."),
        }
