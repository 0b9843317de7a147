"""Which records are read as one person."""

import datetime as dt

from django.db.models import Q, QuerySet

from lms.people.models import PersonMerge


def in_force(moment: dt.datetime | None = None) -> QuerySet[PersonMerge]:
    """Merges recorded before ``moment`` (UTC; None is now) and not undone before it."""
    if moment is None:
        return PersonMerge.objects.filter(undone_at=None)
    return PersonMerge.objects.filter(Q(undone_at=None) | Q(undone_at__gte=moment), recorded_at__lt=moment)


def survivors(moment: dt.datetime | None = None) -> dict[int, int]:
    """For every merged record the record it is read as in the end, through chains."""
    step = dict(in_force(moment).values_list("duplicate_id", "survivor_id"))
    return {duplicate: _end_of_chain(step, duplicate) for duplicate in step}


def records_of(person_id: int, moment: dt.datetime | None = None) -> set[int]:
    """All record ids that are read as the same person as ``person_id``, itself included."""
    final = survivors(moment)
    survivor = final.get(person_id, person_id)
    return {survivor} | {duplicate for duplicate, end in final.items() if end == survivor}


def _end_of_chain(step: dict[int, int], record: int) -> int:
    # Merges that overlapped in the past may have closed a circle for a moment no action would allow.
    seen = {record}
    while (record := step.get(record, record)) not in seen:
        seen.add(record)
    return record
