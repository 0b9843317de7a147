"""The years of hotlines: what a manager is asked to confirm, what was said of it, and who is asked."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from courses.enums import CorrectionState, Dimension
from courses.kinds.figures import Definition
from courses.kinds.figures.proof import Content, Json
from courses.models import CorrectionAnswer, CorrectionAsked, YearWord
from courses.queries.counts import Question
from courses.queries.snapshots.behind import content
from courses.queries.snapshots.definitions import of_question
from lms.kit import clock
from lms.kit.clock import Span
from lms.people.enums import MembershipStatus
from lms.people.models import Hotline

MEMBERS = (MembershipStatus.PROVISIONAL, MembershipStatus.FULL)
# Nothing of the network is older, and a year that no page knows is not found.
FIRST_YEAR = 1990


def question_of_year(hotline: Hotline, year: int) -> Question:
    """The hotline's own people and what it hosted, without courses that somebody keeps to themselves."""
    return Question(Span.of_year(year)).for_own_hotline(hotline.name)


def definition_of_year(hotline: Hotline, year: int) -> Definition:
    return of_question(question_of_year(hotline, year))


def content_of_year(hotline: Hotline, year: int, moment: dt.datetime | None = None) -> Content:
    return content(definition_of_year(hotline, year), moment)


def has_begun(year: int) -> bool:
    return FIRST_YEAR <= year <= clock.today().year


def is_over(year: int) -> bool:
    """Whether it can be confirmed: a year of the reporting zone that is not over can still change."""
    return year < clock.today().year


def members_in(year: int) -> QuerySet[Hotline]:
    """The hotlines that were members of the network, provisional or full, on any day of the year."""
    span = Span.of_year(year)
    return Hotline.objects.filter(
        Q(memberships__from_on=None) | Q(memberships__from_on__lte=span.last),
        Q(memberships__until_on=None) | Q(memberships__until_on__gte=span.first),
        memberships__status__in=MEMBERS,
    ).distinct()


def words_about(year: int) -> QuerySet[YearWord]:
    """The last word about each hotline's year."""
    newest = YearWord.objects.filter(hotline=OuterRef("hotline"), year=year).order_by("-number")
    return YearWord.objects.filter(year=year, pk=Subquery(newest.values("pk")[:1]))


def last_word(hotline: Hotline, year: int) -> YearWord | None:
    return words_about(year).filter(hotline=hotline).select_related("recorded_by__person").first()


def still_holds(word: YearWord, now: Content) -> bool:
    """Whether the year is still what the word confirmed: counts and entry ids have the same digest."""
    return word.confirms and word.digest == now.digest(word.moment)


def confirmed_of(year: int) -> tuple[int, int]:
    """How many of the year's members have confirmed it, and how many there are. Two queries."""
    members = members_in(year)
    confirmed = words_about(year).filter(confirms=True, hotline__in=members.values("pk"))
    return confirmed.count(), members.count()


@dataclass(frozen=True)
class YearOf:
    """``word`` is the last one said, None for none; ``changed`` since it confirmed."""

    hotline: Hotline
    word: YearWord | None
    changed: bool

    @property
    def confirmed(self) -> bool:
        return self.word is not None and self.word.confirms


def years_of_members(year: int) -> list[YearOf]:
    """Every member, and whoever said something of the year, with what was said and whether it still holds.

    Constant queries.

    The network's year is counted once, by hotline, and each hotline's part is what its manager was shown.
    """
    said = words_about(year).select_related("recorded_by__person", "hotline")
    words = {word.hotline_id: word for word in said}
    every = {hotline.pk: hotline for hotline in members_in(year)}
    # Somebody confirmed for a hotline whose membership was dated otherwise later: it is not lost.
    every |= {word.hotline_id: word.hotline for word in words.values()}
    parts = _by_hotline(year) if words else {}
    found = [
        YearOf(hotline, words.get(pk), _changed(words.get(pk), hotline, parts))
        for pk, hotline in every.items()
    ]
    return sorted(found, key=lambda one: one.hotline.name.casefold())


def _changed(word: YearWord | None, hotline: Hotline, parts: dict[str, tuple[Json, Json]]) -> bool:
    if word is None or not word.confirms:
        return False
    counts, entries = parts.get(hotline.name, ([], []))
    # A digest of the year does not cover the facts.
    return not still_holds(word, Content(definition_of_year(hotline, word.year), counts, entries, {}))


def _by_hotline(year: int) -> dict[str, tuple[Json, Json]]:
    """Counts and entry ids of each hotline's year, as they would be for the hotline alone."""
    asked = Question(Span.of_year(year), by=Dimension.HOTLINE, leaves_out_unseen=True)
    made = content(of_question(asked))
    parts: dict[str, tuple[Json, Json]] = {}
    for place, rows in enumerate((made.counts, made.entries)):
        for row in rows:
            if row["value"]:
                parts.setdefault(row["value"], ([], []))[place].append({**row, "value": None})
    return parts


def corrections() -> QuerySet[CorrectionAsked]:
    """Requests with ``state`` and ``answer`` of the last answer; None is open and not answered."""
    last = CorrectionAnswer.objects.filter(asked=OuterRef("pk")).order_by("-number")
    return CorrectionAsked.objects.select_related("hotline", "recorded_by__person").annotate(
        state=Subquery(last.values("state")[:1]), answer=Subquery(last.values("text")[:1])
    )


def open_corrections(year: int) -> int:
    """How many requests about the year wait for staff."""
    is_open = Q(state=None) | Q(state=CorrectionState.OPEN)
    return corrections().filter(is_open, year=year).count()


def state_of(asked: Any) -> CorrectionState:
    """Of a request from ``corrections``."""
    return CorrectionState(asked.state or CorrectionState.OPEN)
