"""What is over goes after two weeks, and the rows that are left tell nothing by place or number."""

import datetime as dt

import pytest
from django.db import IntegrityError, connections

from lms.outbox.drain import run_once
from lms.outbox.states import State
from tests import cast
from tests.welfare.conftest import DAY
from tests.welfare.test_engine import this_week, told
from welfare.actions import engine, retention
from welfare.actions.checkins import close_checkin
from welfare.actions.retention import forget, rewrite
from welfare.actions.schedules import set_reminders
from welfare.enums import Cadence
from welfare.kinds.periods import period_of
from welfare.models import Delivery, Notice, Occurrence, Schedule
from welfare.models.wall import as_engine, database_now

pytestmark = pytest.mark.django_db(transaction=True)


def keys() -> list[str]:
    with as_engine():
        return sorted(Occurrence.objects.values_list("slot_key", flat=True))


def skipped(of: Schedule, key: str) -> Occurrence:
    with as_engine():
        return Occurrence.objects.create(schedule=of, slot_key=key, state="skipped", skipped_for="leave")


@pytest.mark.parametrize("cadence", Cadence)
def test_a_period_is_kept_for_two_weeks_after_its_last_day(schedule, cadence):
    made, today = schedule(), dt.datetime.now(dt.UTC).date()
    days = [today - number * DAY for number in range(0, 200, 3)]
    periods = {period.key: period for period in (period_of(cadence, day) for day in days)}
    for key in periods:
        skipped(made, key)
    assert forget() > 0
    assert keys() == sorted(key for key, one in periods.items() if one.last >= today - 14 * DAY)


def test_what_was_told_goes_with_its_notice_and_mail_and_what_waits_for_its_hour_stays(schedule):
    made = schedule()
    engine.run_once()
    with as_engine():
        Occurrence.objects.update(
            slot_key="M2026-01", open_from=made.next_at - 30 * DAY, due_at=made.next_at - 30 * DAY
        )
        Occurrence.objects.create(
            schedule=made, slot_key="M2026-02", due_at=made.next_at, open_from=made.next_at + 400 * DAY
        )
    forget()
    assert keys() == ["M2026-02"]
    with as_engine():
        assert not Notice.objects.exists()
        assert not Delivery.objects.exists()


@pytest.mark.parametrize("key", ["event:7", "M2020-01"])
def test_one_that_was_told_late_is_kept_from_then_on(schedule, key):
    """After leave or an outage of weeks: else its notice would be gone within the hour."""
    made = schedule(next_at=database_now() + DAY)
    late = database_now() - (DAY if key.startswith("M") else 40 * DAY)
    with as_engine():
        Occurrence.objects.create(schedule=made, slot_key=key, due_at=late - DAY, open_from=late)
    engine.run_once()
    forget()
    assert told() == [(1, key)]


def test_a_batch_is_bounded_and_all_of_it_goes(schedule, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    made = schedule()
    for year in range(2001, 2006):
        skipped(made, f"M{year}-01")
    assert forget() == 5
    assert keys() == []


def test_after_the_next_one_nothing_tells_who_left_the_former_alone(schedule):
    """Two people, one of whom closed theirs before the mail; both are told the next."""
    quick, silent = cast.user(email="quick@test.example"), cast.user(email="silent@test.example")
    for user in (quick, silent):
        schedule(user.pk, planned_until=dt.date(2020, 1, 1), next_at=database_now())
    with as_engine():
        Schedule.objects.update(planned_until=database_now().date() - 14 * DAY)
    engine.run_once()
    close_checkin(by=quick)
    with as_engine():
        long_ago = database_now() - 30 * DAY
        told = Occurrence.objects.filter(slot_key=this_week())
        told.update(slot_key="W2020-01-06", due_at=long_ago, open_from=long_ago)
        Schedule.objects.update(
            planned_until=database_now().date() - database_now().date().isoweekday() * DAY,
            next_at=database_now(),
        )
    engine.run_once()
    forget()
    with as_engine():
        left = Occurrence.objects.filter(slot_key="W2020-01-06").values_list("state", "skipped_for")
        mails = Delivery.objects.filter(occurrence__slot_key="W2020-01-06")
        assert (list(left), list(mails)) == ([], [])


@pytest.mark.parametrize("cadence", Cadence)
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
def test_after_removal_no_edit_reminds_again_of_a_period_that_was_told(schedule, cadence, zone):
    user, today = cast.user(email="analyst@test.example"), database_now().date()
    over = period_of(cadence, period_of(cadence, today - 21 * DAY).first - DAY)
    made, long_ago = (
        schedule(user.pk, planned_until=over.first - DAY, cadence=cadence),
        database_now() - 30 * DAY,
    )
    with as_engine():
        Occurrence.objects.create(schedule=made, slot_key=over.key, due_at=long_ago, open_from=long_ago)
        Schedule.objects.update(planned_until=over.last)
    engine.run_once()
    assert over.key in keys()
    forget()
    assert over.key not in keys()
    for turn in Cadence:
        set_reminders(by=user, cadence=turn, day=1, zone=zone, at=dt.time(0))
        engine.run_once()
        set_reminders(by=user, cadence=cadence, day=28, zone="UTC")
        engine.run_once()
    assert over.key not in keys()
    assert len(told()) <= 1


def numbers() -> list[set[str]]:
    with as_engine(), connections["welfare"].cursor() as cursor:
        found = []
        for model in retention.REWRITTEN:
            cursor.execute(f"SELECT xmin::text FROM {model._meta.db_table}")
            found.append({row[0] for row in cursor.fetchall()})
    return found


def rows() -> list[list[tuple]]:
    with as_engine():
        return [sorted(model.objects.values_list(), key=repr) for model in retention.REWRITTEN]


def order() -> list[int]:
    with as_engine(), connections["welfare"].cursor() as cursor:
        cursor.execute("SELECT user_id FROM welfare_schedule ORDER BY ctid")
        return [row[0] for row in cursor.fetchall()]


class TestRewriting:
    @pytest.fixture
    def people(self, schedule):
        users = [cast.user(email=f"{number}@test.example") for number in range(12)]
        for user in users:
            schedule(user.pk)
        engine.run_once()
        for user in users[:5]:
            close_checkin(by=user)
        return users

    def test_all_rows_stay_what_they_were_under_one_number_and_in_another_order(self, people):
        before, places = rows(), order()
        assert len(set.union(*numbers())) > 2
        assert rewrite()
        assert rows() == before
        assert len(set.union(*numbers())) == 1
        assert sorted(order()) == sorted(places)
        assert order() != places

    def test_nothing_is_written_when_nothing_was_since(self, people):
        rewrite()
        assert not rewrite()
        close_checkin(by=people[7])
        assert rewrite()

    def test_whoever_is_writing_goes_before(self, people, monkeypatch):
        monkeypatch.setattr(retention, "PATIENCE", "10ms")
        before = rows()
        other = connections["welfare"].copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("BEGIN; LOCK TABLE welfare_occurrence IN ROW EXCLUSIVE MODE")
                assert not rewrite()
                cursor.execute("ROLLBACK")
        finally:
            other.close()
        assert rows() == before
        assert rewrite()

    def test_nobody_else_makes_a_row_in_the_middle_of_its_life(self, people):
        with pytest.raises(IntegrityError, match="Nothing begins as open"), as_engine():
            Occurrence.objects.create(
                schedule=Schedule.objects.first(), slot_key="M2020-01", state="open", due_at=database_now()
            )

    def test_the_mails_go_on_afterwards(self, people):
        rewrite()
        assert run_once().ended == {State.SENT: 7, State.CANCELLED: 5}
