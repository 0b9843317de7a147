"""What is remembered of where sheets are from, and how it is forgotten."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.sheets.sources import delete_source, forget_people
from courses.models import SheetSource
from courses.queries import sheets as queries
from courses.web.sheets import tables
from lms.web.accounts.confirm import ConfirmPage
from lms.web.views import PageView


class OfSource(PageView, abstract=True):
    allowed = staticmethod(rules.may_import_registers)

    @cached_property
    def source(self) -> Any:
        return get_object_or_404(queries.sources(), pk=self.kwargs["pk"])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Imports of registers"), reverse("staff-imports")), (_("Sheets"), reverse("staff-sheets"))]


class SourcePage(OfSource):
    page_title = gettext_lazy("Where sheets are from")
    template_name = "courses/sheets/source.html"

    def get_page_title(self) -> str:
        name: str = self.source.name
        return name

    def get_context(self) -> dict[str, Any]:
        source = self.source
        return {
            "source": source,
            "about": [
                (_("Sheets brought in"), str(source.brought)),
                (_("People remembered"), str(source.known)),
            ],
            "columns": tables.columns(source.plan.get("columns", {}), _("Columns remembered")),
        }


class AboutSource(OfSource, ConfirmPage, abstract=True):
    allowed = staticmethod(rules.may_import_registers)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [*super().get_crumbs(), (self.source.name, self.get_cancel_url())]

    def get_cancel_url(self) -> str:
        return reverse("staff-sheet-source", args=[self.source.pk])


class ForgetPage(AboutSource):
    page_title = gettext_lazy("Ask anew who everybody is")
    submit_label = gettext_lazy("Forget who they are")
    success_message = gettext_lazy("Of its people nothing is remembered any more.")

    def sentence(self) -> str:
        said = _(
            "The next sheet from “%(name)s” asks of everybody who they are. Its columns stay remembered, and"
            " what was imported stays as it is."
        )
        return said % {"name": self.source.name}

    def confirmed(self) -> int:
        return forget_people(source=self.source, by=self.request.user)

    def get_success_url(self) -> str:
        return self.get_cancel_url()


class DeletePage(AboutSource):
    page_title = gettext_lazy("Delete where sheets are from")
    submit_label = gettext_lazy("Delete it")
    success_message = gettext_lazy("It is deleted, with what was remembered.")

    def sentence(self) -> str:
        said = _(
            "“%(name)s” goes, with all that is remembered of its columns and people. Its sheets and what was"
            " imported stay; a sheet under way asks anew who its people are."
        )
        return said % {"name": self.source.name}

    def confirmed(self) -> None:
        source: SheetSource = self.source
        delete_source(source=source, by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("staff-sheets")
