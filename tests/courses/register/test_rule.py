"""When somebody has attended, held against walking through the days one by one."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.enums import Presence
from courses.kinds.attendance import AttendanceRule, Attended, Said, attended

DAY = dt.date(2026, 3, 1)
THERE = {"present", "late", "left_early"}


@st.composite
def registers(draw):
    """Some sessions of an activity, and what is said of one person at them and elsewhere."""
    sessions = draw(st.integers(1, 5))
    days = [DAY + dt.timedelta(days=draw(st.integers(0, 60))) for _ in range(sessions)]
    word = st.sampled_from(["", *Presence.values])
    minutes = st.none() | st.integers(0, 120)
    said = [Said(nth, draw(word), draw(minutes), days[nth]) for nth in range(sessions) if draw(st.booleans())]
    for _ in range(draw(st.integers(0, 3))):
        day = DAY + dt.timedelta(days=draw(st.integers(0, 90)))
        said.append(Said(draw(st.integers(0, sessions - 1)), draw(word), draw(minutes), day, made_up=True))
    rule = AttendanceRule(draw(st.integers(1, 4)), draw(st.none() | st.integers(1, 90)))
    return rule, draw(st.permutations(said)), frozenset(range(sessions))


def naive(rule, said):
    """Day after day, which of the own sessions count by then."""
    for day in (DAY + dt.timedelta(days=nth) for nth in range(100)):
        by_then = {
            one.session
            for one in said
            if one.day <= day
            and one.presence in THERE
            and (rule.minutes is None or one.minutes is None or one.minutes >= rule.minutes)
        }
        if len(by_then) >= rule.sessions:
            return day
    return None


@settings(deadline=None)
@given(registers(), st.booleans())
def test_the_day_is_the_first_on_which_enough_sessions_count(drawn, closed):
    rule, said, sessions = drawn
    assert attended(rule, said, sessions=sessions, closed=closed).on == naive(rule, said)


@settings(deadline=None)
@given(registers(), st.booleans())
def test_absent_is_who_is_marked_everywhere_and_was_nowhere(drawn, closed):
    rule, said, sessions = drawn
    found = attended(rule, said, sessions=sessions, closed=closed)
    everywhere = {one.session for one in said if one.presence and not one.made_up} == sessions
    nowhere = not any(one.presence in THERE for one in said)
    assert found.absent is (closed and everywhere and nowhere)
    assert not (found.absent and found.on)


@settings(deadline=None)
@given(registers())
def test_one_more_word_for_being_there_never_takes_it_back_nor_makes_it_later(drawn):
    rule, said, sessions = drawn
    before = attended(rule, said, sessions=sessions, closed=False).on
    more = [*said, Said(0, "present", None, DAY + dt.timedelta(days=95), made_up=True)]
    after = attended(rule, more, sessions=sessions, closed=False).on
    assert before is None or (after is not None and after <= before)


@pytest.mark.parametrize("closed", [True, False])
def test_without_sessions_nothing_is_known(closed):
    assert attended(AttendanceRule(), [], sessions=frozenset(), closed=closed) == Attended()
