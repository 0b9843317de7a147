"""The board of offers and requests, and what fits what."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from courses.enums import WishKind
from courses.kinds.matching import Match, Wish, best, match
from courses.models import ExchangeWish
from courses.queries.exchanges.own import hotlines_of
from lms.kit import clock
from lms.people.rules import Visitor


def open_wishes(day: dt.date | None = None) -> QuerySet[ExchangeWish]:
    """Neither withdrawn, nor met, nor over; ``day`` is one of the reporting zone (None is today)."""
    standing = ExchangeWish.objects.filter(
        withdrawn_at=None, exchange=None, last_on__gte=day or clock.today()
    )
    return standing.select_related("hotline__country")


def own_wishes(user: Visitor) -> QuerySet[ExchangeWish]:
    """What the own hotlines said, whatever became of it; the latest first."""
    mine = ExchangeWish.objects.filter(hotline__in=hotlines_of(user))
    return mine.select_related("hotline__country", "exchange").order_by("-created_at", "-pk")


def seen_wishes(user: Visitor) -> QuerySet[ExchangeWish]:
    """All that are open, and the own ones for ever."""
    seen = Q(pk__in=open_wishes().values("pk")) | Q(hotline__in=hotlines_of(user))
    return ExchangeWish.objects.filter(seen).select_related("hotline__country", "exchange")


def as_wish(row: ExchangeWish) -> Wish:
    """For the pure score. Topics are compared without case and outer spaces."""
    return Wish(
        hotline=row.hotline_id,
        topics=frozenset(topic.strip().casefold() for topic in row.topics),
        languages=frozenset(row.languages),
        first=row.first_on,
        last=row.last_on,
        people=row.people,
    )


def match_of(one: ExchangeWish, other: ExchangeWish) -> Match | None:
    """How well an offer and a request fit, whichever comes first; None for two of one kind."""
    if one.kind == other.kind:
        return None
    offer, request = (one, other) if one.kind == WishKind.OFFER else (other, one)
    return match(as_wish(offer), as_wish(request))


def matches_of(wish: ExchangeWish) -> list[tuple[Any, Match]]:
    """The open wishes of the other kind that fit, the best first. One query."""
    others = {row.pk: row for row in open_wishes().exclude(kind=wish.kind)}
    return [
        (others[pk], found) for pk, found in best((pk, match_of(wish, row)) for pk, row in others.items())
    ]


def known_topics() -> list[str]:
    """Topics that stand on the board now, for whoever writes one; as first written."""
    seen: dict[str, str] = {}
    for topics in open_wishes().order_by("pk").values_list("topics", flat=True):
        for topic in topics:
            seen.setdefault(topic.casefold(), topic)
    return sorted(seen.values(), key=str.casefold)
