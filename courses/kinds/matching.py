"""Which offers to host and requests to visit fit each other, and how well.

Pure: nothing here knows who asks. A match needs another hotline, a day in common and a language in common;
topics, days and places make it better.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

# Shares of a score of 100. Topics weigh most: a visit without a subject is tourism.
TOPICS, DAYS, LANGUAGES, PLACES = 50, 25, 15, 10
# Beyond so many languages in common another one makes nothing easier.
ENOUGH_LANGUAGES = 2


@dataclass(frozen=True)
class Wish:
    """One offer or request; topics are compared as given, both days are included, ``people`` is how many."""

    hotline: int
    topics: frozenset[str]
    languages: frozenset[str]
    first: dt.date
    last: dt.date
    people: int = 1

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Match:
    """``score`` from 1 to 100, and what it rests on; ``first`` to ``last`` are the days both have."""

    score: int
    topics: frozenset[str]
    languages: frozenset[str]
    first: dt.date
    last: dt.date
    enough_places: bool

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def match(offer: Wish, request: Wish) -> Match | None:
    """How well an offer answers a request; None where it cannot: same hotline, no day, no language."""
    first, last = max(offer.first, request.first), min(offer.last, request.last)
    languages = offer.languages & request.languages
    if offer.hotline == request.hotline or first > last or not languages:
        return None
    topics = offer.topics & request.topics
    days = (last - first).days + 1
    score = (
        TOPICS * len(topics) / max(len(request.topics), 1)
        + DAYS * days / min(offer.days, request.days)
        + LANGUAGES * min(len(languages) / min(len(request.languages), ENOUGH_LANGUAGES), 1)
        + PLACES * min(offer.people / max(request.people, 1), 1)
    )
    enough = offer.people >= request.people
    return Match(max(round(score), 1), topics, languages, first, last, enough)


def best(pairs: Iterable[tuple[int, Match | None]], *, most: int = 10) -> list[tuple[int, Match]]:
    """The matches among pairs of a key and a match, the best first; equal ones by key, so always alike."""
    found = [(key, one) for key, one in pairs if one is not None]
    return sorted(found, key=lambda pair: (-pair[1].score, pair[1].first, pair[0]))[:most]
