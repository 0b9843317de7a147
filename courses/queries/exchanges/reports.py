"""What hotlines share of what they learnt."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import TruncDate

from courses.enums import ExchangeState
from courses.models import ActivityVersion, VisitReport


def library() -> QuerySet[Any]:
    """Reports in force that are published, of exchanges that count; with ``title`` and ``held_on``.

    ``held_on`` is the first day in the reporting zone. The latest come first. One query.
    """
    newer = VisitReport.objects.filter(visit=OuterRef("visit"), number__gt=OuterRef("number"))
    known = ActivityVersion.objects.in_force().filter(activity=OuterRef("visit__exchange__activity"))
    held_on = TruncDate("starts_at", tzinfo=ZoneInfo(settings.REPORTING_ZONE))
    shared = VisitReport.objects.filter(
        ~Exists(newer),
        published=True,
        visit__left_at=None,
        visit__exchange__state=ExchangeState.COUNTED,
    )
    return (
        shared.select_related("visit__hotline", "visit__host")
        .annotate(
            title=Subquery(known.values("title")),
            held_on=Subquery(known.annotate(day=held_on).values("day")),
        )
        .order_by("-held_on", "-pk")
    )
