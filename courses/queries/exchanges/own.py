"""The exchanges that somebody may see, with what is known of their activity."""

from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from courses import rules
from courses.enums import ExchangeState
from courses.models import ActivityVersion, Cost, Exchange, Visit
from lms.kit import clock
from lms.people.models import Hotline, Person
from lms.people.narrowing import narrowed
from lms.people.queries.affiliations import in_force
from lms.people.rules import Visitor, managed_hotline_ids

# What a visit and a traveller have of grants.
PAYING = ("grant", "work_package")


def of_hotlines(hotlines: set[int]) -> Q:
    """Exchanges that a hotline hosts or visits, or was to visit before it dropped out."""
    visited = Visit.objects.filter(hotline__in=hotlines)
    return Q(host__in=hotlines) | Q(pk__in=visited.values("exchange"))


def seen_by(user: Visitor) -> QuerySet[Exchange]:
    """All for staff, those of the own hotlines for a manager; another's is not found."""
    if rules.may_oversee_exchanges(user):
        return Exchange.objects.all()
    return Exchange.objects.filter(of_hotlines(managed_hotline_ids(user)))


def described(exchanges: QuerySet[Exchange]) -> QuerySet[Any]:
    """With ``title``, ``starts_at`` and ``ends_at`` (UTC) and ``zone`` of the activity, host and visits."""
    known = ActivityVersion.objects.in_force().filter(activity=OuterRef("activity"))
    return (
        exchanges.select_related("host__country")
        .annotate(
            title=Subquery(known.values("title")),
            starts_at=Subquery(known.values("starts_at")),
            ends_at=Subquery(known.values("ends_at")),
            zone=Subquery(known.values("timezone")),
        )
        .prefetch_related(Prefetch("visits", visiting(), to_attr="coming"))
    )


def visiting() -> QuerySet[Visit]:
    """Visits that nobody dropped out of."""
    joins = ("hotline__country", "funder", *PAYING)
    return Visit.objects.filter(left_at=None).select_related(*joins).order_by("pk")


def listed(
    user: Visitor, *, state: str = "", year: int | None = None, region: str = "", hotline: int | None = None
) -> QuerySet[Any]:
    """The list of exchanges, narrowed; region is the host's, and the year one of the reporting zone."""
    found = described(seen_by(user))
    if state:
        found = found.filter(state=state)
    if year is not None:
        span = clock.Span.of_year(year)
        found = found.filter(starts_at__gte=span.starts_at, starts_at__lt=span.ends_before)
    if region:
        found = found.filter(host__country__region=region)
    if hotline is not None:
        found = found.filter(of_hotlines({hotline}))
    return found


def years(user: Visitor) -> list[int]:
    """The years of the reporting zone in which exchanges that somebody sees start, newest first."""
    activities = seen_by(user).values("activity")
    starts = ActivityVersion.objects.in_force().filter(activity__in=activities).exclude(starts_at=None)
    found = starts.datetimes("starts_at", "year", order="DESC", tzinfo=clock.reporting_zone())
    return [moment.year for moment in found]


def hotlines_of(user: Visitor) -> QuerySet[Hotline]:
    """Hotlines whose word somebody may say: all for staff, the own ones for a manager."""
    everyone = Hotline.objects.select_related("country")
    if rules.may_oversee_exchanges(user):
        return everyone
    return everyone.filter(pk__in=managed_hotline_ids(user))


def visits_of(user: Visitor) -> QuerySet[Visit]:
    """Visits of exchanges that somebody sees."""
    return visiting().filter(exchange__in=seen_by(user)).select_related("exchange__host")


def own_visits(user: Visitor) -> QuerySet[Visit]:
    """Visits whose costs and people somebody answers for."""
    return visits_of(user).filter(hotline__in=hotlines_of(user))


def travelling(visit: Visit) -> QuerySet[Person]:
    """Who can be named for a visit: the hotline's people on its first day or today, and who is named."""
    days = {clock.today()}
    version = ActivityVersion.objects.in_force().filter(activity__exchange=visit.exchange_id).first()
    if version is not None and version.starts_at is not None:
        days.add(version.starts_at.astimezone(clock.reporting_zone()).date())
    tied = Q(travels__visit=visit)
    for day in days:
        tied |= Q(affiliations__in=in_force(day).filter(hotline=visit.hotline_id))
    return narrowed(Person.objects.filter(tied), "pk").distinct().order_by("family_name", "given_name", "pk")


def standing_costs() -> QuerySet[Cost]:
    """Costs that nobody has struck."""
    return Cost.objects.filter(struck=None).select_related("funder", "visit__hotline", "recorded_by__person")


def under_way() -> QuerySet[Exchange]:
    done = (ExchangeState.COUNTED, ExchangeState.CANCELLED)
    return Exchange.objects.exclude(state__in=done)
