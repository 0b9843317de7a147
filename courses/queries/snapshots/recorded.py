"""What was recorded since a moment about a definition's span, and what it has to be held against."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q

from courses.kinds.figures import Activity, Definition, Part
from courses.kinds.figures.paid import Paid
from courses.queries.counts import Question
from courses.queries.snapshots.behind import activity_of, known, part_of
from courses.queries.snapshots.definitions import span_of
from lms.people.models import PersonMerge

LAST = dt.date.max.isoformat()
# Activities that are, or once were said to be, of the span; and whoever enrolled or completed in it.
OF_SPAN = """
SELECT DISTINCT activity_id FROM courses_activityversion
WHERE recorded_at < %(until)s AND starts_at >= %(begins)s AND starts_at < %(ends)s
"""
ABOUT_SPAN = f"""
    {OF_SPAN}
    UNION SELECT activity_id FROM courses_entry WHERE happened_on BETWEEN %(first)s AND %(last)s
    UNION SELECT activity_id FROM courses_entry WHERE person_id = ANY (%(merged)s)
"""  # noqa: S608 - put together from constants of this module
VERSIONS = f"""
SELECT v.id, v.recorded_at, v.withdrawn, v.activity_id, v.kind_id, k.between_hotlines, v.status,
       (v.starts_at AT TIME ZONE %(zone)s)::date, host.name, v.country_id, nullif(region.region, ''),
       funder.name, v.topics, nullif(v.mode, '')
FROM courses_activityversion v JOIN courses_activitykind k ON k.code = v.kind_id
LEFT JOIN people_hotline host ON host.id = v.host_id
LEFT JOIN people_country region ON region.code = v.country_id
LEFT JOIN courses_funder funder ON funder.id = v.funder_id
WHERE v.recorded_at >= %(since)s AND v.recorded_at < %(until)s AND v.activity_id IN ({ABOUT_SPAN})
ORDER BY v.recorded_at, v.activity_id, v.number
"""  # noqa: S608 - put together from constants of this module
# All that was ever said of these activities: what it was before is what a change is held against.
FUNDINGS = f"""
SELECT f.id, f.recorded_at, f.activity_id, f.participation_id,
       ARRAY(SELECT g.name FROM courses_grant g WHERE g.id = ANY (f.grants)),
       ARRAY(SELECT g.name || ' · ' || p.code FROM courses_workpackage p
             JOIN courses_grant g ON g.id = p.grant_id WHERE p.id = ANY (f.work_packages))
FROM courses_funding f
WHERE f.recorded_at < %(until)s AND f.activity_id IN ({ABOUT_SPAN})
ORDER BY f.recorded_at, f.activity_id, f.participation_id NULLS FIRST, f.number
"""  # noqa: S608 - put together from constants of this module
# Of merged persons everything: an entry outside the span may be the one of a room that counts.
ENTRIES = f"""
SELECT e.id, e.participation_id, e.activity_id, e.stage, e.person_id, e.headcount, e.happened_on, e.audience,
       hotline.name, e.country_id, nullif(country.region, ''), ARRAY[]::text[], ARRAY[]::text[],
       e.hotline_id, e.recorded_at, r.recorded_at,
       %(leaves_out_unseen)s AND EXISTS (
           SELECT FROM courses_enrolment n WHERE n.participation_id = e.participation_id AND n.hidden)
FROM courses_entry e LEFT JOIN courses_reversal r ON r.entry_id = e.id AND r.recorded_at < %(until)s
LEFT JOIN people_hotline hotline ON hotline.id = e.hotline_id
LEFT JOIN people_country country ON country.code = e.country_id
WHERE e.recorded_at < %(until)s AND NOT e.absent AND (r.recorded_at IS NULL OR r.recorded_at >= %(since)s)
  AND (e.person_id = ANY (%(merged)s) OR (
    (e.recorded_at >= %(since)s OR r.recorded_at >= %(since)s OR e.activity_id = ANY (%(changed)s))
    AND (e.happened_on BETWEEN %(first)s AND %(last)s
         OR (e.stage = 'attended' AND e.activity_id IN ({OF_SPAN})))
  ))
"""  # noqa: S608 - put together from constants of this module


@dataclass(frozen=True)
class StoredEntry:
    """``unseen`` is left out of what is asked; ``person`` is the record it was written for. Who paid for the
    part is not in it: that is a matter of fundings.
    """

    part: Part
    person: int
    hotline_id: int | None
    recorded_at: dt.datetime
    reversed_at: dt.datetime | None
    unseen: bool

    def stood_before(self, moment: dt.datetime) -> bool:
        return self.recorded_at < moment

    def read_as(self, survivors: dict[int, int]) -> Part:
        if self.part.person is None:
            return self.part
        return replace(self.part, person=survivors.get(self.person, self.person))

    def precedence(self, survivor: int) -> tuple[object, ...]:
        """Which of two merged records in one room counts: the order of queries/counts/sql.py."""
        part = self.part
        return (
            part.day or LAST,
            self.person != survivor,
            part.audience,
            (self.hotline_id is None, self.hotline_id),
            (part.country is None, part.country),
            part.id,
        )


@dataclass(frozen=True)
class VersionRow:
    """``says`` is None where the version withdraws its activity."""

    pk: int
    recorded_at: dt.datetime
    activity: int
    says: Activity | None


@dataclass(frozen=True)
class FundingRow:
    """``participation`` is None where it is about the activity itself."""

    pk: int
    recorded_at: dt.datetime
    activity: int
    participation: int | None
    paid: Paid


@dataclass(frozen=True)
class MergeRow:
    pk: int
    duplicate: int
    survivor: int
    recorded_at: dt.datetime
    undone_at: dt.datetime | None

    def in_force_before(self, moment: dt.datetime) -> bool:
        return self.recorded_at < moment


@dataclass(frozen=True)
class Recorded:
    """``known`` are the activities of these entries and versions as known before ``moment``; ``fundings``
    what was ever said of these, also before; ``merged`` all persons of a merge that was in force at any time
    from then on.
    """

    moment: dt.datetime
    entries: dict[int, StoredEntry]
    versions: list[VersionRow]
    fundings: list[FundingRow]
    merges: list[MergeRow]
    known: dict[int, Activity]

    @property
    def merged(self) -> frozenset[int]:
        return merged_in(self.merges)


def merged_in(merges: Iterable[MergeRow]) -> frozenset[int]:
    return frozenset(person for merge in merges for person in (merge.duplicate, merge.survivor))


def recorded_since(definition: Definition, moment: dt.datetime, until: dt.datetime) -> Recorded:
    """Five queries. Filters are not asked here: whether a fact passes them may be what changed."""
    merges = merges_between(moment, until)
    span = span_of(definition)
    values: dict[str, Any] = {
        "since": moment,
        "until": until,
        "first": span.first,
        "last": span.last,
        "begins": span.starts_at,
        "ends": span.ends_before,
        "zone": settings.REPORTING_ZONE,
        "merged": sorted(merged_in(merges)),
        "leaves_out_unseen": definition.leaves_out_unseen,
    }
    with connection.cursor() as cursor:
        cursor.execute(VERSIONS, values)
        versions = [version_of(row) for row in cursor.fetchall()]
        cursor.execute(FUNDINGS, values)
        fundings = [funding_of(row) for row in cursor.fetchall()]
        refunded = (row.activity for row in fundings if row.recorded_at >= moment)
        changed = sorted({*(version.activity for version in versions), *refunded})
        cursor.execute(ENTRIES, values | {"changed": changed})
        entries = {entry.part.id: entry for entry in map(entry_of, cursor.fetchall())}
    activities = {entry.part.activity for entry in entries.values()} | set(changed)
    before = known(activities, Question(span, instant=moment))
    return Recorded(moment, entries, versions, fundings, merges, {one.id: one for one in before})


def merges_between(moment: dt.datetime, until: dt.datetime) -> list[MergeRow]:
    """Those in force at any time from ``moment`` up to ``until``; undone later is not undone yet."""
    rows = PersonMerge.objects.filter(
        Q(undone_at=None) | Q(undone_at__gte=moment), recorded_at__lt=until
    ).order_by("id")
    columns = rows.values_list("id", "duplicate", "survivor", "recorded_at", "undone_at")
    return [
        MergeRow(pk, duplicate, survivor, recorded_at, undone_at if undone_at and undone_at < until else None)
        for pk, duplicate, survivor, recorded_at, undone_at in columns
    ]


def version_of(row: tuple[Any, ...]) -> VersionRow:
    pk, recorded_at, withdrawn, *columns = row
    return VersionRow(pk, recorded_at, columns[0], None if withdrawn else activity_of(tuple(columns)))


def funding_of(row: tuple[Any, ...]) -> FundingRow:
    pk, recorded_at, activity, participation, grants, work_packages = row
    return FundingRow(pk, recorded_at, activity, participation, Paid.of(grants, work_packages))


def entry_of(row: tuple[Any, ...]) -> StoredEntry:
    *columns, hotline_id, recorded_at, reversed_at, unseen = row
    part = part_of(tuple(columns))
    return StoredEntry(part, part.person or 0, hotline_id, recorded_at, reversed_at, unseen)
