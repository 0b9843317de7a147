"""The mail of a reminder: one for each, nameless, at a humane hour, to where its reader wants it."""

import datetime as dt

import pytest
from django.core import mail
from django.db import connections

from lms.ops.database import as_owner
from lms.outbox.drain import run_once
from lms.outbox.states import State
from tests import cast
from welfare.actions import engine
from welfare.actions.checkins import close_checkin
from welfare.enums import MailTo
from welfare.models import Delivery, Schedule
from welfare.models.wall import as_engine, as_user

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def analyst():
    return cast.user(email="analyst@test.example")


def deliveries() -> list[Delivery]:
    with as_engine():
        return list(Delivery.objects.order_by("pk"))


def only() -> Delivery:
    (row,) = deliveries()
    return row


def now_due() -> None:
    """Let the time pass that mails wait for; their guard lets nobody else shorten it."""
    turn("available_at = clock_timestamp() - interval '1 second' WHERE state = 'retry'")


def turn(change: str) -> None:
    with as_owner(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT set_config('welfare.engine', 'on', false)")
        cursor.execute("ALTER TABLE welfare.welfare_delivery DISABLE TRIGGER USER")
        try:
            cursor.execute(f"UPDATE welfare.welfare_delivery SET {change}")
        finally:
            cursor.execute("ALTER TABLE welfare.welfare_delivery ENABLE TRIGGER USER")


def edit(user, **fields) -> None:
    with as_user(user.pk):
        Schedule.objects.update(**fields)


class TestOneMailForAReminder:
    def test_it_is_written_with_the_notice_and_sent_once(self, schedule, analyst):
        schedule(analyst.pk)
        engine.run_once()
        assert only().state == State.PENDING
        assert run_once().ended == {State.SENT: 1}
        assert not run_once().ended
        engine.run_once()
        (sent,) = mail.outbox
        assert (sent.to, sent.extra_headers["Message-ID"]) == ([analyst.email], only().message_id)

    def test_none_where_no_mail_is_wanted(self, schedule, analyst):
        schedule(analyst.pk, mail=MailTo.NOWHERE)
        engine.run_once()
        assert deliveries() == []

    def test_none_where_it_is_over_before_it_is_sent(self, schedule, analyst):
        schedule(analyst.pk)
        engine.run_once()
        close_checkin(by=analyst)
        assert run_once().ended == {State.CANCELLED: 1}
        assert (mail.outbox, only().fault) == ([], "no longer wanted")

    def test_none_where_the_login_is_closed(self, schedule, analyst):
        schedule(analyst.pk)
        engine.run_once()
        type(analyst).objects.update(is_active=False)
        assert run_once().ended == {State.CANCELLED: 1}
        assert mail.outbox == []
