"""One import: what it did, and taking it back."""

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rules
from courses.actions.imports.undo import Undone, undo_import
from courses.enums import Stage
from courses.models import ActivityVersion, Entry, Import
from courses.queries import register_uploads as queries
from courses.queries.facts import ENTRY_JOINS, REVERSAL_JOINS, Fact, load
from courses.web import words
from courses.web.imports import tables
from lms.web.accounts.confirm import ConfirmPage
from lms.web.tables import Cell, Table, paged, simple
from lms.web.views import PageView

PAGE = 50
JOINS = (*ENTRY_JOINS, *REVERSAL_JOINS, "person__pseudonym")


class OfImport(PageView, abstract=True):
    allowed = staticmethod(rules.may_import_registers)

    @cached_property
    def record(self) -> Import:
        return get_object_or_404(queries.applied(), pk=self.kwargs["pk"])

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(_("Imports of registers"), reverse("staff-imports"))]


class ImportPage(OfImport):
    """A constant number of queries."""

    page_title = gettext_lazy("An import")
    template_name = "courses/imports/record.html"

    def get_page_title(self) -> str:
        return _("Import %(number)s") % {"number": self.record.pk}

    def get_context(self) -> dict[str, Any]:
        record, asked = self.record, self.request.GET
        entries, versions = queries.entries_of(record), queries.versions_of(record)
        return {
            "record": record,
            "upload": getattr(record, "upload", None),
            "about": about(record),
            "tallies": tables.tallies(record.summary, caption=_("What came of each file")),
            "entries": paged(entries, facts_table, asked, key="facts", page_size=PAGE),
            "versions": paged(versions, versions_table, asked, key="activities", page_size=PAGE),
            "unseen": queries.unseen_of(record),
        }


def about(record: Import) -> list[tuple[str, str]]:
    pairs = [
        (_("File"), record.name),
        (_("Applied"), words.when_and_who(record.applied_at, record.applied_by)),
    ]
    if record.token:
        pairs.append((_("By the API, with the token"), record.token.name))
    if record.undone_at:
        pairs.append((_("Undone"), words.when_and_who(record.undone_at, record.undone_by)))
    return pairs


def facts_table(entries: Any) -> Table:
    shown: Sequence[Entry] = list(entries)
    facts = load(Entry.objects.filter(pk__in=[one.pk for one in shown]), joins=JOINS)
    by_key = {fact.entry.pk: fact for fact in facts}
    heads = tables.headers(_("Line"), _("Who"), _("Activity"), _("Fact"), _("As"), _("Still holds"))
    rows = [fact_row(by_key[one.pk]) for one in shown if one.pk in by_key]
    return simple(_("Facts that it recorded, in the order of its lines"), heads, rows)


def fact_row(fact: Fact) -> list[Any]:
    entry = fact.entry
    return [
        str(entry.source_line or "–"),
        person_cell(entry),
        Cell(words.title(fact.version), reverse("staff-activity", args=[entry.activity_id])),
        what(entry),
        words.organisation(entry),
        words.taken_back(entry, fact.reversal) if fact.reversal else _("yes"),
    ]


def person_cell(entry: Entry) -> Cell:
    if entry.person is None:
        return Cell(_("%(number)s without names") % {"number": entry.headcount})
    return Cell(words.named(entry.person), reverse("staff-person", args=[entry.person_id]))


def what(entry: Entry) -> str:
    stage = _("was absent") if entry.absent else str(Stage(entry.stage).label)
    if entry.happened_on is None:
        return stage
    return _("%(stage)s on %(day)s") % {"stage": stage, "day": words.day(entry.happened_on)}


def versions_table(versions: Sequence[ActivityVersion]) -> Table:
    heads = tables.headers(_("Line"), _("Activity"), _("Kind"), _("Starts"), _("Status"))
    rows = [
        [
            str(one.source_line or "–"),
            Cell(words.title(one), reverse("staff-activity", args=[one.activity_id])),
            one.kind.name,
            words.starts(one),
            _("withdrawn") if one.withdrawn else one.get_status_display(),
        ]
        for one in versions
    ]
    return simple(_("What it said of activities, in the order of its lines"), heads, rows)


class UndoPage(OfImport, ConfirmPage):
    """Asks once; where later facts stand on the import it says which, and does nothing."""

    allowed = staticmethod(rules.may_import_registers)
    page_title = gettext_lazy("Undo an import")
    submit_label = gettext_lazy("Undo it")
    success_message = gettext_lazy("The import is undone: what it recorded no longer holds.")

    def get_crumbs(self) -> list[tuple[str, str]]:
        above = (_("Import %(number)s") % {"number": self.record.pk}, self.get_cancel_url())
        return [*super().get_crumbs(), above]

    def sentence(self) -> str:
        text = _(
            "What import %(number)s (%(name)s) recorded is taken back, and what it had corrected holds again."
            " The people, affiliations and agencies it brought stay known."
        )
        return text % {"number": self.record.pk, "name": self.record.name}

    def confirmed(self) -> Undone:
        return undo_import(number=self.record.pk, by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("staff-import", args=[self.record.pk])

    get_cancel_url = get_success_url
