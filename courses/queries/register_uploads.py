"""Registers that were brought in, and the imports that came of them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from courses.models import ActivityVersion, Entry, Import, RegisterUpload, UploadState
from courses.models.ledger import EntryQuerySet
from courses.queries.facts import seen


@dataclass(frozen=True)
class Totals:
    """Of all files of a register together, as its tallies say it: records, and rejected lines."""

    created: int = 0
    changed: int = 0
    rejected: int = 0


def totals(tallies: dict[str, dict[str, int]]) -> Totals:
    return Totals(*(sum(tally.get(name, 0) for tally in tallies.values()) for name in Totals.__annotations__))


def not_applied() -> QuerySet[RegisterUpload]:
    """The newest first; what was applied is among the imports."""
    people = ("uploaded_by__person", "decided_by__person")
    return RegisterUpload.objects.exclude(state=UploadState.APPLIED).select_related(*people).order_by("-pk")


def applied() -> QuerySet[Import]:
    """All imports, from pages and from the command, the newest first, with who applied and undid them."""
    people = ("applied_by__person", "undone_by__person", "upload", "token")
    return Import.objects.select_related(*people).order_by("-pk")


def entries_of(record: Import) -> EntryQuerySet:
    """What an import recorded and anybody may see by name, in the order of its lines."""
    entries = seen(Entry.objects.filter(source=record))
    return entries.order_by("source_line", "pk")


def unseen_of(record: Import) -> int:
    """How many entries of it are of people who keep a course to themselves."""
    return Entry.objects.filter(source=record, participation__enrolment__hidden=True).count()


def versions_of(record: Import) -> QuerySet[ActivityVersion]:
    joins: tuple[Any, ...] = ("kind", "host")
    return ActivityVersion.objects.filter(source=record).select_related(*joins).order_by("source_line", "pk")
