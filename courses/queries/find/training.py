"""Who took part in what, as far as anybody may know it by name: for filters.

The same facts as the counts, but those of whoever keeps a course to themselves, which no list may tell.
"""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from courses.enums import ActivityStatus, Stage
from courses.models import ActivityVersion, Entry
from courses.models.ledger import EntryQuerySet
from courses.queries.facts import seen
from lms.kit.clock import Span
from lms.people.queries.merges import survivors


class Training(models.TextChoices):
    TOOK_PART = "took_part", _("attended or completed")
    COMPLETED = "completed", _("completed")
    NOT_COMPLETED = "not_completed", _("took part and did not complete")
    NOTHING = "nothing", _("neither attended nor completed")


def people(training: str, kind: str, year: str) -> Q:
    """A condition on persons. Records that are read as one person meet it alike.

    ``kind`` is an activity kind's code and ``year`` one of the reporting zone; '' for any. Two queries.
    """
    if training == Training.NOTHING:
        return ~_persons(facts(kind, year, Stage.ATTENDED, Stage.COMPLETED))
    if training == Training.COMPLETED:
        return _persons(facts(kind, year, Stage.COMPLETED))
    if training == Training.NOT_COMPLETED:
        completed = Entry.objects.standing().filter(
            participation=OuterRef("participation"), stage=Stage.COMPLETED
        )
        return _persons(facts(kind, year, Stage.ENROLLED, Stage.ATTENDED).filter(~Exists(completed)))
    return _persons(facts(kind, year, Stage.ATTENDED, Stage.COMPLETED))


def facts(kind: str, year: str, *stages: Stage) -> EntryQuerySet:
    """Entries of these stages that the counts have, head counts too, dated in the year."""
    versions = ActivityVersion.objects.in_force()
    if kind:
        versions = versions.filter(kind=kind)
    held = versions.filter(status=ActivityStatus.HELD, starts_at__isnull=False)
    dated = Q()
    if year:
        span = Span.of_year(int(year))
        held = held.filter(starts_at__gte=span.starts_at, starts_at__lt=span.ends_before)
        dated = Q(happened_on__range=(span.first, span.last))
    alive = versions.exclude(status=ActivityStatus.CANCELLED)
    counted = {
        Stage.ATTENDED: Q(activity__in=held.values("activity")),
        Stage.ENROLLED: Q(activity__in=alive.values("activity")) & dated,
        Stage.COMPLETED: Q(activity__in=versions.values("activity")) & dated,
    }
    any_of = Q()
    for stage in stages:
        any_of |= Q(stage=stage) & counted[stage]
    return seen(Entry.objects.standing().filter(any_of, absent=False))


def _persons(entries: EntryQuerySet) -> Q:
    final = survivors()
    named = entries.filter(person__isnull=False).order_by()
    merged = named.filter(person__in={*final, *final.values()}).values_list("person_id", flat=True)
    ends = {final.get(record, record) for record in merged if record}
    same = ends | {record for record, end in final.items() if end in ends}
    return Q(pk__in=named.values("person")) | Q(pk__in=same)
