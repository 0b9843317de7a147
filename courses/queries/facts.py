"""Ledger entries with what was known of their activity, as of a moment."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import cached_property

from courses.enums import ActivityStatus, Stage
from courses.models import ActivityVersion, Enrolment, Entry, Reversal
from courses.models.ledger import EntryQuerySet
from lms.kit import clock
from lms.people.narrowing import narrowed

ENTRY_JOINS = ("hotline", "agency", "country", "source", "recorded_by__person")
REVERSAL_JOINS = ("reversal__source", "reversal__recorded_by__person")
BARE = ("reversal",)
VERSION_JOINS = ("kind", "country", "host", "funder", "source", "recorded_by__person")


@dataclass(frozen=True)
class Fact:
    """One entry as it was known: ``reversal`` is what took it back by then, or None."""

    entry: Entry
    version: ActivityVersion
    reversal: Reversal | None

    @property
    def stands(self) -> bool:
        return self.reversal is None and not self.version.withdrawn

    @property
    def unseen(self) -> bool:
        """Whether the person keeps the course to themselves: no page may show a name beside it.

        A query, unless the entry came with its participation's enrolment.
        """
        return is_unseen(self.entry)

    @property
    def counts(self) -> bool:
        """Whether the network's counts include it (the rules of the stages, without any span of dates)."""
        if not self.stands or self.entry.absent:
            return False
        if self.entry.stage == Stage.ATTENDED:
            return self.version.status == ActivityStatus.HELD and self.version.starts_at is not None
        return self.entry.stage == Stage.COMPLETED or self.version.status != ActivityStatus.CANCELLED

    @cached_property
    def day(self) -> dt.date | None:
        """The day it is counted on: its own date, or for an attendance the activity's first day."""
        return self.entry.happened_on or first_day(self.version)


def seen(entries: EntryQuerySet) -> EntryQuerySet:
    """Without the facts of whoever keeps a self-care course to themselves.

    For every page that shows facts by name to anybody but that person. Counts keep them.
    """
    kept = Enrolment.objects.filter(participation=OuterRef("participation"), hidden=True)
    return narrowed(entries.filter(~Exists(kept)))


def is_unseen(entry: Entry) -> bool:
    enrolment: Enrolment | None = getattr(entry.participation, "enrolment", None)
    return enrolment is not None and enrolment.hidden


def first_day(version: ActivityVersion) -> dt.date | None:
    """The day an activity starts, in the reporting zone; None for a self-paced one."""
    return version.starts_at.astimezone(clock.reporting_zone()).date() if version.starts_at else None


def load(
    entries: QuerySet[Entry],
    moment: dt.datetime | None = None,
    joins: Sequence[str] = (*ENTRY_JOINS, *REVERSAL_JOINS),
) -> list[Fact]:
    """The facts of some entries, reversed ones included, by what was recorded before ``moment``
    (UTC; None is now). Two queries, however many entries. ``BARE`` joins are enough to count them by.
    """
    if moment is not None:
        entries = entries.filter(recorded_at__lt=moment)
    rows = list(entries.select_related(*joins))
    versions = known_versions({row.activity_id for row in rows}, moment)
    return [Fact(row, versions[row.activity_id], _reversal(row, moment)) for row in rows]


def known_versions(
    activities: Iterable[int], moment: dt.datetime | None = None
) -> dict[int, ActivityVersion]:
    """The last version recorded before ``moment`` of each activity, also where it was withdrawn."""
    known = ActivityVersion.objects.filter(activity__in=activities)
    if moment is not None:
        known = known.filter(recorded_at__lt=moment)
    latest = known.order_by("activity_id", "-number").distinct("activity_id")
    return {version.activity_id: version for version in latest.select_related(*VERSION_JOINS)}


def _reversal(entry: Entry, moment: dt.datetime | None) -> Reversal | None:
    reversal: Reversal | None = getattr(entry, "reversal", None)
    if reversal is not None and moment is not None and reversal.recorded_at >= moment:
        return None
    return reversal
