"""/staff/figures/<id>/: a frozen figure, held against today with every difference explained."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.snapshots import add_place
from courses.exports.counts import CONTENT_TYPES
from courses.exports.snapshots import encoded, name_of, workbook
from courses.kinds.figures import Definition, Key
from courses.models import Snapshot
from courses.queries.counts.counting import settled_now
from courses.queries.snapshots.behind import read_counts
from courses.queries.snapshots.listed import definition_of, snapshots
from courses.queries.snapshots.since import Since, since
from courses.web import words
from courses.web.figures import changes
from courses.web.figures import words as figures
from courses.web.figures.links import frozen_url, today_url
from lms.web.tables import Cell, Header, Table, paged, simple
from lms.web.views import FormPage, PageView

PAGE_SIZE = 100


class PlaceForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Also published"),
        max_length=500,
        help_text=gettext_lazy("A report and its page, or an address."),
    )


class FigurePage(FormPage):
    """A constant number of queries, however many facts, changes and places there are."""

    allowed = staticmethod(rules.may_freeze_figures)
    template_name = "courses/figures/detail.html"
    form_class = PlaceForm
    submit_label = gettext_lazy("Add it")
    success_message = gettext_lazy("Added.")

    @cached_property
    def snapshot(self) -> Snapshot:
        return get_object_or_404(snapshots(), pk=self.kwargs["pk"])

    @cached_property
    def definition(self) -> Definition:
        return definition_of(self.snapshot)

    @cached_property
    def told(self) -> Since:
        return since(self.definition, self.snapshot.moment, settled_now())

    def get_page_title(self) -> str:
        return self.snapshot.title

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Published figures"), reverse("staff-figures"))]

    def act(self, form: Any) -> None:
        add_place(snapshot=self.snapshot, text=form.cleaned_data["text"], by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("staff-figure", args=[self.snapshot.pk])

    def get_context(self) -> dict[str, Any]:
        frozen, told = read_counts(self.snapshot.counts), self.told
        keys = sorted({*frozen, *told.now})
        labels = figures.Labels(self.definition, keys)
        asked = self.request.GET
        return super().get_context() | {
            "snapshot": self.snapshot,
            "about": self._about(),
            "counts": paged(
                keys,
                lambda shown: self._table(shown, frozen, labels),
                asked,
                key="numbers",
                page_size=PAGE_SIZE,
            ),
            "differs": frozen != told.now,
            "changes": paged(
                told.changes,
                lambda shown: changes.table(shown, labels),
                asked,
                key="since",
                page_size=PAGE_SIZE,
            ),
            "rest": labels.effects(told.rest),
            "still_so": told.before == frozen,
            "downloads": [
                (form.upper(), reverse("staff-figure-download", args=[self.snapshot.pk, form]))
                for form in CONTENT_TYPES
            ],
        }

    def _about(self) -> list[tuple[str, Any]]:
        one = self.snapshot
        places = [
            (_("Published"), f"{place.text} ({words.reader_time(place.recorded_at)})")
            for place in one.places.all()
        ]
        return [
            *figures.about(self.definition),
            (_("Frozen"), f"{words.reader_time(one.moment)}, {words.who(one.recorded_by)}"),
            *places,
            (_("Digest"), one.digest),
        ]

    def _table(self, shown: Sequence[Key], frozen: dict[Key, int], labels: figures.Labels) -> Table:
        numeric = (_("Frozen"), _("Today"), _("Difference"))
        headers = [Header(_("Count")), *(Header(label, numeric=True) for label in numeric)]
        rows = []
        for key in shown:
            then, now = frozen.get(key, 0), self.told.now.get(key, 0)
            rows.append(
                [
                    labels.of(key),
                    Cell(then, frozen_url(self.snapshot, key) if then else "", True),
                    Cell(now, today_url(self.definition, key) if now else "", True),
                    Cell(figures.Signed(figures.signed(now - then)), "", True),
                ]
            )
        return simple(_("Frozen, and today"), headers, rows)


class FigureDownload(PageView):
    """The figure as JSON that proves itself, or its numbers as CSV and XLSX."""

    allowed = staticmethod(rules.may_freeze_figures)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = kwargs["form"]
        if form not in CONTENT_TYPES:
            raise Http404
        snapshot = get_object_or_404(Snapshot, pk=kwargs["pk"])
        headers = {"Content-Disposition": f'attachment; filename="{name_of(snapshot, form)}"'}
        if form != "xlsx":
            return StreamingHttpResponse(encoded(snapshot, form), CONTENT_TYPES[form], headers=headers)
        return HttpResponse(workbook(snapshot), CONTENT_TYPES[form], headers=headers)
