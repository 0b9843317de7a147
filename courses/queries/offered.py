"""Cohorts as somebody who may come sees them: what is on offer, and what they have to do with it."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from courses.enums import ActivityStatus, VersionStatus
from courses.models import ActivityVersion, Candidate, Cohort, Course, Enrolment
from courses.models.candidates import UNDECIDED
from lms.people.models import Person


def with_times(found: QuerySet[Cohort]) -> QuerySet[Any]:
    """With ``starts_at`` and ``ends_at`` (UTC; null for a self-paced one), ``zone`` and ``place``."""
    known = ActivityVersion.objects.in_force().filter(activity=OuterRef("activity"))
    return found.select_related("version__course__kind").annotate(
        starts_at=Subquery(known.values("starts_at")),
        ends_at=Subquery(known.values("ends_at")),
        zone=Subquery(known.values("timezone")),
        place=Subquery(known.values("place")),
        status=Subquery(known.values("status")),
    )


def on_offer(now: dt.datetime | None = None) -> QuerySet[Any]:
    """Cohorts of published versions that anybody may join or ask for and that have not started.

    Not a self-paced one that everybody simply begins: the course's own page is for that.
    """
    found = with_times(Cohort.objects.filter(version__status=VersionStatus.PUBLISHED))
    ahead = Q(starts_at__isnull=True) | Q(starts_at__gt=now or timezone.now())
    simply_begun = Q(open_enrolment=True, capacity=None, starts_at=None)
    ways = Q(open_enrolment=True) | Q(takes_requests=True)
    return found.filter(ahead, ways).exclude(status=ActivityStatus.CANCELLED).exclude(simply_begun)


def seen_by(person: Person | None) -> QuerySet[Any]:
    """What somebody may open: what is on offer, where they are, and where they are asked or have asked."""
    if person is None:
        return on_offer()
    inside = Enrolment.objects.filter(cohort=OuterRef("pk"), person=person, withdrawn_at=None)
    asked = Candidate.objects.filter(cohort=OuterRef("pk"), person=person)
    mine = Q(Exists(inside)) | Q(Exists(asked))
    return with_times(Cohort.objects.filter(Q(pk__in=on_offer().values("pk")) | mine))


def of_course(course: Course, person: Person | None) -> QuerySet[Any]:
    """The cohorts of a course that are on offer, or that concern the person, the next one first."""
    found = seen_by(person).filter(version__course=course)
    own = Candidate.objects.filter(cohort=OuterRef("pk"), person=person, state__in=UNDECIDED)
    return found.filter(Q(pk__in=on_offer().values("pk")) | Exists(own)).order_by("starts_at", "pk")
