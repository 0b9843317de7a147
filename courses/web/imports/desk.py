"""The desk: one more register, those under way, and all imports there were."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.uploads.bringing import FIELD, bring_register, too_large
from courses.models import RegisterUpload
from courses.queries import register_uploads as queries
from courses.tasks import work_on_registers
from courses.web.imports import tables
from lms.kit.tasks import nudge
from lms.web.tables import paged
from lms.web.uploads import was_too_large
from lms.web.views import FormPage

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


class DeskPage(FormPage):
    allowed = staticmethod(rules.may_import_registers)
    page_title = gettext_lazy("Imports of registers")
    template_name = "courses/imports/desk.html"
    form_class = BringForm
    submit_label = gettext_lazy("Read it and show me")
    # What a form has beside the file.
    most_upload_bytes = settings.REGISTER_MOST_BYTES + 1024 * 1024
    brought: RegisterUpload

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        if was_too_large(request, FIELD):
            form.errors.pop(FIELD, None)
            form.add_error(FIELD, too_large().sentence)
            return self.render(form=form)
        return super().post(request, *args, **kwargs)

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
