"""Reminders on a real database: each period once, whoever runs and whatever fails."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connections, transaction

from lms.people.models import User
from tests.welfare.conftest import DAY, EVERY_DAY
from welfare.actions import engine
from welfare.actions.defaults import set_default
from welfare.actions.schedules import set_reminders
from welfare.enums import OccurrenceState, Skipped
from welfare.kinds.periods import following
from welfare.models import Leave, Notice, Occurrence, Schedule
from welfare.models.wall import as_engine, as_user, database_now

pytestmark = pytest.mark.django_db(transaction=True)


def told() -> list[tuple[int, str]]:
    """Whose notices there are, with their slots, oldest first."""
    with as_engine():
        rows = Notice.objects.values_list("occurrence__schedule__user_id", "occurrence__slot_key")
        return sorted(rows)


def states(user_id: int = 1) -> list[tuple[str, str]]:
    with as_user(user_id):
        return list(Occurrence.objects.order_by("slot_key").values_list("state", "skipped_for"))


def this_week() -> str:
    today = database_now().date()
    return f"W{today - (today.isoweekday() - 1) * DAY}"


def test_a_slot_that_has_come_is_told_once(schedule):
    schedule()
    assert engine.run_once() > 0
    assert engine.run_once() == 0
    assert told() == [(1, this_week())]
    assert states() == [(OccurrenceState.OPEN, "")]


def test_a_slot_that_has_not_come_is_left_alone(schedule):
    today = database_now().date()
    made = schedule(planned_until=today)
    assert engine.run_once() == 1
    assert told() == states() == []
    with as_user(1):
        again = Schedule.objects.get(pk=made.pk)
    assert again.next_at.date() == following("weekly", today).first


def test_after_an_outage_only_the_newest_is_told_and_the_others_are_accounted_for(schedule):
    schedule(weeks_before=3)
    engine.run_once()
    assert told() == [(1, this_week())]
    assert [why for state, why in states() if state == OccurrenceState.SKIPPED] == [Skipped.COALESCED] * 3


def test_the_next_one_ends_the_one_that_was_open(schedule):
    made = schedule()
    with as_user(1):
        Occurrence.objects.create(
            schedule=made, slot_key="W2020-01-06", due_at=made.next_at - DAY, open_from=made.next_at
        )
        Occurrence.objects.update(state=OccurrenceState.OPEN)
    engine.run_once()
    assert states() == [(OccurrenceState.CLOSED, ""), (OccurrenceState.OPEN, "")]


def test_quiet_hours_put_it_off_to_their_end(schedule):
    now = database_now()
    until = (now + dt.timedelta(hours=2)).time().replace(second=0, microsecond=0)
    schedule(quiet_from=(now - dt.timedelta(hours=2)).time(), quiet_until=until)
    engine.run_once()
    assert told() == []
    with as_user(1):
        waiting = Occurrence.objects.get()
    assert waiting.open_from.time() == until
    assert dt.timedelta(0) < waiting.open_from - now <= dt.timedelta(hours=2)


def test_nobody_is_disturbed_on_leave_that_came_later(schedule):
    made = schedule()
    engine.plan_batch()
    today = database_now().date()
    with as_user(1):
        Leave.objects.create(schedule=made, first=today - DAY, last=today + DAY)
    engine.run_once()
    assert told() == []
    with as_user(1):
        assert Occurrence.objects.get().open_from.date() == today + 2 * DAY


@pytest.mark.parametrize(
    ("fields", "away", "why"),
    [
        ({"working_days": EVERY_DAY}, True, Skipped.LEAVE),
        ({"working_days": EVERY_DAY, "paused_until": dt.date(9998, 1, 1)}, False, Skipped.LEAVE),
    ],
)
def test_a_period_without_a_usable_day_says_why(schedule, fields, away, why):
    made = schedule(weeks_before=1, **fields)
    if away:
        with as_user(1):
            Leave.objects.create(schedule=made, first=dt.date(2000, 1, 1), last=dt.date(9998, 1, 1))
    engine.run_once()
    assert told() == []
    assert {(state, skipped) for state, skipped in states()} == {(OccurrenceState.SKIPPED, why)}


def test_one_that_fails_is_set_aside_and_the_others_are_told(schedule, monkeypatch):
    schedule(1, zone="Nowhere/Never")
    schedule(2)
    engine.run_once()
    assert told() == [(2, this_week())]
    with as_user(1):
        assert Schedule.objects.get().next_at > database_now() + dt.timedelta(minutes=59)


@pytest.mark.parametrize("change", ["proposal", "wish"])
def test_one_that_was_set_aside_is_not_lost_to_a_change_within_the_hour(schedule, monkeypatch, change):
    """It came; that it was left alone for an hour must not look like a day that somebody left behind."""
    schedule(1, follows=["quiet"])
    with monkeypatch.context() as patch:
        patch.setattr(engine, "slots_due", lambda *_rhythm, **_known: 1 / 0)
        engine.run_once()
    assert told() == []
    if change == "proposal":
        set_default(hotline=None, quiet_from=dt.time(3), quiet_until=dt.time(3), by=User(pk=9))
    else:
        set_reminders(
            by=User(pk=1), working_days=[1, 2, 3, 4, 5, 6, 7], quiet_from=dt.time(4), quiet_until=dt.time(4)
        )
    engine.run_once()
    assert told() == [(1, this_week())]


def test_four_at_once_tell_each_reminder_once(schedule):
    for user_id in range(1, 41):
        schedule(user_id)

    def work() -> None:
        try:
            engine.run_once()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    engine.run_once()
    assert told() == [(user_id, this_week()) for user_id in range(1, 41)]


@pytest.mark.parametrize("moved", ["zone", "hour"])
def test_an_edit_in_mid_period_gives_no_second_reminder(schedule, moved):
    schedule()
    engine.run_once()
    changes = {"zone": {"zone": "Pacific/Kiritimati"}, "hour": {"at": dt.time(23, 59)}}
    with as_user(1):
        Schedule.objects.update(next_at=database_now(), **changes[moved])
    engine.run_once()
    keys = [key for _, key in told()]
    assert len(keys) == len(set(keys)) >= 1
    assert keys[0] == this_week()


class TestTheDatabaseRefuses:
    def test_a_second_occurrence_of_a_slot(self, schedule):
        made = schedule()
        engine.run_once()
        again = {"slot_key": this_week(), "due_at": made.next_at, "open_from": made.next_at}
        with pytest.raises(IntegrityError, match="one_occurrence_a_slot"), as_user(1):
            Occurrence.objects.create(schedule=made, **again)

    @pytest.mark.parametrize("state", ["planned", "skipped"])
    def test_a_move_that_is_none(self, schedule, state):
        schedule()
        engine.run_once()
        reason = {"skipped_for": Skipped.LEAVE} if state == "skipped" else {}
        with pytest.raises(IntegrityError, match=f"What is open cannot become {state}"), as_user(1):
            Occurrence.objects.update(state=state, **reason)
        assert states() == [(OccurrenceState.OPEN, "")]

    def test_a_notice_twice(self, schedule):
        schedule()
        engine.run_once()
        with pytest.raises(IntegrityError), as_user(1):
            Notice.objects.create(occurrence=Occurrence.objects.get())


class TestWhoSees:
    def test_nobody_sees_anything_without_a_name(self, schedule):
        schedule(1)
        with transaction.atomic(using="welfare"):
            assert not Schedule.objects.exists()

    def test_a_login_sees_its_own_alone(self, schedule):
        schedule(1)
        schedule(2)
        engine.run_once()
        with as_user(2):
            assert [found.user_id for found in Schedule.objects.all()] == [2]
            assert Occurrence.objects.count() == Notice.objects.count() == 1

    def test_a_login_writes_for_itself_alone(self, schedule):
        made = schedule(1)
        with pytest.raises(Exception, match="row-level security"), as_user(2):
            Leave.objects.create(schedule_id=made.pk, first=dt.date(2026, 1, 1), last=dt.date(2026, 1, 2))
        with as_user(1):
            assert not Leave.objects.exists()

    def test_the_name_ends_with_the_block(self, schedule):
        schedule(1)
        with as_user(1):
            pass
        with transaction.atomic(using="welfare"):
            assert not Schedule.objects.exists()

    def test_the_name_does_not_change_inside(self):
        with pytest.raises(RuntimeError), as_user(1), as_engine():
            raise AssertionError("two names at once")
