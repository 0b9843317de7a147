"""An hour for many zones: within most people's hours, and the unsocial one goes round."""

import datetime as dt
from collections import Counter
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.kinds.slots import Group, propose, unsocial
from courses.kinds.zones import zone_of
from lms.people.models import Country

MONDAY = dt.date(2030, 3, 4)
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Tokyo", "America/Sao_Paulo", "UTC"]
groups = st.lists(
    st.builds(Group, st.sampled_from(ZONES), st.integers(1, 30), st.integers(0, 5)),
    min_size=1,
    max_size=5,
    unique_by=lambda group: group.zone,
)
few = settings(max_examples=25, deadline=None)
mondays = st.integers(0, 200).map(lambda weeks: dt.date(2026, 1, 5) + dt.timedelta(weeks=weeks))


def is_within(zone: str, starts_at: dt.datetime, minutes: int) -> bool:
    """Half hour by half hour, of which offsets and lengths are made: is each of them working time?"""
    for minute in range(0, minutes, 30):
        local = (starts_at + dt.timedelta(minutes=minute)).astimezone(ZoneInfo(zone))
        if local.weekday() > 4 or not 9 <= local.hour < 17:
            return False
    return True


def half_hours(monday: dt.date) -> list[dt.datetime]:
    """Each beginning of a slot in a week of UTC."""
    first = dt.datetime.combine(monday, dt.time(), dt.UTC)
    return [first + nth * dt.timedelta(minutes=30) for nth in range(7 * 48)]


@few
@given(groups, mondays, st.sampled_from([30, 60, 90, 180]))
def test_what_is_said_of_each_group_is_so(people, monday, minutes):
    slots = propose(people, monday, minutes)
    assert 1 <= len(slots) <= 5
    assert len({slot.starts_at.date() for slot in slots}) == len(slots)
    for slot in slots:
        assert monday <= slot.starts_at.date() < monday + dt.timedelta(days=7)
        assert slot.ends_at - slot.starts_at == dt.timedelta(minutes=minutes)
        assert [one.group for one in slot.locals] == people
        for one in slot.locals:
            assert one.is_unsocial != is_within(one.group.zone, slot.starts_at, minutes)
            assert one.is_unsocial == unsocial(one.group.zone, slot.starts_at, slot.ends_at)
            assert one.starts.utcoffset() == slot.starts_at.astimezone(ZoneInfo(one.group.zone)).utcoffset()
            assert 0 <= one.outside <= minutes


@few
@given(groups, mondays)
def test_most_are_within_their_hours_wherever_that_can_be(people, monday):
    fair = [replace(group, unsocial=2) for group in people]
    everybody = sum(group.people for group in fair)
    best = max(
        sum(group.people for group in fair if is_within(group.zone, at, 60)) for at in half_hours(monday)
    )
    for slot in propose(fair, monday, 60):
        assert slot.people_within >= min(best, everybody // 2 + 1)


@few
@given(groups, mondays)
def test_where_an_hour_suits_all_it_is_the_first(people, monday):
    slots = propose(people, monday, 60)
    suits = any(all(is_within(group.zone, at, 60) for group in people) for at in half_hours(monday))
    assert (not any(one.is_unsocial for one in slots[0].locals)) == suits


def run_of(people: dict[str, int], number: int) -> Counter[str]:
    """How often each zone had an unsocial hour when so many sessions were each the first proposal."""
    hit: Counter[str] = Counter(dict.fromkeys(people, 0))
    for week in range(number):
        asked = [Group(zone, size, hit[zone]) for zone, size in people.items()]
        slot = propose(asked, MONDAY + dt.timedelta(weeks=week), 60)[0]
        hit.update(one.group.zone for one in slot.locals if one.is_unsocial)
    return hit


@pytest.mark.parametrize("zones", [("Europe/Berlin", "Australia/Sydney"), ("Asia/Tokyo", "America/New_York")])
def test_two_zones_of_one_size_with_no_common_hour_take_turns(zones):
    hit = run_of(dict.fromkeys(zones, 4), 7)
    assert sorted(hit.values()) == [3, 4]


def test_a_zone_far_from_two_others_does_not_have_every_unsocial_hour():
    hit = run_of({"Europe/Berlin": 3, "America/Sao_Paulo": 3, "Australia/Sydney": 3}, 12)
    assert max(hit.values()) - min(hit.values()) <= 2


def test_the_fewer_people_a_zone_has_the_longer_the_others_stay_within_their_hours():
    hit = run_of({"Europe/Berlin": 9, "Australia/Sydney": 2}, 12)
    assert 6 < hit["Australia/Sydney"] < 12
    assert hit["Europe/Berlin"] > 0


def test_no_hour_that_is_over_is_proposed():
    berlin, thursday = [Group("Europe/Berlin", 3)], dt.datetime(2030, 3, 7, 12, tzinfo=dt.UTC)
    found = propose(berlin, MONDAY, 60, after=thursday)
    assert min(slot.starts_at for slot in found) >= thursday
    assert propose(berlin, MONDAY, 60, after=thursday + dt.timedelta(weeks=1)) == []


def test_nobody_is_proposed_nothing():
    assert propose([], MONDAY, 60) == []


def test_every_country_has_a_zone_that_is_one(db):
    codes = Country.objects.values_list("code", flat=True)
    # Two islands of which nobody is.
    assert {code for code in codes if not zone_of(code)} == {"BV", "HM"}
    assert all(ZoneInfo(zone_of(code)) for code in codes if code not in ("BV", "HM"))
    assert zone_of("AU") == "Australia/Sydney"
    assert zone_of("FR") == "Europe/Paris"
    assert zone_of("XX") == ""
