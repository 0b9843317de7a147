"""Trainers hear of what they lead as everybody enrolled does, and of coming to lead it and leaving."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from courses.actions.cohorts import change_cohort, entrance_of
from courses.actions.enrolments import enrol
from courses.actions.gatherings import change_gathering
from courses.actions.leaving import transfer, withdraw
from courses.actions.register.marking import Word, mark
from courses.actions.session_mails import event_of
from courses.actions.sessions import cancel_session, change_session, local_start, reinstate_session
from courses.models import SessionMail
from courses.queries.sessions import in_feed, last_of
from lms.kit.errors import Refused
from lms.outbox.drain import run_once
from lms.people.enums import Role
from lms.people.models import RoleGrant, User
from tests import cast
from tests.courses.cohorts import made as cohorts
from tests.courses.gatherings import made as gatherings
from tests.courses.register import made as met
from tests.courses.sessions import made
from tests.courses.sessions.test_planning import again

pytestmark = pytest.mark.django_db


def lead(version, by, *trainers, **texts):
    """Say who leads a session from now on; () is the trainers of the cohort."""
    now = last_of(version.session)
    return change_session(
        session=version.session, after=now.number, by=by, starts=local_start(now), minutes=90,
        zone=now.timezone, trainers=trainers, **texts,
    )  # fmt: skip


def led_by(cohort, by, *trainers):
    return change_cohort(cohort=cohort, trainers=trainers, entrance=entrance_of(cohort), by=by)


def methods(of) -> list[str]:
    run_once()
    return [str(made.calendar_of(message)["METHOD"]) for message in made.read_by(of)]


@pytest.fixture
def substitute():
    return cast.user(Role.TRAINER)


class TestWhatTheyLead:
    def test_they_are_invited_as_who_leads_it_with_place_and_call(self):
        cohort, trainer = made.cohort()
        User.objects.filter(pk=trainer.pk).update(zone="Asia/Tokyo")
        made.session(cohort, trainer, title="Unit 1", place="Hall", call_link="https://call.example/1")
        run_once()
        (message,) = made.read_by(trainer)
        assert "you lead this training session:" in message.body
        assert "18:00 – 19:30 (Asia/Tokyo)" in message.body
        assert "Call: https://call.example/1" in message.body
        event = made.read(message)
        assert event["ATTENDEE"] == f"mailto:{trainer.email}"
        assert (event["LOCATION"], event["SEQUENCE"]) == ("Hall", 0)

    def test_changes_and_the_cancellation_are_the_same_event_with_a_higher_sequence(self):
        cohort, trainer = made.cohort()
        version = made.session(cohort, trainer)
        run_once()
        again(version, trainer, place="Room 2")
        run_once()
        cancel_session(session=version.session, after=1, reason="Ill.", by=trainer)
        run_once()
        reinstate_session(session=version.session, after=2, by=trainer)
        assert methods(trainer) == ["REQUEST", "REQUEST", "CANCEL", "REQUEST"]
        events = [made.read(message) for message in made.read_by(trainer)]
        assert len({event["UID"] for event in events}) == 1
        assert [event["SEQUENCE"] for event in events] == [0, 1, 2, 3]
        assert "Why: Ill." in made.read_by(trainer)[2].body

    def test_it_is_the_event_of_their_feed(self):
        cohort, trainer = made.cohort()
        version = made.session(cohort, trainer)
        run_once()
        (fed,) = in_feed(trainer)
        event = event_of(fed, kept=False, stamped_at=fed.recorded_at)
        assert made.read(made.read_by(trainer)[0])["UID"] == event.uid
        assert event.sequence == version.number

    def test_of_a_session_with_a_substitute_the_substitute_alone(self, substitute):
        cohort, trainer = made.cohort()
        version = made.session(cohort, trainer, trainers=[substitute])
        again(version, trainer, place="Hall")
        assert methods(substitute) == ["REQUEST"]
        assert methods(trainer) == []

    def test_who_leads_an_activity_without_a_cohort(self, substitute):
        webinar, staff = made.webinar(), made.staff()
        made.session(webinar, staff, trainers=[substitute])
        assert methods(substitute) == ["REQUEST"]
        assert made.read_by(staff) == []

    def test_a_trainer_who_takes_part_too_hears_once(self):
        cohort, trainer = made.cohort()
        cohorts.person(cohort, login=trainer)
        made.session(cohort, trainer)
        assert methods(trainer) == ["REQUEST"]
        assert "you are enrolled" in made.read_by(trainer)[0].body

    @pytest.mark.parametrize("why", ["the role ended", "the login is closed"])
    def test_nobody_who_is_no_trainer_today(self, why):
        cohort, trainer = made.cohort()
        other = cohorts.trainer(cohort)
        version = made.session(cohort, trainer)
        if why == "the role ended":
            RoleGrant.objects.filter(user=other).update(until_on=cast.SINCE)
            assert not in_feed(User.objects.get(pk=other.pk)).exists()
        else:
            User.objects.filter(pk=other.pk).update(is_active=False)
        again(version, trainer, place="Hall")
        assert methods(other) == []
        assert methods(trainer) == ["REQUEST"]


class TestOthersLeadIt:
    def test_who_leaves_has_it_struck_out_and_who_comes_is_invited(self, substitute):
        cohort, trainer = made.cohort()
        one = cohorts.person(cohort)
        version = made.session(cohort, trainer, title="Unit 1")
        run_once()
        lead(version, trainer, substitute)
        assert methods(trainer) == ["REQUEST", "CANCEL"]
        assert methods(substitute) == ["REQUEST"]
        assert methods(one.person.user) == ["REQUEST"]
        struck = made.read_by(trainer)[1]
        assert "you no longer lead this training session" in struck.body
        first, last = (made.read(message) for message in made.read_by(trainer))
        assert (last["UID"], last["STATUS"]) == (first["UID"], "CANCELLED")
        assert last["SEQUENCE"] >= first["SEQUENCE"]
        assert last["DTSTAMP"].dt >= first["DTSTAMP"].dt
        lead(version, trainer)
        assert methods(trainer) == ["REQUEST", "CANCEL", "REQUEST"]
        assert methods(substitute) == ["REQUEST", "CANCEL"]

    def test_together_with_a_change_everybody_hears_once(self, substitute):
        cohort, trainer = made.cohort()
        one = cohorts.person(cohort)
        version = made.session(cohort, trainer)
        run_once()
        lead(version, trainer, substitute, place="Hall")
        assert methods(trainer) == ["REQUEST", "CANCEL"]
        assert methods(substitute) == ["REQUEST"]
        assert methods(one.person.user) == ["REQUEST", "REQUEST"]
        assert [made.read(message)["SEQUENCE"] for message in made.read_by(trainer)] == [0, 1]
        assert made.read(made.read_by(substitute)[0])["SEQUENCE"] == 1

    def test_of_a_cohort_for_all_sessions_to_come_that_nobody_else_leads(self, substitute):
        cohort, trainer = made.cohort()
        other = cast.user(Role.TRAINER)
        made.session(cohort, trainer, made.LONG_AGO)
        first, second, third = made.weekly(cohort, trainer)
        lead(second, trainer, substitute)
        cancel_session(session=third.session, after=0, reason="Ill.", by=trainer)
        run_once()
        before = SessionMail.objects.count()
        led_by(cohort, trainer, other)
        assert SessionMail.objects.count() == before + 2
        assert methods(other) == ["REQUEST"]
        assert made.read(made.read_by(other)[0])["UID"].startswith(str(first.session.uid))
        assert methods(trainer)[-1] == "CANCEL"
        assert methods(substitute) == ["REQUEST"]

    def test_nobody_is_told_of_a_plan_that_keeps_its_trainers_nor_of_one_that_is_refused(self, substitute):
        cohort, trainer = made.cohort()
        version = made.session(cohort, trainer)
        before = SessionMail.objects.count()
        led_by(cohort, trainer, trainer)
        with pytest.raises(Refused):
            led_by(cohort, trainer)
        with pytest.raises(Refused):
            lead(version, trainer, cast.user(Role.ANALYST))
        with pytest.raises(Refused):
            lead(version, substitute, substitute)
        assert SessionMail.objects.count() == before
        assert list(cohort.trainers.all()) == [trainer]
        assert not version.session.trainers.exists()

    def test_of_a_law_enforcement_session(self, substitute):
        trainer = cast.user(Role.TRAINER)
        room = gatherings.planned(by=trainer, trainers=[trainer])
        run_once()
        kept = gatherings.plan(days=7, trainers=[trainer, substitute])
        change_gathering(activity=room, plan=kept, by=trainer)
        assert methods(substitute) == ["REQUEST"]
        change_gathering(
            activity=room, plan=gatherings.plan(days=8, trainers=[trainer]), reason="Later.", by=trainer
        )
        assert methods(substitute) == ["REQUEST", "CANCEL"]
        assert methods(trainer) == ["REQUEST", "REQUEST"]

    def test_who_came_and_left_before_a_mail_was_sent_hears_nothing(self, substitute):
        cohort, trainer = made.cohort()
        version = made.session(cohort, trainer)
        run_once()
        lead(version, trainer, substitute)
        lead(version, trainer)
        assert methods(substitute) == []
        assert methods(trainer) == ["REQUEST", "REQUEST"]

    def test_who_still_takes_part_keeps_it(self, substitute):
        cohort, trainer = made.cohort()
        cohorts.person(cohort, login=trainer)
        version = made.session(cohort, trainer)
        run_once()
        lead(version, trainer, substitute)
        assert methods(trainer) == ["REQUEST"]

    def test_who_takes_part_no_more_and_leads_it_keeps_it(self):
        cohort, trainer = made.cohort()
        one = cohorts.person(cohort, lessons=0, login=trainer)
        made.session(cohort, trainer)
        run_once()
        withdraw(enrolment=one, reason="", by=trainer)
        assert methods(trainer) == ["REQUEST"]


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_to_lead_a_cohort_while_sessions_are_planned_is_invited_to_each_once():
    cohort, trainer = made.cohort()
    other = cast.user(Role.TRAINER)
    barrier = Barrier(4)

    def plan(day: int) -> None:
        barrier.wait()
        made.session(cohort, trainer, made.MONDAY + dt.timedelta(days=day))
        connection.close()

    def come() -> None:
        barrier.wait()
        led_by(cohort, trainer, trainer, other)
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(plan, day) for day in range(3)] + [pool.submit(come)]
        [one.result() for one in done]
    for login in (trainer, other):
        told = SessionMail.objects.filter(user=login).values_list("session", flat=True)
        assert len(told) == len(set(told)) == 3


def test_whoever_was_moved_hears_no_more_of_the_former_cohort_even_with_an_attendance():
    first = met.cohort("tracing", met.FIRST)
    second = met.another(first.version, met.SECOND)
    trainer = met.trainer(first)
    second.trainers.add(trainer)
    type(first).objects.update(sessions_needed=3)
    one = met.person(first)
    coming = made.session(first, trainer)
    mark(session=met.sessions(first)[0], word=Word(one.participation_id, "present"), by=trainer)
    run_once()
    transfer(enrolment=one, to=second, reason="Ill.", by=trainer)
    assert methods(one.person.user) == ["REQUEST", "CANCEL"]
    again(coming, trainer, place="Elsewhere")
    assert methods(one.person.user) == ["REQUEST", "CANCEL"]
    assert enrol(cohort=second, person=one.person, by=trainer).pk == one.pk
