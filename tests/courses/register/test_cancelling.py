"""Calling a session off, and what its register says: who was there was there."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.actions.cohorts import change_cohort, entrance_of
from courses.actions.gatherings import cancel_gathering, plan_again
from courses.actions.register.locking import close_now
from courses.actions.register.making_up import make_up
from courses.actions.register.marking import Word, mark
from courses.actions.sessions import cancel_session, reinstate_session
from courses.enums import Presence
from courses.models import (
    ActivityVersion,
    Certificate,
    Entry,
    RegisterMark,
    Reversal,
    SessionMail,
    SessionVersion,
)
from courses.queries.certificates import of_person
from courses.queries.sessions import last_of
from lms.kit.errors import Refused
from tests import cast
from tests.courses.gatherings import made as gatherings
from tests.courses.register import made

pytestmark = pytest.mark.django_db
THERE = "marked as having been there"


def say(session, of, presence, by):
    return mark(session=session, word=Word(of.participation_id, presence, reason="Seen."), by=by)


def call_off(session, by, after=0, **more):
    return cancel_session(session=session, after=after, reason="Snow.", by=by, **more)


class TestSomebodyWasThere:
    @pytest.mark.parametrize("presence", Presence.there())
    def test_it_is_not_called_off_and_nothing_changes(self, first, trainer, one, presence):
        say(first, one, presence, trainer)
        with pytest.raises(Refused, match=f"1 person is {THERE}"):
            call_off(first, trainer)
        assert not last_of(first).cancelled
        assert not Reversal.objects.exists()
        assert not SessionMail.objects.filter(kind="cancel").exists()
        assert made.attended(one) is True
        assert made.completed(one) == made.FIRST.date()
        assert [str(each.status) for each in of_person(one.person)] == ["valid"]

    def test_nor_with_those_before_it_in_a_series(self, cohort, first, second, trainer, one):
        series = "7c7e0f3c-0f0a-4e6e-9d6e-6a3f1f0b0c11"
        cohort.activity.training_sessions.update(series=series)
        first.refresh_from_db()
        for who in (one, made.person(cohort)):
            say(second, who, "present", trainer)
        with pytest.raises(Refused, match="2 people are"):
            call_off(first, trainer, following_too=True)
        assert SessionVersion.objects.filter(cancelled=True).count() == 0
        call_off(first, trainer)
        assert last_of(first).cancelled

    def test_nor_over_a_guest_who_made_up_for_a_session_there(self, cohort, first):
        other = made.another(cohort.version, made.SECOND)
        (visited,) = made.sessions(other)
        host, guest = made.trainer(other), made.person(cohort)
        make_up(session=visited, participation=guest.participation, made_up_for=first.pk, by=host)
        with pytest.raises(Refused, match=THERE):
            call_off(visited, host)
        # The one that was made up for can be: its guest was somewhere else.
        call_off(first, made.trainer(cohort))
        assert made.attended(guest) is True

    def test_taken_back_first_the_ledger_has_nothing_and_it_is_called_off(self, first, trainer, one):
        say(first, one, "present", trainer)
        say(first, one, "", trainer)
        call_off(first, trainer)
        assert last_of(first).cancelled
        assert made.attended(one) is None
        assert made.completed(one) is None
        assert [str(each.status) for each in of_person(one.person)] == ["withdrawn"]
        with pytest.raises(Refused, match="was cancelled: nobody was at it"):
            say(first, one, "present", trainer)

    def test_where_the_cohort_is_called_off_it_stays_and_what_is_to_come_does_not(self):
        now = timezone.now()
        cohort = made.cohort("tracing", now - dt.timedelta(hours=1), now + dt.timedelta(days=1))
        under_way, to_come = made.sessions(cohort)
        trainer, one = made.trainer(cohort), made.person(cohort)
        say(under_way, one, "present", trainer)
        change_cohort(
            cohort=cohort, trainers=[trainer], entrance=entrance_of(cohort), status="cancelled",
            reason="The trainer is ill.", by=trainer,
        )  # fmt: skip
        assert [last_of(session).cancelled for session in (under_way, to_come)] == [False, True]

    def test_the_page_says_so_and_the_mark_stays(self, first, trainer, one):
        say(first, one, "late", trainer)
        page = cast.signed_in(trainer).post(
            f"/sessions/{first.pk}/cancel/", {"reason": "Snow.", "after": "0"}
        )
        assert page.status_code == 200
        assert f"1 person is {THERE}, so it took place." in page.text
        assert not last_of(first).cancelled
        assert Certificate.objects.count() == 1

    def test_nor_is_an_activity_without_a_cohort(self):
        staff = gatherings.staff()
        room = gatherings.planned(days=-1, by=staff)
        officer = gatherings.named(room, came=False)
        (session,) = room.training_sessions.all()
        mark(session=session, word=Word(officer.pk, "present"), by=staff)
        plan_again(activity=room, reason="Pressed too early.", by=staff)
        with pytest.raises(Refused, match=THERE):
            cancel_gathering(activity=room, reason="Snow.", by=staff)
        assert ActivityVersion.objects.in_force().get(activity=room).status == "planned"
        assert not last_of(session).cancelled
        mark(session=session, word=Word(officer.pk, "absent", reason="Seen."), by=staff)
        cancel_gathering(activity=room, reason="Snow.", by=staff)
        assert last_of(session).cancelled

    def test_and_whoever_was_not_there_is_so_no_more(self):
        staff = gatherings.staff()
        room = gatherings.planned(days=-1, by=staff)
        officer = gatherings.named(room, came=False)
        (session,) = room.training_sessions.all()
        mark(session=session, word=Word(officer.pk, "absent"), by=staff)
        close_now(session=session, by=staff)
        absent = Entry.objects.standing().filter(activity=room, stage="attended")
        assert absent.exists()
        cancel_gathering(activity=room, reason="Snow.", by=staff)
        assert not absent.exists()


class TestNobodyWasThere:
    def test_it_is_called_off_and_what_was_excused_stays_said(self, first, trainer, one):
        say(first, one, "excused", trainer)
        call_off(first, trainer)
        assert made.said(first, one) == [("excused", None)]
        assert made.attended(one) is None

    def test_whoever_missed_the_last_one_that_is_left_has_not_attended(self, first, second, trainer, one):
        say(first, one, "absent", trainer)
        close_now(session=first, by=trainer)
        assert made.attended(one) is None
        call_off(second, trainer)
        assert made.attended(one) is False
        reinstate_session(session=second, after=1, by=trainer)
        assert made.attended(one) is None
        assert Reversal.objects.count() == 1


class TestTheDatabase:
    def cancelled(self, session):
        return SessionVersion(
            session=session, number=1, starts_at=made.FIRST, ends_at=made.FIRST + dt.timedelta(hours=1),
            timezone=made.ZONE, cancelled=True, reason="Snow.",
        )  # fmt: skip

    def test_calls_nothing_off_that_somebody_was_at(self, first, trainer, one):
        say(first, one, "present", trainer)
        with pytest.raises(IntegrityError, match="take the mark back"), transaction.atomic():
            self.cancelled(first).save()
        say(first, one, "absent", trainer)
        self.cancelled(first).save()

    def test_takes_no_mark_of_being_at_what_is_called_off(self, first, one):
        self.cancelled(first).save()
        with pytest.raises(IntegrityError, match="nobody can have been at it"), transaction.atomic():
            RegisterMark.objects.create(session=first, participation=one.participation, presence="late")
        RegisterMark.objects.create(session=first, participation=one.participation, presence="excused")
