"""What the pages of one sheet share."""

from typing import ClassVar

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from courses import rules
from courses.models import Sheet
from courses.queries import sheets as queries
from lms.web.views import PageView


class OfSheet(PageView, abstract=True):
    """A step of a sheet; ``step`` says whether it lies below the sheet's own page."""

    allowed = staticmethod(rules.may_import_registers)
    step: ClassVar[bool] = True

    @cached_property
    def sheet(self) -> Sheet:
        return get_object_or_404(queries.brought(), pk=self.kwargs["pk"])

    @property
    def sheet_url(self) -> str:
        return reverse("staff-sheet", args=[self.sheet.pk])

    def get_crumbs(self) -> list[tuple[str, str]]:
        above = [
            (_("Imports of registers"), reverse("staff-imports")),
            (_("Sheets"), reverse("staff-sheets")),
        ]
        return [*above, (self.sheet.name, self.sheet_url)] if self.step else above
