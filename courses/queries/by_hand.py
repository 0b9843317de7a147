"""What was said by hand of an activity or a person, and who stands on an activity's list at which stages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from operator import or_

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from courses.enums import ActivityStatus, Stage
from courses.models import (
    Activity,
    ActivityVersion,
    Amendment,
    Cohort,
    Entry,
    Exchange,
    FactAdded,
    FactChange,
    GenderTotal,
    Participation,
)
from courses.queries.counts.counting import counted_elsewhere
from lms.people.models import Person
from lms.people.narrowing import narrowed


@dataclass(frozen=True)
class Listed:
    """One person, or one head count (``person`` None), with the entries that stand, by stage."""

    participation: Participation
    facts: dict[str, Entry]

    @property
    def person(self) -> Person | None:
        return self.participation.person

    @property
    def entry(self) -> Entry:
        """The one that says for whom: the last stage that stands."""
        return next(self.facts[stage] for stage in reversed(Stage) if stage in self.facts)


def listed(activity: Activity) -> list[Listed]:
    """Everybody of whom something stands, by name, head counts last. Two queries."""
    standing = Entry.objects.standing().select_related("hotline", "agency", "country")
    found = narrowed(Participation.objects.filter(activity=activity)).select_related("person__pseudonym")
    rows = found.prefetch_related(Prefetch("entries", standing, to_attr="facts"))
    lines = [Listed(row, {entry.stage: entry for entry in row.facts}) for row in rows if row.facts]
    return sorted(lines, key=_by_name)


def _by_name(line: Listed) -> tuple[bool, str, str, int]:
    person = line.person
    if person is None:
        return (True, "", "", line.participation.pk)
    return (False, person.family_name.casefold(), person.given_name.casefold(), person.pk)


def behind(activity: Activity) -> Cohort | Exchange | None:
    """The cohort or exchange that says itself what the activity is and who took part, if there is one.

    No query where both were fetched along, or asked for already.
    """
    found: Cohort | Exchange | None = getattr(activity, "cohort", None) or getattr(activity, "exchange", None)
    return found


def changes_of_activity(activity: Activity) -> QuerySet[FactChange]:
    """The changes of its facts by hand, each with what it added and put right, the newest first.

    Three queries, however many; what nobody may see anything of is left out.
    """
    return _seen(FactChange.objects.filter(activity=activity))


def change_in_full(change: FactChange) -> QuerySet[FactChange]:
    """One change, with what it added and put right; nothing where nobody may see any of it."""
    return _seen(FactChange.objects.filter(pk=change.pk))


def changes_of_person(records: Collection[int]) -> QuerySet[FactChange]:
    """The same about the records of one person, without what a change did for others."""
    amended = _amended().filter(reversal__entry__person__in=records)
    added = _added().filter(entry__person__in=records)
    about = Q(pk__in=amended.values("change")) | Q(pk__in=added.values("change"))
    return _whole(FactChange.objects.filter(about), amended, added)


def _seen(changes: QuerySet[FactChange]) -> QuerySet[FactChange]:
    amended, added = _amended(), _added()
    anything = (Exists(parts.filter(change=OuterRef("pk"))) for parts in (amended, added))
    return _whole(changes.filter(or_(*anything)), amended, added)


def _amended() -> QuerySet[Amendment]:
    return narrowed(Amendment.objects.all(), "reversal__entry__person")


def _added() -> QuerySet[FactAdded]:
    return narrowed(FactAdded.objects.all(), "entry__person")


def _whole(
    changes: QuerySet[FactChange], amended: QuerySet[Amendment], added: QuerySet[FactAdded]
) -> QuerySet[FactChange]:
    sides = ("reversal__entry", "successor")
    parts = ("hotline", "agency", "person__pseudonym")
    return changes.select_related("recorded_by__person", "undoing", "undoes", "activity").prefetch_related(
        Prefetch("amendments", amended.select_related(*(f"{a}__{b}" for a in sides for b in parts))),
        Prefetch("added", added.select_related(*(f"entry__{part}" for part in parts))),
    )


def attended(activity: Activity) -> int:
    """How many attended, as the counts have it: by name and in head counts; 0 where it was not held."""
    held = ActivityVersion.objects.in_force().filter(activity=activity, status=ActivityStatus.HELD)
    if not held.exists():
        return 0
    there = Entry.objects.standing().filter(activity=activity, stage=Stage.ATTENDED, absent=False)
    found = there.exclude(pk__in=counted_elsewhere()).aggregate(heads=Sum("headcount"))
    return found["heads"] or 0


def genders_of(activity: Activity) -> Sequence[GenderTotal]:
    """What was said of genders, the newest first; the first of them holds unless it is taken back."""
    totals = GenderTotal.objects.filter(activity=activity).order_by("-number")
    return list(totals.select_related("recorded_by__person"))
