"""Mails of reminders are sent in a row: one commit for each, and the next claimed while one is sent."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from lms.outbox import drain, transport
from lms.outbox.drain import run_once
from lms.outbox.states import State
from tests import cast
from tests.welfare.mails import deliveries, now_due
from tests.welfare.test_engine import this_week, told
from welfare.actions import engine
from welfare.actions.checkins import close_checkin
from welfare.actions.deliveries import choose_mail
from welfare.enums import MailTo
from welfare.models import Holiday, HolidayCalendar, Leave, Notice, Occurrence, Schedule
from welfare.models.wall import as_engine, as_officer, as_user, database_now

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def readers(schedule):
    """Three whose reminders were opened a moment ago, in this order."""
    found = [cast.user(email=f"reader{number}@test.example") for number in range(3)]
    for number, user in enumerate(found):
        schedule(user.pk, next_at=database_now() - (3 - number) * HOUR)
    engine.run_once()
    return found


def states() -> list[str]:
    return [row.state for row in deliveries()]


def failures() -> list[int]:
    return [row.failures for row in deliveries()]


@pytest.fixture
def after_the_first(monkeypatch):
    """What is given happens when the first mail is on its way, and the second claimed."""

    def happens(act) -> None:
        send, done = transport.Line.send, []

        def sending(line, letter):
            send(line, letter)
            if not done:
                done.append(1)
                act()

        monkeypatch.setattr(transport.Line, "send", sending)

    return happens


def test_a_mail_is_one_commit(readers, sink, monkeypatch):
    connection, made = connections["welfare"], []
    commit = connection._commit

    def counted() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
            made.append(cursor.fetchone()[0])
        commit()

    monkeypatch.setattr(connection, "_commit", counted)
    assert run_once().ended == {State.SENT: 3}
    # Beside the first claim, and what became of the last.
    assert sum(made) == 3 + 2


class TestOneMoreLookIsTakenWhenItsTurnHasCome:
    def test_closed_meanwhile(self, readers, sink, after_the_first):
        after_the_first(lambda: close_checkin(by=readers[1]))
        assert run_once().ended == {State.SENT: 2, State.CANCELLED: 1}
        assert {mail["To"] for mail in sink.taken} == {readers[0].email, readers[2].email}

    def test_turned_off_meanwhile(self, readers, sink, after_the_first):
        after_the_first(lambda: choose_mail(by=readers[1], mail=MailTo.NOWHERE))
        assert run_once().ended == {State.SENT: 2, State.CANCELLED: 1}

    def test_moved_to_another_address_meanwhile(self, readers, sink, after_the_first):
        after_the_first(lambda: choose_mail(by=readers[1], mail=MailTo.PRIVATE, address="x@y.example"))
        assert run_once().ended == {State.SENT: 3}
        assert {mail["To"] for mail in sink.taken} == {readers[0].email, "x@y.example", readers[2].email}

    def test_a_login_closed_meanwhile(self, readers, sink, after_the_first):
        after_the_first(lambda: type(readers[1]).objects.filter(pk=readers[1].pk).update(is_active=False))
        assert run_once().ended == {State.SENT: 2, State.CANCELLED: 1}

    def test_leave_meanwhile(self, readers, sink, after_the_first):
        today = database_now().date()

        def leave() -> None:
            with as_user(readers[1].pk):
                Leave.objects.create(schedule=Schedule.objects.get(), first=today, last=today)

        after_the_first(leave)
        assert run_once().ended == {State.SENT: 2, State.RETRY: 1}
        assert failures() == [1, 0, 1]

    def test_quiet_hours_meanwhile(self, readers, sink, after_the_first):
        now = database_now()
        quiet = {"quiet_from": (now - HOUR).time(), "quiet_until": (now + HOUR).time()}

        def hush() -> None:
            with as_user(readers[1].pk):
                Schedule.objects.update(**quiet)

        after_the_first(hush)
        assert run_once().ended == {State.SENT: 2, State.RETRY: 1}

    def test_a_holiday_meanwhile(self, readers, sink, after_the_first):
        today = database_now().date()
        with as_user(readers[1].pk):
            Schedule.objects.update(holidays="PT")

        def holiday() -> None:
            with as_officer(0):
                calendar = HolidayCalendar.objects.create(code="PT", year=today.year, package_version="0")
                Holiday.objects.create(calendar=calendar, day=today, name="A day off")

        after_the_first(holiday)
        assert run_once().ended == {State.SENT: 2, State.RETRY: 1}


def test_a_server_that_goes_away_uses_up_no_try_of_those_that_were_not_begun(readers, sink, after_the_first):
    after_the_first(sink.stop)
    outcome = run_once()
    assert (outcome.ended, outcome.unreachable) == ({State.SENT: 1}, True)
    assert states() == [State.SENT, State.RETRY, State.RETRY]
    assert failures() == [1, 0, 0]
    assert run_once().unreachable
    assert failures() == [1, 0, 0]


def test_when_its_time_is_over_what_was_claimed_ahead_is_given_back(readers, sink, monkeypatch):
    clock = iter([0.0, 1.0, 100.0])
    monkeypatch.setattr(drain, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    outcome = run_once(seconds=45)
    monkeypatch.undo()
    assert (outcome.ended, outcome.more) == ({State.SENT: 1}, True)
    assert states() == [State.SENT, State.RETRY, State.PENDING]
    assert failures() == [1, 0, 0]
    now_due()
    assert run_once().ended == {State.SENT: 2}
    assert set(sink.ids.values()) == {1}


def test_a_bounded_run_claims_nothing_that_it_does_not_send(readers, sink):
    assert run_once(batch=2).more
    assert states() == [State.SENT, State.SENT, State.PENDING]


def test_what_is_wrong_with_the_next_changes_nothing_of_the_one_before(readers, sink, monkeypatch):
    from welfare.actions import deliveries as made

    look = made.telling
    second = deliveries()[1].occurrence_id
    monkeypatch.setattr(made, "telling", lambda number: look(0 if number == second else number))
    assert run_once().ended == {State.SENT: 2, State.RETRY: 1}
    assert states() == [State.SENT, State.RETRY, State.SENT]
    assert failures() == [1, 1, 1]


class TestABatch:
    def test_takes_as_many_statements_for_three_as_for_nine(self, schedule):
        asked = []
        for numbers in (range(1, 4), range(11, 20)):
            for number in numbers:
                schedule(number)
            with CaptureQueriesContext(connections["welfare"]) as queries:
                assert engine.plan_batch() == engine.open_batch() == len(numbers)
            asked.append(len(queries))
        assert asked[0] == asked[1]

    def test_that_the_database_refuses_is_written_one_by_one(self, schedule):
        for number in (1, 2, 3):
            schedule(number)
        engine.plan_batch()
        with as_user(2):
            Notice.objects.create(occurrence=Occurrence.objects.get())
        engine.run_once()
        assert told() == [(number, this_week()) for number in (1, 2, 3)]
        with as_engine():
            opened = Occurrence.objects.filter(state="open").values_list("schedule__user_id", flat=True)
            assert sorted(opened) == [1, 3]
        with as_user(2):
            assert Occurrence.objects.get().open_from > database_now() + dt.timedelta(minutes=59)
