"""What is likely to be wrong with the data: one query for each kind of finding.

Nothing here is wrong for sure. Courses that somebody keeps to themselves are left out, as wherever names
are shown.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now

from courses.enums import ActivityStatus, Dimension, Finding, Stage
from courses.models import ActivityVersion, Entry, Mend
from courses.queries.counts import Question
from courses.queries.counts.counting import count
from courses.queries.facts import load, seen
from courses.queries.gatherings import owned
from courses.queries.snapshots.years import members_in
from lms.kit.clock import Span
from lms.people.models import Affiliation, Hotline, Person
from lms.people.narrowing import narrowed
from lms.people.queries.alike import Pair, pairs
from lms.people.queries.merges import in_force


def without_affiliation() -> QuerySet[Person]:
    """Whoever took part in something, and belongs nowhere on any day: by no record read as this one."""
    duplicates = in_force().filter(survivor=OuterRef("pk"), duplicate__affiliations__isnull=False)
    found = Person.objects.filter(
        Exists(seen(Entry.objects.standing()).filter(person=OuterRef("pk"))),
        ~Exists(Affiliation.objects.filter(person=OuterRef("pk"))),
        ~Exists(in_force().filter(duplicate=OuterRef("pk"))),
        ~Exists(duplicates),
    )
    return narrowed(found, "pk").select_related("pseudonym").order_by("family_name", "given_name", "pk")


def known_places(people: Collection[int]) -> dict[int, Entry]:
    """For each person the latest fact that holds and names an organisation: where they are likely to be.

    The latest by the day it is counted on; of one day the one recorded last. Two queries.
    """
    named = Q(hotline__isnull=False) | Q(agency__isnull=False)
    facts = load(seen(Entry.objects.standing()).filter(named, person__in=people))
    holding = (fact for fact in facts if fact.stands)
    in_order = sorted(
        holding, key=lambda fact: (fact.day or dt.date.min, fact.entry.recorded_at, fact.entry.pk)
    )
    return {fact.entry.person_id: fact.entry for fact in in_order if fact.entry.person_id}


def without_zone() -> QuerySet[ActivityVersion]:
    """Activities with a time and no place's clock to read it by."""
    found = ActivityVersion.objects.in_force().filter(starts_at__isnull=False, timezone="")
    return found.select_related("kind", "country", "host__country").order_by("starts_at", "pk")


def still_planned() -> QuerySet[ActivityVersion]:
    """Planned activities whose end has passed; cohorts and exchanges have ways of their own (``owned``)."""
    found = ActivityVersion.objects.in_force().filter(status=ActivityStatus.PLANNED)
    past = found.annotate(over_at=Coalesce("ends_at", "starts_at"), owned=owned()).filter(over_at__lt=Now())
    return past.select_related("kind", "host").order_by("over_at", "pk")


def completed_before_enrolled() -> QuerySet[Any]:
    """Completions, with ``enrolled_on`` of the enrolment that stands and is dated later, and ``owned``."""
    later = Entry.objects.standing().filter(
        participation=OuterRef("participation"), stage=Stage.ENROLLED, happened_on__gt=OuterRef("happened_on")
    )
    found = seen(Entry.objects.standing()).filter(Exists(later), stage=Stage.COMPLETED, person__isnull=False)
    dated = found.annotate(enrolled_on=Subquery(later.values("happened_on")[:1]), owned=owned())
    return dated.select_related("person").order_by("happened_on", "pk")


def alike() -> list[Pair]:
    """Records that may be one person, the likeliest first, without those told apart. Two queries."""
    told_apart = Mend.objects.filter(finding=Finding.DUPLICATES, undone_at=None)
    apart = set(told_apart.values_list("person", "other"))
    return [pair for pair in pairs() if (pair.first, pair.second) not in apart]


def untrained(year: int) -> list[Hotline]:
    """Members in the year of whose people no count of the year knows anything, by name."""
    asked = Question(Span.of_year(year), by=Dimension.HOTLINE)
    trained = {one.value for one in count(asked, only_adding_up=True) if one.code.of_taking_part}
    return [
        hotline
        for hotline in members_in(year).select_related("country").order_by("name")
        if hotline.name not in trained
    ]


def asked_about(year: int) -> set[int]:
    """The hotlines, by key, whose managers are asked already."""
    found = Mend.objects.filter(finding=Finding.UNTRAINED, year=year, undone_at=None)
    return set(found.values_list("hotline", flat=True))


def number_of(finding: Finding, year: int) -> int:
    """How many findings of a kind there are. One query, two for hotlines."""
    match finding:
        case Finding.AFFILIATION:
            return without_affiliation().count()
        case Finding.ZONE:
            return without_zone().count()
        case Finding.DUPLICATES:
            return len(alike())
        case Finding.DATES:
            return completed_before_enrolled().count()
        case Finding.PAST:
            return still_planned().count()
        case Finding.UNTRAINED:
            return len(untrained(year))


def mends() -> QuerySet[Mend]:
    """What was mended, the newest first."""
    related = ("person_change__person", "fact_change", "version", "person", "other", "hotline")
    return Mend.objects.select_related(*related, "made_by__person", "undone_by__person")
