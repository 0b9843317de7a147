"""One register that was brought in: how far it is, what would come of it, and what somebody says to that."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.imports.following import FOLLOWS
from courses.actions.uploads.accounts import files, sections
from courses.actions.uploads.deciding import apply_upload, drop_upload, try_again, would_change
from courses.models import RegisterUpload, Sheet, UploadState
from courses.queries.sheets import Origins
from courses.tasks import work_on_registers
from courses.web import words
from courses.web.imports import tables
from lms.kit.errors import Refused
from lms.kit.shelves import Shelved
from lms.kit.tasks import nudge
from lms.web.files import Served, serve
from lms.web.tables import Table, paged
from lms.web.views import PageView

PAGE = 50
PROBLEMS = ("rejections", "warnings")


class OfUpload(PageView, abstract=True):
    allowed = staticmethod(rules.may_import_registers)

    @cached_property
    def upload(self) -> RegisterUpload:
        rows = RegisterUpload.objects.select_related("uploaded_by__person", "decided_by__person", "sheet")
        return get_object_or_404(rows, pk=self.kwargs["pk"])


class UploadPage(OfUpload):
    """The same address from the first byte to the import, so that looking again is enough."""

    page_title = gettext_lazy("A register brought in")
    template_name = "courses/imports/upload.html"

    def get_page_title(self) -> str:
        return self.upload.name

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Imports of registers"), reverse("staff-imports"))]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.decide(request.POST)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        return redirect("staff-upload", pk=self.upload.pk)

    def decide(self, said: Any) -> None:
        upload, by = self.upload, self.request.user
        if "apply" in said:
            account = said.get("account", "").replace("\0", "")
            apply_upload(upload=upload, account=account, skip_invalid=said["apply"] == "without", by=by)
        elif "drop" in said:
            drop_upload(upload=upload, by=by)
        elif "again" in said:
            try_again(upload=upload, by=by)
        nudge(work_on_registers)

    def get_context(self) -> dict[str, Any]:
        upload = self.upload
        state = UploadState(upload.state)
        numbers = upload.outcome
        return {
            "upload": upload,
            "sheet": self.sheet,
            "state": state.value,
            "brought": words.when_and_who(upload.uploaded_at, upload.uploaded_by),
            "decided": words.when_and_who(upload.decided_at, upload.decided_by),
            "under_way": state in UploadState.under_way(),
            "may_drop": state in UploadState.to_drop(),
            "would_change": would_change(upload),
            "rejections": numbers.get("rejections", 0),
            "tallies": self.tallies(numbers) if upload.account else None,
            "listed": list(self.listed()) if upload.account else [],
            "step": STEPS.get(upload.step, upload.step),
        }

    @cached_property
    def origins(self) -> Origins | None:
        return Origins.of(self.sheet)

    @property
    def sheet(self) -> Sheet | None:
        """What the register came of, where that is a sheet of somebody else's."""
        found: Sheet | None = getattr(self.upload, "sheet", None)
        return found

    def tallies(self, numbers: dict[str, Any]) -> Table:
        applied = self.upload.state == UploadState.APPLIED
        caption = _("What came of it") if applied else _("What would come of it")
        return tables.tallies(numbers.get("tallies", {}), caption=caption)

    def listed(self) -> Iterator["Listed"]:
        """The parts of the account that are not empty, a page of each. No query."""
        try:
            path = files().path(self.upload.account)
            for section, first, last in sections(self.upload.outcome):
                if last > first:
                    shelved = Shelved(path, first, last)
                    yield Listed(section, *HEADINGS[section], self.part(section, shelved))
        except FileNotFoundError:
            messages.warning(
                self.request, _("The file behind this page is not there: bring the register in again.")
            )

    def part(self, section: str, records: Shelved) -> Table:
        caption = str(HEADINGS[section][0])

        def make(shown: Sequence[Any]) -> Table:
            if section in PROBLEMS:
                return tables.problems(shown, caption=caption, origins=self.origins)
            return tables.changes(shown, caption=caption)

        key = section.removesuffix(".csv")
        return paged(records, make, self.request.GET, key=key, page_size=PAGE)


@dataclass(frozen=True)
class Listed:
    """One list of a preview. ``key`` is its part of the account, and names the place on the page."""

    key: str
    heading: Any
    text: Any
    table: Table

    @property
    def place(self) -> str:
        return self.key.removesuffix(".csv")


HEADINGS = {
    "rejections": (gettext_lazy("Rejected"), gettext_lazy("These lines are not taken.")),
    "warnings": (gettext_lazy("Worth knowing"), gettext_lazy("These keep nothing from being imported.")),
    "people.csv": (gettext_lazy("People"), gettext_lazy("New people, and those of whom something changes.")),
    "activities.csv": (gettext_lazy("Activities"), gettext_lazy("New activities, and those that change.")),
    "participations.csv": (
        gettext_lazy("Participations"),
        gettext_lazy("New facts, and those that are taken back and recorded anew."),
    ),
    FOLLOWS: (
        gettext_lazy("Completions that follow"),
        gettext_lazy("No line says these: they follow from the attendance, by the rule of the course."),
    ),
}
STEPS = {
    "": gettext_lazy("waiting for its turn"),
    "comparison": gettext_lazy("comparing with what is known"),
    "ledger": gettext_lazy("writing"),
}


class ToMendView(OfUpload):
    """The rejected lines as a zip of CSV files, to mend and bring in again."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        digest = self.upload.to_mend
        if not digest:
            raise Http404
        path = files().path(digest)
        try:
            served = Served(
                path=path,
                name="rejected-lines.zip",
                content_type="application/zip",
                size=path.stat().st_size,
                etag=digest[:32],
                as_attachment=True,
            )
            return serve(request, served)
        except FileNotFoundError as error:
            raise Http404 from error
