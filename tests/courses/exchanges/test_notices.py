"""Whoever's word is waited for is told once, by bell and a mail that names nothing."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from courses.actions.exchanges.moving import move, say_yes
from courses.actions.exchanges.planning import change_plan
from courses.actions.exchanges.telling import tell_what_is_over
from courses.enums import ExchangeState, YesTo
from courses.models import ExchangeNotice
from lms.outbox.drain import run_once
from lms.people.models import User
from lms.web import notices
from tests import cast
from tests.courses.exchanges import made
from tests.courses.nudges.test_pages import off_link

pytestmark = pytest.mark.django_db
STATE = ExchangeState


def told() -> list[User]:
    return [row.user for row in ExchangeNotice.objects.order_by("pk")]


class TestWhoIsTold:
    def test_each_step_tells_those_whose_word_comes_next(self):
        one = made.exchange()
        assert told() == [one.hosting]
        made.reach(one, STATE.AGREED)
        assert told() == [one.hosting, one.staff]
        made.reach(one, STATE.HELD)
        assert told()[-1] == one.visiting
        made.reach(one, STATE.REPORTED)
        assert set(told()[-2:]) == {one.hosting, one.visiting}
        before = len(told())
        made.reach(one, STATE.COUNTED)
        assert len(told()) == before

    def test_time_passing_tells_the_host_and_staff_once(self):
        with time_machine.travel(timezone.now() - dt.timedelta(days=9)):
            one = made.exchange(STATE.APPROVED, days_ago=-2)
            assert tell_what_is_over() == 0
        before = len(told())
        assert tell_what_is_over() == 2
        assert set(told()[before:]) == {one.hosting, one.staff}
        assert tell_what_is_over() == 0

    def test_both_sides_hear_that_it_is_approved_and_whoever_did_not_call_it_off_that_it_is(self):
        one = made.exchange(STATE.AGREED, days_ago=-9)
        made.reach(one, STATE.APPROVED)
        assert told()[-2:] == [one.hosting, one.visiting]
        move(exchange=one.exchange, to=STATE.CANCELLED, by=one.visiting, note="Ill.")
        assert set(told()[-2:]) == {one.hosting, one.staff}

    def test_both_sides_hear_of_a_plan_that_staff_changed_after_it_was_approved(self):
        one = made.exchange(STATE.APPROVED, days_ago=-9)
        before = len(told())
        change_plan(
            exchange=one.exchange, plan=made.plan(days_ago=-30), by=one.staff, note="The room is taken."
        )
        assert told()[before:] == [one.hosting, one.visiting]
        change_plan(exchange=one.exchange, plan=made.plan(days_ago=-30), by=one.staff, note="Once more.")
        assert len(told()) == before + 2

    def test_a_changed_plan_tells_anew(self):
        one = made.exchange()
        made.change(one)
        assert told() == [one.hosting, one.hosting]


class TestTheMail:
    def test_says_that_there_is_a_notice_and_no_more(self):
        one = made.exchange(title="Very particular title")
        run_once()
        (sent,) = mail.outbox
        assert sent.to == [one.hosting.email]
        for word in ("Very particular", "exchange", "Exchange", "Linea", "Meldpunt"):
            assert word not in f"{sent.subject}{sent.body}"

    def test_is_not_sent_once_the_word_was_said(self):
        one = made.exchange()
        say_yes(exchange=one.exchange, hotline=one.host, to=YesTo.PLAN, by=one.hosting)
        run_once()
        assert [sent.to for sent in mail.outbox] == [[one.staff.email]]

    def test_of_what_was_decided_goes_once_for_the_last_word(self):
        one = made.exchange(STATE.APPROVED, days_ago=-9)
        change_plan(
            exchange=one.exchange, plan=made.plan(days_ago=-30), by=one.staff, note="The room is taken."
        )
        run_once()
        assert [sent.to for sent in mail.outbox].count([one.visiting.email]) == 1

    def test_its_link_ends_them_and_bell_and_page_say_so(self):
        one = made.exchange()
        run_once()
        assert Client().post(off_link()).status_code == 200
        page = cast.signed_in(one.hosting).get("/me/notices/").text
        assert "An exchange that waits for you, or was decided" in page
        move(exchange=one.exchange, to=STATE.CANCELLED, by=one.visiting, note="x")
        again = made.exchange()
        assert again.hosting != one.hosting
        made.request_exchange(host=one.host, visiting=[one.guest], plan=made.plan("Again"), by=one.visiting)
        assert told().count(one.hosting) == 1


class TestTheBell:
    def test_rings_while_it_waits_and_is_still_when_the_word_was_said(self):
        one = made.exchange()
        assert notices.unread(one.hosting) == 1
        page = cast.signed_in(one.hosting).get("/me/notices/").text
        assert "“A week of tracing” waits for you" in page
        assert "Say whether Linea agrees to the plan." in page
        say_yes(exchange=one.exchange, hotline=one.host, to=YesTo.PLAN, by=one.hosting)
        assert notices.unread(one.hosting) == 0

    def test_says_what_was_decided_last_and_only_that(self):
        one = made.exchange(STATE.APPROVED, days_ago=-9)
        page = cast.signed_in(one.visiting).get("/me/notices/").text
        assert "“A week of tracing” is approved" in page
        change_plan(
            exchange=one.exchange, plan=made.plan(days_ago=-30), by=one.staff, note="The room is taken."
        )
        assert notices.unread(one.visiting) == 1
        move(exchange=one.exchange, to=STATE.CANCELLED, by=one.staff, note="Nobody can travel.")
        page = cast.signed_in(one.visiting).get("/me/notices/").text
        assert "“A week of tracing” is cancelled" in page
        assert "is approved" not in page
        assert notices.unread(one.visiting) == 1

    def test_reading_marks_it(self):
        one = made.exchange()
        cast.signed_in(one.hosting).post("/me/notices/read/")
        assert notices.unread(one.hosting) == 0
        assert "waits for you" in cast.signed_in(one.hosting).get("/me/notices/").text

    def test_an_analyst_has_no_such_kind(self):
        page = cast.signed_in(cast.user()).get("/me/notices/").text
        assert "An exchange that waits for you, or was decided" not in page
