"""When a reminder falls due: the cases that people ask about, and properties over all zones and ten years."""

import datetime as dt
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.kit.clock import instant
from welfare.enums import Cadence, Skipped
from welfare.kinds.calendar import Quiet, Rhythm, humane, next_dates, outside, slots, slots_due
from welfare.kinds.holidays import is_calendar, public_holidays
from welfare.kinds.periods import following, in_words, period_of
from welfare.queries.days import UsableDays

WEEKDAYS = frozenset({1, 2, 3, 4, 5})
NEVER_QUIET = Quiet(dt.time(0), dt.time(0))
NIGHT = Quiet(dt.time(20), dt.time(8))


def rhythm(cadence=Cadence.MONTHLY, day=1, at=dt.time(9, 30), zone="Europe/Amsterdam"):
    return Rhythm(cadence, day, at, zone)


def any_day(day):
    return True


def working(day):
    return day.isoweekday() in WEEKDAYS


def first_due(asked, after, usable=any_day):
    return next_dates(asked, NEVER_QUIET, after=after, usable=usable, count=1)[0].astimezone(
        ZoneInfo(asked.zone)
    )


class TestPeriods:
    @pytest.mark.parametrize(
        ("cadence", "words"),
        [
            (Cadence.WEEKLY, "week of 2 November 2026"),
            (Cadence.FORTNIGHTLY, "two weeks from 26 October 2026"),
            (Cadence.MONTHLY, "November 2026"),
            (Cadence.QUARTERLY, "October to December 2026"),
        ],
    )
    def test_are_said_in_words(self, cadence, words):
        assert in_words(period_of(cadence, dt.date(2026, 11, 4)).key) == words

    def test_have_keys_that_name_their_first_day(self):
        day = dt.date(2026, 3, 25)
        assert period_of(Cadence.MONTHLY, day).key == "M2026-03"
        assert period_of(Cadence.QUARTERLY, day).key == "Q2026-01"
        assert period_of(Cadence.WEEKLY, day).key == "W2026-03-23"
        assert period_of(Cadence.FORTNIGHTLY, day).key in ("F2026-03-16", "F2026-03-23")

    @given(cadence=st.sampled_from(Cadence), day=st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)))
    def test_follow_each_other_without_gap_or_overlap(self, cadence, day):
        period = period_of(cadence, day)
        assert period.first <= day <= period.last
        assert period == period_of(cadence, period.first) == period_of(cadence, period.last)
        assert following(cadence, period.last).first == period.last + dt.timedelta(days=1)

    @given(cadence=st.sampled_from(Cadence), day=st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)))
    def test_the_following_one_never_begins_on_the_day_or_before(self, cadence, day):
        assert following(cadence, day).first > day


class TestNamedCases:
    def test_a_time_that_a_clock_change_skips_is_an_hour_later(self):
        asked = rhythm(Cadence.MONTHLY, 29, dt.time(2, 30))
        assert first_due(asked, dt.date(2026, 2, 28)).isoformat() == "2026-03-29T03:30:00+02:00"

    def test_a_time_that_occurs_twice_means_the_first(self):
        asked = rhythm(Cadence.MONTHLY, 25, dt.time(2, 30))
        assert first_due(asked, dt.date(2026, 9, 30)).isoformat() == "2026-10-25T02:30:00+02:00"

    @pytest.mark.parametrize(
        ("after", "due"),
        [("2026-01-31", "2026-02-28"), ("2028-01-31", "2028-02-29"), ("2026-03-31", "2026-04-30")],
    )
    def test_the_31st_is_the_last_of_a_shorter_month(self, after, due):
        assert first_due(rhythm(day=31), dt.date.fromisoformat(after)).date().isoformat() == due

    def test_a_day_off_moves_to_the_next_working_day_of_the_period(self):
        # 1 August 2026 is a Saturday.
        assert first_due(rhythm(day=1), dt.date(2026, 7, 31), working).date() == dt.date(2026, 8, 3)

    def test_where_none_is_left_it_moves_to_the_one_before(self):
        # 31 October 2026 is a Saturday, and Monday is another month's.
        assert first_due(rhythm(day=31), dt.date(2026, 9, 30), working).date() == dt.date(2026, 10, 30)

    def test_a_holiday_is_no_usable_day(self):
        # Good Friday 2026 is 3 April and Easter Monday the 6th; the days between are a weekend.
        def in_germany(day):
            return working(day) and day not in public_holidays("DE", day.year)

        assert first_due(rhythm(day=3), dt.date(2026, 3, 31), in_germany).date() == dt.date(2026, 4, 7)

    def test_a_region_has_holidays_of_its_own(self):
        corpus_christi = dt.date(2026, 6, 4)
        assert corpus_christi in public_holidays("DE-BY", 2026)
        assert corpus_christi not in public_holidays("DE", 2026)
        assert [is_calendar(code) for code in ("DE", "DE-BY", "DE-XX", "XX", "")] == [
            True, True, False, False, False,
        ]  # fmt: skip

    def test_a_period_without_a_usable_day_is_skipped(self):
        def not_in_may(day):
            return day.month != 5

        skipped, june = islice(slots(rhythm(), after=dt.date(2026, 4, 30), usable=not_in_may), 2)
        assert (skipped.period.key, skipped.due_at) == ("M2026-05", None)
        assert (june.period.key, june.due_at) == ("M2026-06", dt.datetime(2026, 6, 1, 7, 30, tzinfo=dt.UTC))

    def test_a_skipped_period_has_come_when_it_is_over(self):
        asked, after = rhythm(), dt.date(2026, 4, 30)
        midnight = dt.datetime(2026, 6, 1, tzinfo=ZoneInfo("Europe/Amsterdam"))
        moment = dt.timedelta(microseconds=1)
        never_in_may = {"usable": lambda day: day.month != 5}
        assert slots_due(asked, after=after, now=midnight - moment, **never_in_may) == []
        assert [s.period.key for s in slots_due(asked, after=after, now=midnight, **never_in_may)] == [
            "M2026-05"
        ]

    def test_after_an_outage_all_that_came_is_there_oldest_first(self):
        asked = rhythm(Cadence.WEEKLY, day=1)
        now = dt.datetime(2026, 3, 23, 12, tzinfo=dt.UTC)
        due = slots_due(asked, after=dt.date(2026, 3, 8), now=now, usable=any_day)
        assert [slot.period.key for slot in due] == ["W2026-03-09", "W2026-03-16", "W2026-03-23"]

    def test_quiet_hours_go_over_midnight(self):
        evening = dt.datetime(2026, 11, 2, 21, 5, tzinfo=ZoneInfo("Europe/Athens"))
        assert outside(NIGHT, evening, "Europe/Athens") == dt.datetime(2026, 11, 3, 6, tzinfo=dt.UTC)

    def test_their_end_is_quiet_no_longer(self):
        morning = dt.datetime(2026, 11, 3, 8, tzinfo=ZoneInfo("Europe/Athens"))
        assert outside(NIGHT, morning, "Europe/Athens") == morning

    def test_in_the_repeated_hour_their_end_is_the_one_still_ahead(self):
        second = dt.datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=ZoneInfo("Europe/Amsterdam"))
        until = outside(Quiet(dt.time(22), dt.time(2, 30)), second, "Europe/Amsterdam")
        assert until == dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)


class TestWhyThereIsNoDay:
    WEEK = period_of(Cadence.WEEKLY, dt.date(2026, 5, 4))

    def why(self, *, working_days=WEEKDAYS, away=(), holidays=()):
        days = UsableDays(frozenset(working_days), tuple(away), lambda day: day in holidays)
        assert not any(map(days, all_days(self.WEEK)))
        return days.why_none_in(self.WEEK)

    def test_holidays_on_every_working_day(self):
        assert self.why(holidays=all_days(self.WEEK)) == Skipped.HOLIDAY

    def test_leave_beside_holidays(self):
        away = [(self.WEEK.first, self.WEEK.first)]
        assert self.why(away=away, holidays=all_days(self.WEEK)[1:]) == Skipped.LEAVE


zones = st.sampled_from(sorted(available_timezones()))
# Ten years of minutes.
moments = st.integers(0, 10 * 366 * 24 * 60).map(
    lambda minutes: dt.datetime(2025, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
quiets = st.builds(Quiet, times, times)
rhythms = st.builds(Rhythm, st.sampled_from(Cadence), st.integers(1, 31), times, zones)
weekly = st.frozensets(st.integers(1, 7)).map(lambda off: lambda day: day.isoweekday() not in off)
# Countries of several faiths and calendars, some with a region.
calendars = st.sampled_from(["NL", "DE-BY", "GB-SCT", "IL", "JP", "TH", "BR", "ZA", "US-CA", "EG"])
with_holidays = st.builds(
    lambda code, usable: lambda day: usable(day) and day not in public_holidays(code, day.year),
    calendars,
    weekly,
)
free_days = st.one_of(weekly, with_holidays)


many = settings(max_examples=400, deadline=None)


class TestProperties:
    @many
    @given(asked=rhythms, after=st.dates(dt.date(2025, 1, 1), dt.date(2034, 1, 1)), usable=free_days)
    def test_a_slot_is_due_inside_its_own_period_on_a_usable_day(self, asked, after, usable):
        for slot in islice(slots(asked, after=after, usable=usable), 6):
            if slot.due_at is None:
                assert not any(map(usable, all_days(slot.period)))
                continue
            local = slot.due_at.astimezone(ZoneInfo(asked.zone))
            # The hour that a clock change skips may carry a time just before midnight over it.
            shifted = local.time() != asked.at
            assert period_of(asked.cadence, local.date()) == slot.period or shifted
            assert usable(local.date()) or shifted

    @many
    @given(asked=rhythms, after=st.dates(dt.date(2025, 1, 1), dt.date(2034, 1, 1)), usable=free_days)
    def test_slots_come_in_order_and_each_period_once(self, asked, after, usable):
        found = list(islice(slots(asked, after=after, usable=usable), 12))
        assert all(one.period.last < two.period.first for one, two in pairwise(found))
        due = [slot.due_at for slot in found if slot.due_at]
        assert due == sorted(set(due))

    @given(
        asked=rhythms, after=st.dates(dt.date(2025, 1, 1), dt.date(2034, 1, 1)), now=moments, usable=free_days
    )
    def test_what_is_due_is_never_early_and_nothing_before_it_is_left_out(self, asked, after, now, usable):
        due = slots_due(asked, after=after, now=now, usable=usable)
        assert all(slot.due_at is None or slot.due_at <= now for slot in due)
        ahead = next(slots(asked, after=due[-1].period.last if due else after, usable=usable))
        assert ahead.due_at is None or ahead.due_at > now
        assert due == list(islice(slots(asked, after=after, usable=usable), len(due)))

    @many
    @given(quiet=quiets, moment=moments, zone=zones)
    def test_quiet_hours_are_kept_and_nothing_waits_without_them(self, quiet, moment, zone):
        sent = outside(quiet, moment, zone)
        assert sent >= moment
        assert not quiet.covers(sent.astimezone(ZoneInfo(zone)).time())
        assert sent == moment or quiet.covers(moment.astimezone(ZoneInfo(zone)).time())

    @many
    @given(quiet=quiets, moment=moments, zone=zones)
    def test_the_wait_ends_with_the_first_minute_that_is_not_quiet(self, quiet, moment, zone):
        sent, place = outside(quiet, moment, zone), ZoneInfo(zone)
        if sent.astimezone(place).utcoffset() != moment.astimezone(place).utcoffset():
            return
        minutes = int((sent - moment).total_seconds() // 60)
        waited = (moment + dt.timedelta(minutes=number) for number in range(minutes))
        assert all(quiet.covers(at.astimezone(place).time()) for at in waited)


def all_days(period):
    return [
        period.first + dt.timedelta(days=number) for number in range((period.last - period.first).days + 1)
    ]


edits = st.lists(
    st.tuples(st.integers(0, 40), st.one_of(zones, times, st.integers(1, 31))), min_size=1, max_size=8
)


leaves = st.lists(
    st.tuples(st.dates(dt.date(2025, 1, 1), dt.date(2035, 1, 1)), st.integers(0, 30)).map(
        lambda span: (span[0], span[0] + dt.timedelta(days=span[1]))
    ),
    max_size=3,
)


@many
@given(
    local=st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2035, 1, 1)),  # noqa: DTZ001 - local on purpose
    zone=zones,
    quiet=quiets,
    away=leaves,
    late=st.integers(0, 7 * 24 * 60),
)
def test_a_date_asked_for_is_told_once_its_time_has_come_and_never_on_leave_nor_in_quiet_hours(
    local, zone, quiet, away, late
):
    """On whatever weekday or holiday; up to a week late, as after an outage."""
    due_at = instant(local.replace(second=0, microsecond=0), zone)
    days = UsableDays(frozenset(), tuple(away), lambda day: True)
    told = humane(quiet, due_at + dt.timedelta(minutes=late), zone, days.is_there)
    there = told.astimezone(ZoneInfo(zone))
    assert told >= due_at
    assert not quiet.covers(there.time())
    assert days.is_there(there.date())


@many
@given(
    asked=rhythms, start=st.dates(dt.date(2025, 1, 1), dt.date(2033, 1, 1)), changes=edits, usable=free_days
)
def test_edits_in_mid_period_never_give_a_second_reminder_in_it(asked, start, changes, usable):
    """Days pass, the zone, hour and day are edited, and what came due is used after each step."""
    given_keys, after = [], start
    now = dt.datetime.combine(start, dt.time(), dt.UTC)
    for waited, change in changes:
        now += dt.timedelta(days=waited)
        due = slots_due(asked, after=after, now=now, usable=usable)
        given_keys += [slot.period.key for slot in due]
        after = due[-1].period.last if due else after
        asked = edited(asked, change)
    assert len(given_keys) == len(set(given_keys))
    assert given_keys == sorted(given_keys)


def edited(asked, change):
    name = {str: "zone", dt.time: "at", int: "day"}[type(change)]
    return Rhythm(**{**vars(asked), name: change})
