"""The address of one's own calendar: made, shown once, ended; and what a calendar reads there."""

import datetime as dt
import re

import icalendar
import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from courses.actions.calendar_feeds import make_feed, revoke_feed
from courses.actions.enrolments import hide
from courses.actions.sessions import cancel_session
from courses.models import CalendarFeed
from lms.kit.clock import today
from lms.outbox.drain import run_once
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.courses.cohorts import made as cohorts
from tests.courses.sessions import made
from tests.courses.sessions.test_planning import again

pytestmark = pytest.mark.django_db


def read(token: str) -> list[icalendar.Event]:
    answer = cast.signed_in(None).get(f"/calendar/{token}.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return icalendar.Calendar.from_ical(answer.content).events


class TestTheAddress:
    def test_it_is_shown_once_and_kept_as_a_digest(self):
        login = cast.user(Role.ANALYST)
        client = cast.signed_in(login)
        page = client.post("/me/calendar/", {"do": "make"})
        (address,) = re.findall(r'value="(http[^"]+\.ics)"', page.text)
        token = address.rpartition("/")[2].removesuffix(".ics")
        assert page["Cache-Control"] == "no-store"
        assert token not in client.get("/me/calendar/").text
        assert token not in str(list(CalendarFeed.objects.values_list()))
        assert read(token) == []

    def test_a_new_one_ends_the_one_before_and_none_opens_after_the_end(self):
        login = cast.user(Role.ANALYST)
        client = cast.signed_in(login)
        first, second = make_feed(by=login), make_feed(by=login)
        assert client.get(f"/calendar/{first}.ics").status_code == 404
        assert read(second) == []
        assert "opens nothing any more" in client.post("/me/calendar/", {"do": "revoke"}, follow=True).text
        assert client.get(f"/calendar/{second}.ics").status_code == 404
        assert revoke_feed(by=login) is False

    def test_a_closed_login_has_no_calendar(self):
        login = cast.user(Role.ANALYST)
        token = make_feed(by=login)
        User.objects.filter(pk=login.pk).update(is_active=False)
        assert cast.signed_in(None).get(f"/calendar/{token}.ics").status_code == 404

    def test_the_database_opens_one_for_each_login(self):
        login = cast.user(Role.ANALYST)
        make_feed(by=login)
        with pytest.raises(IntegrityError, match="calendar_feed_one_open"), transaction.atomic():
            CalendarFeed.objects.create(user=login, token_digest="x")


class TestWhatItHolds:
    def test_a_change_and_a_cancellation_keep_the_event_and_raise_its_sequence(self):
        cohort, trainer = made.cohort()
        login = cohorts.person(cohort).person.user
        token = make_feed(by=login)
        version = made.session(
            cohort, trainer, title="Unit 1", place="Hall", call_link="https://call.example/1"
        )
        (planned,) = read(token)
        assert (planned["SEQUENCE"], planned["STATUS"], planned["LOCATION"]) == (0, "CONFIRMED", "Hall")
        assert planned["SUMMARY"] == f"{cohort.version.title}: Unit 1"
        (changed,) = again(version, trainer, place="Room 2")
        cancel_session(session=version.session, after=changed.number, reason="Ill.", by=trainer)
        (ended,) = read(token)
        assert (ended["UID"], ended["SEQUENCE"], ended["STATUS"]) == (planned["UID"], 2, "CANCELLED")
        assert "call.example" not in ended.to_ical().decode()

    def test_it_is_the_event_of_the_invitation(self):
        cohort, trainer = made.cohort()
        login = cohorts.person(cohort).person.user
        made.session(cohort, trainer)
        run_once()
        (event,) = read(make_feed(by=login))
        assert made.read(mail.outbox[0])["UID"] == event["UID"]

    def test_a_trainer_has_what_they_lead_and_a_substitute_what_they_took_over(self):
        cohort, trainer = made.cohort()
        substitute = cast.user(Role.TRAINER)
        made.session(cohort, trainer, title="Own")
        made.session(cohort, trainer, title="Given away", trainers=[substitute])
        assert [event["SUMMARY"].split(": ")[1] for event in read(make_feed(by=trainer))] == ["Own"]
        assert [event["SUMMARY"].split(": ")[1] for event in read(make_feed(by=substitute))] == ["Given away"]

    def test_who_is_no_trainer_any_more_has_nothing_of_what_they_led(self):
        cohort, trainer = made.cohort()
        made.session(cohort, trainer)
        token = make_feed(by=trainer)
        assert len(read(token)) == 1
        trainer.grants.update(until_on=today() - dt.timedelta(days=1))
        assert read(token) == []

    def test_it_names_no_person_and_nothing_of_what_one_keeps_to_oneself(self):
        cohort, trainer = made.cohort(self_care=True, needs_sign_off=False)
        one = cohorts.person(cohort, "Wolkenstein", lessons=0)
        hide(enrolment=one, hidden=True, by=one.person.user)
        cohorts.person(cohort, "Zephyrine", lessons=0)
        made.session(cohort, trainer, title="Circle", place="Quiet room", materials="Tea")
        token = make_feed(by=one.person.user)
        text = cast.signed_in(None).get(f"/calendar/{token}.ics").text
        for kept in (
            cohort.version.title,
            "Circle",
            "Quiet",
            "Tea",
            "Wolkenstein",
            "Zephyrine",
            "@test.example",
        ):
            assert kept not in text.replace("UID:", "")
        assert "SUMMARY:Training session" in text

    def test_what_was_long_ago_is_left_out(self):
        cohort, trainer = made.cohort()
        login = cohorts.person(cohort).person.user
        made.session(cohort, trainer, made.LONG_AGO)
        assert read(make_feed(by=login)) == []

    def test_it_is_private_and_answers_by_its_tag_until_something_changes(self):
        cohort, trainer = made.cohort()
        token = make_feed(by=cohorts.person(cohort).person.user)
        made.session(cohort, trainer)
        client, url = cast.signed_in(None), f"/calendar/{token}.ics"
        answer = client.get(url)
        assert answer["Cache-Control"] == "private, no-cache"
        again_asked = client.get(url, headers={"If-None-Match": f'"x", W/{answer["ETag"]}'})
        assert (again_asked.status_code, again_asked.content) == (304, b"")
        made.session(cohort, trainer)
        assert client.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 200

    def test_it_costs_the_same_however_much_it_holds(self):
        cohort, trainer = made.cohort()
        token = make_feed(by=cohorts.person(cohort).person.user)
        made.session(cohort, trainer)
        client, url = cast.signed_in(None), f"/calendar/{token}.ics"
        before = cast.queries_of(client, url)
        made.weekly(cohort, trainer, 4)
        assert cast.queries_of(client, url) == before
