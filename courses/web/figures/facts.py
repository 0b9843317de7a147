"""/staff/figures/<id>/facts/: the entries that stood behind a frozen number, as they were known then."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from courses import rules
from courses.enums import Unit
from courses.kinds.figures import Key
from courses.models import ActivityVersion, Entry, Snapshot
from courses.queries import facts as ledger
from courses.queries.counts import Code
from courses.queries.snapshots.behind import read_counts
from courses.queries.snapshots.listed import definition_of
from courses.web.counts.facts import entry_headings, entry_row, event_row
from courses.web.figures.words import Labels
from lms.web.tables import Header, Table, paged, simple
from lms.web.views import PageView

PAGE_SIZE = 50


class FrozenFactsPage(PageView):
    allowed = staticmethod(rules.may_freeze_figures)
    template_name = "courses/figures/facts.html"

    @cached_property
    def snapshot(self) -> Snapshot:
        return get_object_or_404(Snapshot.objects.defer("facts"), pk=self.kwargs["pk"])

    @cached_property
    def key(self) -> Key:
        """404 for a number that the figure does not have."""
        asked = self.request.GET
        line = asked.get("line", "1")
        if not line.isdecimal() or len(line) > 4:
            raise Http404
        key = Key(int(line), asked.get("count", ""), asked.get("value", ""))
        if key not in read_counts(self.snapshot.counts) or key.line == 0:
            raise Http404
        return key

    def get_page_title(self) -> str:
        return Labels(definition_of(self.snapshot), [self.key]).of(self.key)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [
            (_("Published figures"), reverse("staff-figures")),
            (self.snapshot.title, reverse("staff-figure", args=[self.snapshot.pk])),
        ]

    def get_context(self) -> dict[str, Any]:
        code, asked = Code.parse(self.key.code), self.request.GET
        group = self._group(code)
        entries = group["entries"]
        if code.unit == Unit.EVENTS:
            # Visits stand in the same group, behind its hotlines.
            entries = []
        elif code.unit in (Unit.PEOPLE, Unit.UNIDENTIFIED):
            named = Entry.objects.filter(pk__in=entries, person__isnull=code.unit == Unit.UNIDENTIFIED)
            entries = list(named.values_list("pk", flat=True))
        tables = [
            paged(group["activities"], self._activities, asked, key="activities", page_size=PAGE_SIZE),
            paged(entries, self._entries, asked, key="entries", page_size=PAGE_SIZE),
        ]
        return {
            "snapshot": self.snapshot,
            "number": read_counts(self.snapshot.counts)[self.key],
            "rule": code.words,
            "tables": [table for table in tables if table.rows],
        }

    def _group(self, code: Code) -> dict[str, Any]:
        place = (self.key.line, code.kind, code.stage, self.key.value or None)
        for group in self.snapshot.entries:
            if (group["line"], group["kind"], group["stage"], group["value"]) == place:
                found: dict[str, Any] = group
                return found
        raise Http404

    def _entries(self, shown: Any) -> Table:
        entries = Entry.objects.filter(pk__in=shown).select_related("person", "participation__enrolment")
        rows = [entry_row(fact) for fact in ledger.load(entries, self.snapshot.moment)]
        return simple(_("The facts"), [Header(label) for label in entry_headings()], rows)

    def _activities(self, shown: Any) -> Table:
        known = ActivityVersion.objects.in_force(self.snapshot.moment).filter(activity__in=shown)
        joined = known.select_related(*ledger.VERSION_JOINS)
        labels = [_("Activity"), _("Starts"), _("Host"), _("Country"), _("Funder"), _("Source")]
        return simple(
            _("The activities"), [Header(one) for one in labels], [event_row(one) for one in joined]
        )
