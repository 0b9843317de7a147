"""After an import or its undoing: completions, and their certificates, that agree with the facts again.

A register may restate or drop what a completion rule recorded, or say that somebody was not there after
all. Only enrolments of cohorts are concerned; an import that touches none costs one query more.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import F

from courses.actions.certificates import issue_certificate, repeat_revocation
from courses.actions.completions import complete_if_due
from courses.actions.ledger import reverse_entry
from courses.enums import Stage
from courses.models import Certificate, Enrolment, Entry, Import
from courses.queries.enrolments import enrolments_touched
from lms.people.models import User

# Where somebody came from, as an entry says it.
PLACE = ("audience", "hotline_id", "agency_id", "country_id")
Places = Mapping[int, Mapping[str, Any]]

# What a line gives holds for all its stages; only while an import is applied is it known what was given.
GIVEN = """
SELECT t.participation_id FROM touched t JOIN staged_participation p USING (line)
WHERE t.participation_id = ANY(%s) AND num_nonnulls(p.audience, p.organisation, p.country) > 0
"""


def lock_touched(*, record: Import) -> list[Enrolment]:
    """The enrolments that the import touched, locked in one order: what a browser does meanwhile waits."""
    return list(enrolments_touched(record).select_for_update(of=("self",)))


def places_given(touched: Sequence[Enrolment]) -> Places:
    """By participation: the place of the attendance, where the line of the import under way gave one."""
    if not touched:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(GIVEN, [[one.participation_id for one in touched]])
        given = [participation for (participation,) in cursor.fetchall()]
    there = Entry.objects.standing().filter(participation__in=given, stage=Stage.ATTENDED, absent=False)
    return {entry.participation_id: {name: getattr(entry, name) for name in PLACE} for entry in there}


def settle(
    *,
    touched: Sequence[Enrolment],
    record: Import,
    by: User | None,
    source: Import | None,
    places: Places,
) -> None:
    """Leave each enrolment with the completion that the facts call for, and that one with a certificate.

    ``source`` is what a completion recorded now names as the import that led to it.
    """
    if not touched:
        return
    reverse_resting(touched, record, by)
    participations = [one.participation_id for one in touched]
    completions = Entry.objects.filter(participation__in=participations, stage=Stage.COMPLETED)
    known = completions.standing().select_related("certificate", "person")
    standing = {entry.participation_id: entry for entry in known}
    revoked = revoked_before(participations)
    for one in touched:
        entry = standing.get(one.participation_id)
        if getattr(entry, "certificate", None):
            continue
        if entry is not None:
            issue_certificate(entry=entry, version=one.cohort.version)
        elif not one.called_off:  # type: ignore[attr-defined]  # annotated
            place = places.get(one.participation_id)
            entry = complete_if_due(enrolment=one, by=by, source=source, place=place)
        earlier = revoked.get((one.participation_id, entry.ordinal - 1)) if entry else None
        if entry is not None and earlier is not None:
            repeat_revocation(entry=entry, earlier=earlier)


def reverse_resting(touched: Sequence[Enrolment], record: Import, by: User | None) -> None:
    """Take back what a rule concluded from an attendance that the import took back."""
    asking = [one.participation_id for one in touched if one.cohort.version.needs_attendance]
    there = Entry.objects.filter(participation__in=asking, stage=Stage.ATTENDED, absent=False)
    gone = there.filter(reversal__source=record).values("participation")
    concluded = Entry.objects.standing().filter(
        participation__in=gone, stage=Stage.COMPLETED, source_line__isnull=True
    )
    for entry in concluded.exclude(participation__in=there.standing().values("participation")):
        reverse_entry(entry=entry, by=by, source=record)


def revoked_before(participations: Sequence[int]) -> dict[tuple[int, int], Certificate]:
    """Revoked certificates of completions that an import took away, by participation and ordinal.

    A revocation is for good: a register that moves the date of a completion does not lift it.
    """
    found = Certificate.objects.filter(
        entry__participation__in=participations,
        entry__reversal__source__isnull=False,
        revoked_at__isnull=False,
    ).annotate(participation=F("entry__participation"), ordinal=F("entry__ordinal"))
    return {(one.participation, one.ordinal): one for one in found}
