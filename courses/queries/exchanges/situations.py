"""What is known of exchanges now, for the pure rules of courses.kinds.exchanges; and whom they wait for."""

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from courses import rules
from courses.enums import ExchangeState, YesTo
from courses.kinds.exchanges import Side, Situation, Turn, turn
from courses.models import ActivityVersion, Exchange, ExchangeYes, Traveller, VisitReport
from courses.queries.exchanges.own import PAYING, described, of_hotlines, seen_by, under_way, visiting
from lms.people.narrowing import narrowed
from lms.people.rules import Visitor, managed_hotline_ids

NAMES = ("person__family_name", "person__given_name", "pk")


def in_full(exchanges: QuerySet[Exchange]) -> QuerySet[Any]:
    """As ``with_words``, and of each visit ``persons``, who are named, and ``told``, its reports."""
    persons = narrowed(Traveller.objects.select_related("person", *PAYING)).order_by(*NAMES)
    told = VisitReport.objects.select_related("recorded_by__person").order_by("-number")
    return with_words(
        exchanges,
        Prefetch("travellers", persons, to_attr="persons"),
        Prefetch("reports", told, to_attr="told"),
    )


def with_words(exchanges: QuerySet[Exchange], *more: "Prefetch[Any]") -> QuerySet[Any]:
    """With all that ``situation`` looks at, and what is to be fetched ``more`` of each visit.

    Three queries, however many exchanges, and one for each of ``more``.
    """
    reported = VisitReport.objects.filter(visit=OuterRef("pk"))
    coming = visiting().annotate(named=Count("travellers"), reported=Exists(reported)).prefetch_related(*more)
    return (
        described(exchanges)
        .prefetch_related(None)
        .prefetch_related(
            Prefetch("visits", coming, to_attr="coming"),
            Prefetch("yeses", ExchangeYes.objects.select_related("recorded_by__person"), to_attr="said"),
        )
    )


def situation(exchange: Any, now: dt.datetime | None = None) -> Situation:
    """For an exchange from ``with_words``; ``now`` is a UTC instant (None is the present one)."""
    given: dict[str, set[int]] = {to: set() for to in YesTo.values}
    for yes in exchange.said:
        if yes.round == exchange.round:
            given[yes.to].add(yes.hotline_id)
    plan, outcome = given[YesTo.PLAN], given[YesTo.OUTCOME]
    host = exchange.host
    sides = [Side(host.pk, host.name, True, host.pk in plan, confirmed=host.pk in outcome)]
    sides += [
        Side(
            visit.hotline_id,
            visit.hotline.name,
            False,
            visit.hotline_id in plan,
            visit.named + visit.heads,
            visit.reported,
            visit.hotline_id in outcome,
        )
        for visit in exchange.coming
    ]
    over = exchange.ends_at is not None and exchange.ends_at <= (now or timezone.now())
    return Situation(ExchangeState(exchange.state), over, sides)


def situation_of(pk: int) -> tuple[Any, Situation]:
    """One exchange, read anew, and what is known of it."""
    exchange = with_words(Exchange.objects.filter(pk=pk)).get()
    return exchange, situation(exchange)


def is_turn_of(user: Visitor, one: Turn) -> bool:
    """Whether somebody is among those waited for."""
    if one.staff and rules.may_oversee_exchanges(user):
        return True
    return bool(one.hotlines & managed_hotline_ids(user))


def waiting_for(user: Visitor, now: dt.datetime | None = None) -> list[tuple[Any, Situation]]:
    """The exchanges that wait for a word of this user, the earliest first. A constant number of queries.

    Staff's word is asked for where it is theirs; that they may speak for a hotline makes nothing wait for
    them.
    """
    at = now or timezone.now()
    wanted = of_hotlines(managed_hotline_ids(user))
    if rules.may_oversee_exchanges(user):
        over = ActivityVersion.objects.in_force().filter(ends_at__lte=at)
        wanted |= Q(state=ExchangeState.AGREED)
        wanted |= Q(state=ExchangeState.APPROVED, activity__in=over.values("activity"))
    candidates = under_way().filter(wanted).values("pk")
    found = with_words(seen_by(user).filter(pk__in=candidates)).order_by("starts_at", "pk")
    pairs = [(one, situation(one, at)) for one in found]
    return [pair for pair in pairs if is_turn_of(user, turn(pair[1]))]
