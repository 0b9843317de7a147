"""Activities as lists want them."""

from django.db.models import Case, OuterRef, QuerySet, Subquery, Sum, When

from courses.enums import ActivityStatus, Stage
from courses.models import ActivityVersion, Entry
from courses.queries.counts.counting import counted_elsewhere
from lms.kit import clock


def current(*, kind: str = "", year: int | None = None) -> QuerySet[ActivityVersion]:
    """The version in force of each activity, with ``participations``: the attendances that the counts have,
    head counts by their number, and none (None) where the activity was not held.

    ``year`` is one of the reporting zone and leaves self-paced activities out.
    """
    versions = ActivityVersion.objects.in_force().select_related("kind", "country", "host")
    if kind:
        versions = versions.filter(kind=kind)
    if year is not None:
        span = clock.Span.of_year(year)
        versions = versions.filter(starts_at__gte=span.starts_at, starts_at__lt=span.ends_before)
    held = When(status=ActivityStatus.HELD, starts_at__isnull=False, then=_attended())
    return versions.annotate(participations=Case(held))


def years() -> list[int]:
    """The years of the reporting zone in which activities start, newest first."""
    starts = ActivityVersion.objects.in_force().exclude(starts_at=None)
    found = starts.datetimes("starts_at", "year", order="DESC", tzinfo=clock.reporting_zone())
    return [moment.year for moment in found]


def years_of(kind: str) -> list[int]:
    """The same of one kind of activity."""
    starts = ActivityVersion.objects.in_force().filter(kind=kind).exclude(starts_at=None)
    found = starts.datetimes("starts_at", "year", order="DESC", tzinfo=clock.reporting_zone())
    return [moment.year for moment in found]


def _attended() -> Subquery:
    there = Entry.objects.standing().filter(activity=OuterRef("activity"), stage=Stage.ATTENDED, absent=False)
    there = there.exclude(pk__in=counted_elsewhere())
    return Subquery(there.order_by().values("activity").annotate(heads=Sum("headcount")).values("heads"))
