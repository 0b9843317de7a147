"""The pure parts: the table of states, whose turn it is, and how offers and requests fit."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.enums import ExchangeState
from courses.kinds.exchanges import (
    MOVES,
    STEPS,
    Side,
    Situation,
    missing,
    moves_by_itself,
    next_state,
    turn,
)
from courses.kinds.matching import Wish, best, match

STATE = ExchangeState
# A busy machine draws slowly.
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAY = dt.date(2026, 1, 1)
TOPICS, LANGUAGES = ("tracing", "welfare", "law", "schema"), ("en", "fr", "es")

sides = st.builds(
    Side,
    hotline=st.integers(2, 9),
    name=st.just("X"),
    hosting=st.just(False),
    agreed=st.booleans(),
    people=st.integers(0, 2),
    reported=st.booleans(),
    confirmed=st.booleans(),
)
situations = st.builds(
    lambda state, over, host, visiting: Situation(
        state, over, [replace(host, hotline=1, hosting=True), *visiting]
    ),
    st.sampled_from(STATE),
    st.booleans(),
    sides,
    st.lists(sides, min_size=1, max_size=3, unique_by=lambda side: side.hotline),
)


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    first = DAY + dt.timedelta(days=draw(st.integers(0, 60)))
    return Wish(
        hotline=draw(st.integers(1, 4)),
        topics=draw(st.frozensets(st.sampled_from(TOPICS), min_size=1)),
        languages=draw(st.frozensets(st.sampled_from(LANGUAGES), min_size=1)),
        first=first,
        last=first + dt.timedelta(days=draw(st.integers(0, 40))),
        people=draw(st.integers(1, 6)),
    )


class TestStates:
    def test_every_state_can_be_cancelled_but_the_last_word(self):
        assert [STATE.CANCELLED in MOVES[state] for state in STATE] == [True] * 6 + [False]
        assert [next_state(state) for state in STEPS] == [*STEPS[1:], None]

    @quick
    @given(situations)
    def test_it_waits_for_somebody_exactly_as_long_as_a_word_of_sides_is_missing(self, one):
        to = next_state(one.state)
        words_of_sides = one.state in (STATE.REQUESTED, STATE.HELD, STATE.REPORTED)
        if words_of_sides:
            assert bool(turn(one).hotlines) == bool(missing(one, to))
        assert (moves_by_itself(one) is not None) == (words_of_sides and not missing(one, to))

    @quick
    @given(situations)
    def test_nobody_is_waited_for_who_takes_no_part(self, one):
        assert turn(one).hotlines <= {side.hotline for side in one.sides}

    @quick
    @given(situations, st.sampled_from(STATE))
    def test_what_is_no_move_is_said_to_be_none(self, one, to):
        if to not in MOVES[one.state]:
            assert missing(one, to)

    @quick
    @given(situations)
    def test_cancelling_needs_nothing_beforehand(self, one):
        if STATE.CANCELLED in MOVES[one.state]:
            assert missing(one, STATE.CANCELLED) == []

    def test_what_is_missing_names_the_hotline(self):
        host, guest = Side(1, "Linea", True, agreed=True), Side(2, "Meldpunt", False)
        assert missing(Situation(STATE.REQUESTED, False, [host, guest]), STATE.AGREED) == [
            "Meldpunt has not agreed to the plan yet."
        ]
        assert missing(Situation(STATE.HELD, True, [host, guest]), STATE.REPORTED) == [
            "Nobody of Meldpunt is named or counted.",
            "The report of Meldpunt is missing.",
        ]


class TestMatching:
    @quick
    @given(wishes(), wishes())
    def test_a_match_is_of_two_hotlines_with_a_day_and_a_language_in_common(self, offer, request):
        days = {offer.first + dt.timedelta(days=n) for n in range(offer.days)}
        common = sorted(day for day in days if request.first <= day <= request.last)
        fits = offer.hotline != request.hotline and common and offer.languages & request.languages
        found = match(offer, request)
        assert (found is not None) == bool(fits)
        if found:
            assert (found.first, found.last) == (common[0], common[-1])
            assert 1 <= found.score <= 100
            assert found.topics == offer.topics & request.topics

    @quick
    @given(wishes())
    def test_the_same_of_another_hotline_fits_fully(self, wish):
        if len(wish.languages) <= 2:
            assert match(replace(wish, hotline=9), wish).score == 100

    @quick
    @given(wishes(), wishes(), st.sampled_from(TOPICS))
    def test_another_topic_in_common_never_makes_it_worse(self, offer, request, topic):
        found = match(offer, request)
        if found and topic in request.topics:
            assert match(replace(offer, topics=offer.topics | {topic}), request).score >= found.score

    @quick
    @given(wishes(), wishes(), st.integers(1, 20))
    def test_more_days_or_places_offered_never_make_it_impossible(self, offer, request, more):
        if match(offer, request):
            wider = replace(offer, last=offer.last + dt.timedelta(days=more), people=offer.people + more)
            assert match(wider, request) is not None

    @quick
    @given(st.lists(st.tuples(wishes(), wishes()), max_size=12), st.randoms())
    def test_the_best_come_first_and_always_alike(self, pairs, chance):
        found = [(number, match(*pair)) for number, pair in enumerate(pairs)]
        shuffled = list(found)
        chance.shuffle(shuffled)
        in_order = best(found)
        assert in_order == best(shuffled)
        assert [one.score for _key, one in in_order] == sorted(
            (one.score for _k, one in in_order), reverse=True
        )

    @pytest.mark.parametrize(("offered", "enough"), [(1, False), (2, True), (5, True)])
    def test_says_whether_there_are_places_enough(self, offered, enough):
        request = Wish(1, frozenset({"law"}), frozenset({"en"}), DAY, DAY, people=2)
        assert match(replace(request, hotline=2, people=offered), request).enough_places is enough
