"""Each recorded change since a freeze as a row: when, what, by whom, from where, and what it did."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.enums import Stage
from courses.models import ActivityVersion, Entry, Funding
from courses.queries import facts as ledger
from courses.queries.facts import Fact
from courses.queries.grants import Names
from courses.queries.snapshots.since import Change, What
from courses.web import versions, words
from courses.web.counts.facts import who
from courses.web.figures.words import Labels
from lms.people.models import Hotline, PersonMerge
from lms.web.tables import Cell, Header, Table, simple

ENTRIES = (What.ENTRY, What.REVERSAL, What.REVERSAL_AT_ONCE)
MERGES = (What.MERGE, What.UNDOING)
# What was given as the reason of an entry: where it came in the place of another, where it came alone, and
# where it was taken back.
WHY = ("amends", "added_by_hand__change", "reversal__amendment")


def table(shown: Sequence[Change], labels: Labels, own: Hotline | None = None) -> Table:
    """Four queries, however many changes are shown, and as many where some are about who paid.

    For the manager of ``own`` it names nothing that was recorded about another hotline's people, leads to
    no page of the network's, and has no reasons, which staff wrote for staff.
    """
    headers = [_("Recorded"), _("What"), _("Who"), _("Where"), _("By whom, from where"), _("Effect")]
    found = Loaded(shown) if own is None else OwnLoaded(shown, own)
    rows = [
        [
            words.reader_time(one.moment),
            *because(found.row(one), found.reason(one)),
            labels.effects(one.effects) or _("no number moved"),
        ]
        for one in shown
    ]
    return simple(_("Recorded since, the earliest first"), [Header(label) for label in headers], rows)


class Loaded:
    """What the changes of one page are about."""

    def __init__(self, shown: Sequence[Change]) -> None:
        entries = Entry.objects.filter(pk__in=[one.pk for one in shown if one.what in ENTRIES])
        entries = entries.select_related("person", "participation__enrolment", *WHY)
        self.facts: dict[int, Fact] = {fact.entry.pk: fact for fact in ledger.load(entries)}
        numbers = [one.pk for one in shown if one.what == What.VERSION]
        self.versions = _versions(numbers)
        self._load_fundings([one.pk for one in shown if one.what == What.FUNDING])
        merges = PersonMerge.objects.filter(pk__in=[one.pk for one in shown if one.what in MERGES])
        self.merges = merges.select_related(
            "duplicate", "survivor", "recorded_by__person", "undone_by__person"
        ).in_bulk()

    def row(self, change: Change) -> list[Any]:
        """What, who, where, by whom and from where."""
        if change.what in MERGES:
            return _merge(self.merges[change.pk], undone=change.what == What.UNDOING)
        if change.what == What.VERSION:
            return _version(*self.versions[change.pk])
        if change.what == What.FUNDING:
            return self._funding(self.fundings[change.pk])
        return _entry(self.facts[change.pk], reversal=change.what != What.ENTRY)

    def reason(self, change: Change) -> str:
        """What whoever made the change by hand gave as its reason; empty for all that comes otherwise."""
        if change.what == What.VERSION:
            return said_with(self.versions[change.pk][0], "note")
        if change.what not in ENTRIES or self.facts[change.pk].unseen:
            return ""
        entry = self.facts[change.pk].entry
        if change.what == What.ENTRY:
            return said_with(entry, "amends") or said_with(entry, "added_by_hand", "change")
        return said_with(entry, "reversal", "amendment")

    def _load_fundings(self, numbers: Sequence[int]) -> None:
        found = Funding.objects.filter(pk__in=numbers).select_related("recorded_by__person")
        self.fundings = {one.pk: one for one in found} if numbers else {}
        self.names = Names.of(self.fundings.values()) if numbers else None
        of_these = {one.activity_id for one in self.fundings.values()}
        self.funded = ledger.known_versions(of_these) if numbers else {}

    def _funding(self, one: Funding) -> list[Any]:
        """Without the visitor's name: who paid is said of a visit."""
        said = ", ".join(self.names.said(one) if self.names else ())
        text = _("who paid for a visitor: %(said)s") if one.participation_id else _("who paid: %(said)s")
        version = self.funded[one.activity_id]
        where = Cell(words.title(version), reverse("staff-activity", args=[one.activity_id]))
        by = _("recorded by %(name)s") % {"name": words.who(one.recorded_by)}
        return [text % {"said": said or _("nobody in particular")}, None, where, by]


def because(row: Sequence[Any], reason: str) -> list[Any]:
    """The reason stands with who gave it, at the end of the row."""
    *before, by = row
    return [*before, f"{by}: {reason}" if reason else by]


def said_with(row: Any, *relations: str) -> str:
    """The reason on what hangs on a row by these relations, each of which may have nothing."""
    for relation in relations:
        row = getattr(row, relation, None)
    return row.reason if row else ""


class OwnLoaded(Loaded):
    """The same for a hotline's manager."""

    def __init__(self, shown: Sequence[Change], own: Hotline) -> None:
        super().__init__(shown)
        self.own = own

    def row(self, change: Change) -> list[Any]:
        elsewhere = change.what in ENTRIES and self.facts[change.pk].entry.hotline_id != self.own.pk
        if elsewhere or change.what in MERGES:
            # Two records of one person: the other one may be of somebody's time at another hotline.
            return [_("two records are read as one person, or no longer are"), None, None, None]
        shown = unlinked(super().row(change))
        if change.what == What.FUNDING:
            # Which grants the network uses for what is staff's to know.
            return [_("who paid was said otherwise"), None, shown[2], None]
        return shown

    def reason(self, change: Change) -> str:
        return ""


def unlinked(row: Sequence[Any]) -> list[Any]:
    """The same cells, leading nowhere."""
    return [Cell(cell.value, "", cell.numeric) if isinstance(cell, Cell) else cell for cell in row]


def _versions(numbers: Sequence[int]) -> dict[int, tuple[ActivityVersion, ActivityVersion | None]]:
    """Each version with the one before it."""
    joins = ledger.VERSION_JOINS
    found = list(ActivityVersion.objects.filter(pk__in=numbers).select_related(*joins, "note"))
    of_these = ActivityVersion.objects.filter(activity__in=[one.activity_id for one in found])
    every = {(one.activity_id, one.number): one for one in of_these.select_related(*joins)}
    return {one.pk: (one, every.get((one.activity_id, one.number - 1))) for one in found}


def _entry(fact: Fact, *, reversal: bool) -> list[Any]:
    entry = fact.entry
    stage = Stage(entry.stage).label
    dated = f"{stage}, {words.day(entry.happened_on)}" if entry.happened_on else str(stage)
    where = Cell(words.title(fact.version), reverse("staff-activity", args=[fact.version.activity_id]))
    if reversal and fact.reversal is not None:
        said = _("taken back: %(fact)s") % {"fact": dated}
        # They enrolled by themselves: who recorded it would be the name.
        source = "–" if fact.unseen else words.taken_back(entry, fact.reversal)
        return [said, who(fact), where, source]
    said = _("recorded late: %(fact)s") % {"fact": dated}
    return [said, who(fact), where, "–" if fact.unseen else words.source(entry)]


def _version(version: ActivityVersion, before: ActivityVersion | None) -> list[Any]:
    said = versions.changes(version, before)
    what = _("an activity, %(changes)s") % {"changes": said}
    where = Cell(words.title(version), reverse("staff-activity", args=[version.activity_id]))
    return [what, None, where, words.source(version)]


def _merge(merge: PersonMerge, *, undone: bool) -> list[Any]:
    names = {"duplicate": merge.duplicate.name, "survivor": merge.survivor.name}
    said = (
        _("read apart again: %(duplicate)s and %(survivor)s")
        if undone
        else _("%(duplicate)s is read as %(survivor)s")
    )
    person = Cell(merge.survivor.name, reverse("staff-person", args=[merge.survivor_id]))
    by = merge.undone_by if undone else merge.recorded_by
    return [said % names, person, None, _("recorded by %(name)s") % {"name": words.who(by)}]
