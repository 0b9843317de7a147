"""Who hears of a training session, of which version, and what their calendar makes of it."""

import datetime as dt

import pytest
from django.db.models.functions import Now

from courses.actions.enrolments import enrol, hide
from courses.actions.session_mails import tell_sessions
from courses.actions.sessions import cancel_session, reinstate_session
from courses.enums import CalendarMethod
from courses.models import Reversal, SessionMail
from lms.outbox.channels import channels
from lms.outbox.drain import run_once
from lms.outbox.states import State
from lms.people.actions.merges import merge_persons
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.courses import ledger
from tests.courses.cohorts import made as cohorts
from tests.courses.sessions import made
from tests.courses.sessions.test_planning import again

pytestmark = pytest.mark.django_db


def withdraw(enrolment) -> None:
    """As whoever withdraws somebody does: the entry is taken back, then the sessions are struck out."""
    for entry in enrolment.participation.entries.standing():
        Reversal.objects.create(entry=entry)
    tell_sessions(participation=enrolment.participation, method=CalendarMethod.CANCEL)


class TestWhoIsTold:
    def test_everybody_enrolled_once_for_each_session(self):
        cohort, trainer = made.cohort()
        people = [cohorts.person(cohort, name).person for name in ("One", "Two")]
        made.weekly(cohort, trainer)
        told = made.to_takers().values_list("person", "session").distinct()
        assert len(told) == made.to_takers().count() == 6
        assert {person for person, _session in told} == {person.pk for person in people}

    def test_a_person_with_an_address_and_no_login_is_told_and_one_with_neither_is_not(self):
        webinar, staff = made.webinar(), made.staff()
        with_address = cast.person("Guest", email="guest@agency.example")
        for person in (with_address, cast.person("Nobody")):
            ledger.fact(person, webinar, "enrolled", on="2026-01-01")
        made.session(webinar, staff)
        run_once()
        assert [message.to for message in made.read_by_takers()] == [["guest@agency.example"]]

    def test_a_closed_login_and_a_head_count_are_not_told(self):
        cohort, trainer = made.cohort()
        one = cohorts.person(cohort)
        User.objects.filter(person=one.person).update(is_active=False)
        ledger.fact(None, cohort.activity, "enrolled", on="2026-01-01", headcount=5)
        made.session(cohort, trainer)
        assert made.mails() == []

    def test_two_records_of_one_person_are_told_once(self):
        cohort, trainer = made.cohort()
        one = cohorts.person(cohort)
        double = cast.person("Double", email="double@test.example")
        enrol(cohort=cohort, person=double, by=trainer)
        merge_persons(duplicate=double, survivor=one.person, by=None)
        made.session(cohort, trainer)
        run_once()
        assert [message.to for message in made.read_by_takers()] == [[one.person.user.email]]

    def test_whoever_is_enrolled_later_hears_of_what_is_still_to_come(self):
        cohort, trainer = made.cohort()
        made.session(cohort, trainer, made.LONG_AGO)
        first, second = made.weekly(cohort, trainer, 2)
        cancel_session(session=second.session, after=0, reason="x", by=trainer)
        cohorts.person(cohort)
        assert made.to_takers().get().session == first.session

    def test_a_login_is_told_at_its_own_address_and_hears_of_no_past_session(self):
        cohort, trainer = made.cohort()
        cohorts.person(cohort)
        made.session(cohort, trainer, made.LONG_AGO)
        run_once()
        assert made.read_by_takers() == []
        assert made.mails() == [("request", 0, State.CANCELLED)]


class TestWhatIsSaid:
    @pytest.fixture
    def told(self):
        cohort, trainer = made.cohort()
        one = cohorts.person(cohort)
        User.objects.filter(person=one.person).update(zone="America/Sao_Paulo")
        version = made.session(
            cohort,
            trainer,
            title="Unit 1",
            place="Grote Markt 1",
            call_link="https://call.example/unit-1",
            materials="Read *chapter 2*.",
        )
        run_once()
        return one, trainer, version

    def test_both_zones_place_call_and_materials(self, told):
        one, _trainer, _version = told
        (message,) = made.read_by_takers()
        assert message.to == [one.person.user.email]
        title = f"{one.cohort.version.title}: Unit 1"
        assert message.subject == f"Training session: {title}"
        for text in (
            title,
            "Monday, 4 March 2030, 10:00 – 11:30 (Europe/Berlin)",
            "Monday, 4 March 2030, 06:00 – 07:30 (America/Sao_Paulo)",
            "Place: Grote Markt 1",
            "Call: https://call.example/unit-1",
            "Read *chapter 2*.",
            "/me/sessions/",
        ):
            assert text in message.body

    def test_a_calendar_reads_the_invitation(self, told, settings):
        one, _trainer, version = told
        calendar, event = made.calendar_of(made.read_by_takers()[0]), made.read(made.read_by_takers()[0])
        assert calendar["METHOD"] == "REQUEST"
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
        assert event["UID"] == f"{version.session.uid}@{domain}"
        assert event["SEQUENCE"] == 0
        assert event["STATUS"] == "CONFIRMED"
        assert event["ATTENDEE"] == f"mailto:{one.person.user.email}"
        assert event["ORGANIZER"].endswith(f"@{domain}")
        assert event["LOCATION"] == "Grote Markt 1"
        assert event["URL"] == "https://call.example/unit-1"
        assert event.start.astimezone(dt.UTC) == version.starts_at
        assert event.end.astimezone(dt.UTC) == version.ends_at
        assert event.start.tzinfo.key == "Europe/Berlin"
        assert event["DTSTAMP"].dt.tzinfo is not None

    def test_the_part_says_what_it_is(self, told):
        message = made.read_by_takers()[0].message()
        assert message.get_content_type() == "multipart/alternative"
        part = message.get_payload()[-1]
        assert part.get_content_type() == "text/calendar"
        assert part.get_param("method") == "REQUEST"
        assert part.get_content_charset() == "utf-8"
        assert b"\r\nUID:" in part.get_payload(decode=True)

    def test_change_and_cancellation_raise_the_sequence_of_the_same_event(self, told):
        _one, trainer, version = told
        (changed,) = again(version, trainer, place="Room 2")
        run_once()
        (ended,) = cancel_session(session=version.session, after=1, reason="The trainer is ill.", by=trainer)
        run_once()
        back = reinstate_session(session=version.session, after=2, by=trainer)
        run_once()
        events = [made.read(message) for message in made.read_by_takers()]
        assert len({event["UID"] for event in events}) == 1
        assert [event["SEQUENCE"] for event in events] == [0, changed.number, ended.number, back.number]
        assert [made.calendar_of(message)["METHOD"] for message in made.read_by_takers()] == [
            "REQUEST", "REQUEST", "CANCEL", "REQUEST",
        ]  # fmt: skip
        assert [event["STATUS"] for event in events][2] == "CANCELLED"
        subjects = [message.subject.split(":")[0] for message in made.read_by_takers()]
        assert subjects == ["Training session", "Changed", "Cancelled", "Changed"]
        assert "Why: The trainer is ill." in made.read_by_takers()[2].body

    def test_letters_of_every_script_arrive(self, told):
        _one, trainer, version = told
        again(version, trainer, place="東京, зал 5; (left, right)")
        run_once()
        assert made.read(made.read_by_takers()[-1])["LOCATION"] == "東京, зал 5; (left, right)"


class TestCollapsing:
    def test_several_changes_before_anything_is_sent_are_one_mail(self):
        cohort, trainer = made.cohort()
        cohorts.person(cohort)
        version = made.session(cohort, trainer)
        for room in range(3):
            (version,) = again(version, trainer, place=f"Room {room}")
        run_once()
        (message,) = made.read_by_takers()
        assert made.read(message)["SEQUENCE"] == 3
        assert message.subject.startswith("Training session:")
        assert [state for _kind, _number, state in made.mails()] == [State.CANCELLED] * 3 + [State.SENT]

    def test_what_was_planned_and_called_off_at_once_nobody_hears_of(self):
        cohort, trainer = made.cohort()
        cohorts.person(cohort)
        version = made.session(cohort, trainer)
        cancel_session(session=version.session, after=0, reason="A mistake.", by=trainer)
        run_once()
        assert made.read_by_takers() == []
        assert {state for _kind, _number, state in made.mails()} == {State.CANCELLED}


class TestWithdrawing:
    def test_the_sessions_are_struck_out_and_come_back_with_a_new_enrolment(self):
        cohort, trainer = made.cohort()
        one = cohorts.person(cohort)
        version = made.session(cohort, trainer)
        run_once()
        withdraw(one)
        run_once()
        assert made.calendar_of(made.read_by_takers()[1])["METHOD"] == "CANCEL"
        assert made.read(made.read_by_takers()[1])["STATUS"] == "CANCELLED"
        assert "no longer enrolled" in made.read_by_takers()[1].body
        again(version, trainer, place="Elsewhere")
        run_once()
        assert len(made.read_by_takers()) == 2
        ledger.fact(one.person, cohort.activity, "enrolled", on="2026-01-01")
        tell_sessions(participation=one.participation, method=CalendarMethod.REQUEST)
        run_once()
        assert made.calendar_of(made.read_by_takers()[2])["METHOD"] == "REQUEST"

    def test_whoever_leaves_before_a_change_is_sent_hears_of_the_end_alone(self):
        cohort, trainer = made.cohort()
        one = cohorts.person(cohort)
        version = made.session(cohort, trainer)
        run_once()
        (version,) = again(version, trainer, place="Elsewhere")
        withdraw(one)
        again(version, trainer, place="Once more")
        run_once()
        assert [made.calendar_of(message)["METHOD"] for message in made.read_by_takers()] == [
            "REQUEST",
            "CANCEL",
        ]

    def test_whoever_was_never_told_is_not_told_that_it_is_over(self):
        cohort, trainer = made.cohort()
        made.session(cohort, trainer)
        withdraw(cohorts.person(cohort))
        run_once()
        assert made.read_by_takers() == []

    def test_who_is_out_is_told_no_link_of_the_call(self):
        cohort, trainer = made.cohort()
        one = cohorts.person(cohort)
        version = made.session(cohort, trainer, call_link="https://call.example/old")
        run_once()
        withdraw(one)
        again(version, trainer, call_link="https://call.example/new")
        run_once()
        struck = made.read_by_takers()[-1]
        assert struck.subject.startswith("Cancelled")
        assert "call.example" not in str(made.calendar_of(struck)) + struck.body


class TestKeptToOneself:
    def test_neither_mail_nor_calendar_part_names_the_course(self):
        cohort, trainer = made.cohort("aftershift", self_care=True, needs_sign_off=False)
        one = cohorts.person(cohort, lessons=0, hidden=True)
        version = made.session(cohort, trainer, title="Circle", place="Quiet room", materials="Bring tea.")
        run_once()
        cancel_session(session=version.session, after=0, reason="The circle is ill.", by=trainer)
        run_once()
        for message in made.read_by_takers():
            whole = message.message().as_string() + made.calendar_of(message).to_ical().decode()
            for text in (cohort.version.title, "Circle", "circle", "Quiet room", "tea"):
                assert text not in whole
        assert len(made.read_by_takers()) == 2
        hide(enrolment=one, hidden=False, by=one.person.user)
        reinstate_session(session=version.session, after=1, by=trainer)
        run_once()
        assert cohort.version.title in made.read_by_takers()[2].subject


def test_what_cannot_be_delivered_is_listed_without_what_it_is_about():
    cohort, trainer = made.cohort()
    cohorts.person(cohort)
    made.session(cohort, trainer)
    assert made.to_takers().filter(available_at__lte=Now()).count() == 1
    (channel,) = [one for one in channels() if one.model is SessionMail]
    assert str(channel.label) == "message"
    assert channel.addresses(list(made.to_takers())) == [
        User.objects.get(person__enrolments__cohort=cohort).email
    ]
    assert cast.user(Role.ADMINISTRATOR).email not in channel.addresses(list(SessionMail.objects.all()))


def test_a_title_of_several_lines_is_one_line_of_subject():
    cohort, trainer = made.cohort()
    cohorts.person(cohort)
    made.session(cohort, trainer, title="Unit 1\nBcc: x@evil.example")
    run_once()
    (message,) = made.read_by_takers()
    assert message.subject.endswith("Unit 1 Bcc: x@evil.example")
    assert message.message()["Bcc"] is None
