"""Grants, what names them, and what they paid for."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, Value, When

from courses.models import (
    Activity,
    ActivityVersion,
    Funding,
    Grant,
    Participation,
    Traveller,
    Visit,
    WorkPackage,
)
from lms.kit import clock


def fundings_in_force() -> QuerySet[Funding]:
    """The last word about each activity and each participation."""
    each = ("activity_id", "participation_id")
    latest = Funding.objects.order_by(*each, "-number").distinct(*each)
    return Funding.objects.filter(pk__in=latest.values("pk"))


def funding_in_force(activity: Activity, participation: Participation | None = None) -> Funding | None:
    """What was said last of the activity itself, or of a participation of it."""
    said = Funding.objects.filter(activity=activity, participation=participation)
    return said.order_by("-number").first()


def is_named(one: Grant | WorkPackage) -> bool:
    """Whether anything names it: a fact, corrected or not, or the plan of a visit."""
    column, link = ("grants", "grant") if isinstance(one, Grant) else ("work_packages", "work_package")
    facts = Funding.objects.filter(**{f"{column}__contains": [one.pk]})
    plans = (table.objects.filter(**{link: one}) for table in (Visit, Traveller))
    return any(rows.exists() for rows in (facts, *plans))


@dataclass(frozen=True)
class Names:
    """How the grants and work packages of some fundings are written. Two queries, however many there are."""

    grants: dict[int, str]
    work_packages: dict[int, tuple[int, str]]

    @classmethod
    def of(cls, fundings: Iterable[Funding]) -> "Names":
        rows = list(fundings)
        grants = Grant.objects.filter(pk__in={pk for row in rows for pk in row.grants})
        packages = WorkPackage.objects.named().filter(pk__in={pk for row in rows for pk in row.work_packages})
        return cls(
            dict(grants.values_list("pk", "name")),
            {pk: (grant, name) for pk, grant, name in packages.values_list("pk", "grant", "name")},
        )

    def said(self, funding: Funding | None) -> list[str]:
        """Work packages by their whole name, and grants of which none is named; empty for nothing said."""
        if funding is None:
            return []
        packages = [self.work_packages[pk] for pk in funding.work_packages]
        whole = set(funding.grants) - {grant for grant, _name in packages}
        return sorted([*(name for _grant, name in packages), *(self.grants[pk] for pk in whole)])


def fundings_of(activity: Activity, moment: dt.datetime | None = None) -> list[Funding]:
    """Everything recorded before ``moment`` (UTC; None is now) of who paid for it, the latest first."""
    said = Funding.objects.filter(activity=activity).select_related("recorded_by__person")
    if moment is not None:
        said = said.filter(recorded_at__lt=moment)
    return list(said.order_by("-recorded_at", "-pk"))


def activities_of(grant: Grant) -> QuerySet[ActivityVersion]:
    """What the grant paid for, wholly or for single visitors: the version in force of each activity.

    ``in_period`` says whether it starts in the grant's own period, and is null for a self-paced one;
    ``visitors`` counts the participations with this grant of their own.
    """
    named = fundings_in_force().filter(grants__contains=[grant.pk])
    own = named.filter(activity=OuterRef("activity"), participation__isnull=False).order_by()
    span = clock.Span(grant.first, grant.last)
    inside = When(starts_at__gte=span.starts_at, starts_at__lt=span.ends_before, then=Value(value=True))
    outside = When(starts_at__isnull=False, then=Value(value=False))
    return (
        ActivityVersion.objects.in_force()
        .filter(activity__in=named.values("activity"))
        .select_related("kind", "host")
        .annotate(
            in_period=Case(inside, outside),
            visitors=Subquery(own.values("activity").annotate(n=Count("pk")).values("n")),
        )
    )


def visits_of(grant: Grant) -> QuerySet[Visit]:
    """Visits that the grant pays for, or some who travel with them, counted or not."""
    travels = Traveller.objects.filter(grant=grant)
    return (
        Visit.objects.filter(Q(grant=grant) | Q(pk__in=travels.values("visit")), left_at=None)
        .select_related("hotline", "exchange__host", "work_package")
        .order_by("-exchange", "pk")
    )


def payers() -> list[tuple[str, str]]:
    """(key, label) of every grant and work package that can be chosen; two queries."""
    packages: dict[int, list[tuple[str, str]]] = {}
    for one in WorkPackage.objects.named():
        packages.setdefault(one.grant_id, []).append((f"w{one.pk}", _with_title(one.name, one.title)))
    return [
        pair
        for grant in Grant.objects.order_by("name")
        for pair in [(f"g{grant.pk}", _with_title(grant.name, grant.title)), *packages.get(grant.pk, [])]
    ]


def _with_title(name: str, title: str) -> str:
    return f"{name}: {title}" if title else name


def payers_named(keys: Iterable[str]) -> tuple[list[Grant], list[WorkPackage]]:
    """The grants and work packages behind keys of ``payers``; what is not there any more is left out."""
    chosen = set(keys)
    ids = {sign: [int(key[1:]) for key in chosen if key.startswith(sign)] for sign in "gw"}
    grants = Grant.objects.filter(pk__in=ids["g"])
    return list(grants), list(WorkPackage.objects.filter(pk__in=ids["w"]))
