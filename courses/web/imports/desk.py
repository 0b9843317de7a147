"""The desk: one more register, those under way, and all imports there were."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.uploads.bringing import FIELD, bring_register
from courses.models import RegisterUpload
from courses.queries import register_uploads as queries
from courses.tasks import work_on_registers
from courses.web.imports import tables
from courses.web.imports.bringing import BringPage
from lms.kit.tasks import nudge
from lms.web.tables import paged

PAGE = 20


class BringForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Register"),
        widget=forms.FileInput(attrs={"accept": ".zip,.xlsx,.csv"}),
        help_text=gettext_lazy(
            "A zip of people.csv, activities.csv and participations.csv, an .xlsx workbook with sheets of"
            " these names, or one of these CSV files. Nothing is changed before you have looked at it."
        ),
    )


class DeskPage(BringPage):
    allowed = staticmethod(rules.may_import_registers)
    page_title = gettext_lazy("Imports of registers")
    template_name = "courses/imports/desk.html"
    form_class = BringForm
    submit_label = gettext_lazy("Read it and show me")
    brought: RegisterUpload

    def act(self, form: Any) -> None:
        file = form.cleaned_data[FIELD]
        self.brought = bring_register(name=file.name, content=file, by=self.request.user)
        nudge(work_on_registers)

    def get_success_url(self) -> str:
        return reverse("staff-upload", args=[self.brought.pk])

    def get_context(self) -> dict[str, Any]:
        asked = self.request.GET
        return super().get_context() | {
            "uploads": paged(queries.not_applied(), tables.uploads, asked, key="uploads", page_size=PAGE),
            "imports": paged(queries.applied(), tables.imports, asked, key="imports", page_size=PAGE),
            "nothing": _("No register has been imported yet. Bring the first one in above."),
        }
