"""In which time zones the people of a cohort are, and how often each had an unsocial hour."""

from collections import Counter

from django.conf import settings
from django.db.models import OuterRef, Subquery

from courses.enums import Stage
from courses.kinds.slots import Group, unsocial
from courses.kinds.zones import zone_of
from courses.models import Cohort, Entry
from courses.queries.sessions import enrolled, planned
from lms.people.narrowing import narrowed


def groups(cohort: Cohort) -> list[Group]:
    """The zones of those enrolled, the most people first; who keeps the course to themselves is left out.

    A zone is the one that somebody reads times in, else that of their country on the day of the enrolment,
    else the reporting zone. Three queries.
    """
    entry = Entry.objects.standing().filter(participation=OuterRef("pk"), stage=Stage.ENROLLED)
    seen = narrowed(enrolled(cohort.activity)).exclude(enrolment__hidden=True)
    of_people = seen.annotate(code=Subquery(entry.values("country")[:1]))
    zones = Counter(
        zone or zone_of(country or "") or settings.REPORTING_ZONE
        for zone, country in of_people.values_list("person__user__zone", "code")
    )
    times = list(planned(cohort.activity).values_list("starts_at", "ends_at"))
    found = [
        Group(zone, people, sum(unsocial(zone, *time) for time in times)) for zone, people in zones.items()
    ]
    return sorted(found, key=lambda group: (-group.people, group.zone))
