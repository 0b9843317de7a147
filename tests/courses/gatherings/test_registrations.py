"""Registering from outside: places, limits, the mail, taking it back; and who was in the call."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from courses.actions.activities import change_activity
from courses.actions.attendees import HEAD, LEFT_OUT, enter, enter_all, matches, record_attendees
from courses.actions.gatherings import cancel_gathering, change_gathering, hold_gathering, plan_again
from courses.actions.registrations import (
    REGISTRATIONS_AN_HOUR,
    Registrant,
    forget_old_registrations,
    register,
    withdraw,
)
from courses.actions.sessions import change_session
from courses.models import Entry, Registration, RegistrationMail
from courses.queries.gatherings import only_session, roll_of
from courses.queries.registrations import token_of
from lms.kit.errors import Refused
from lms.outbox.drain import run_once
from lms.people.enums import Audience, Role
from lms.people.models import Person
from tests import cast
from tests.courses.gatherings import made
from tests.courses.media.test_uploading_at_once import at_once

pytestmark = pytest.mark.django_db
TYPED = {
    "given_name": "Mia",
    "family_name": "Berg",
    "email": "mia@test.example",
    "audience": "industry",
    "organisation": "Hoster",
    "country": "SE",
    "agreed": "on",
}


def registered(desk, *names: str) -> None:
    for name in names:
        given, _space, family = name.partition(" ")
        who = Registrant(given, family, f"{given}@test.example".lower(), Audience.INDUSTRY, "Hoster")
        register(desk=desk, who=who, address="192.0.2.1", by=None)


class TestFromOutside:
    def test_a_registration_is_a_row_a_mail_and_no_fact(self, client):
        desk = made.desk()
        answer = client.post("/register/tracing/", TYPED, follow=True)
        assert "on its way" in answer.text
        one = Registration.objects.get()
        assert (one.email, one.consent, one.participation) == (
            "mia@test.example",
            "INHOPE keeps my name.",
            None,
        )
        assert RegistrationMail.objects.get().registration == one
        assert (Entry.objects.count(), Person.objects.filter(family_name="Berg").count()) == (0, 0)
        assert desk.registrations.count() == 1

    def test_the_same_address_again_changes_nothing_and_says_the_same(self, client):
        made.desk()
        first = client.post("/register/tracing/", TYPED, follow=True).text
        second = client.post("/register/tracing/", TYPED | {"email": "MIA@test.example"}, follow=True).text
        token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
        assert token.sub("", first) == token.sub("", second)
        assert Registration.objects.count() == 1

    def test_what_was_typed_stays_where_something_is_missing(self, client):
        made.desk()
        page = client.post("/register/tracing/", {**TYPED, "email": "no address", "agreed": ""}).text
        assert 'value="Berg"' in page
        assert "Not saved yet" in page
        assert not Registration.objects.exists()

    def test_a_program_that_fills_in_everything_reads_what_everybody_reads(self, client):
        made.desk()
        assert "on its way" in client.post("/register/tracing/", {**TYPED, "website": "x"}, follow=True).text
        assert not Registration.objects.exists()

    def test_a_hotline_is_one_that_the_network_knows(self, client):
        made.desk()
        cast.hotline("Linea")
        wrong = {**TYPED, "audience": "hotline", "organisation": "Nowhere"}
        assert "Choose your hotline" in client.post("/register/tracing/", wrong).text
        client.post("/register/tracing/", wrong | {"organisation": "linea"})
        assert Registration.objects.get().organisation == "linea"

    def test_so_many_an_hour_from_one_group_of_addresses(self):
        desk = made.desk()
        registered(desk, *(f"N{number} X" for number in range(REGISTRATIONS_AN_HOUR)))
        with pytest.raises(Refused, match="too often"):
            registered(desk, "Last One")
        assert Registration.objects.count() == REGISTRATIONS_AN_HOUR

    @pytest.mark.parametrize("how", ["full", "no such hotline"])
    def test_what_is_refused_is_refused_whether_or_not_the_address_is_known(self, how, client):
        desk = made.desk(capacity=1 if how == "full" else None)
        registered(desk, "Mia Berg")
        asked = TYPED if how == "full" else TYPED | {"audience": "hotline", "organisation": "Nowhere"}
        said = "All places are taken." if how == "full" else "Choose your hotline"
        for email in ("mia@test.example", "other@test.example"):
            answer = client.post("/register/tracing/", asked | {"email": email})
            assert (answer.status_code, said in answer.text) == (200, True)

    def test_two_ways_to_write_an_address_are_one(self):
        """Of some letters the small one is another letter's, too."""
        desk = made.desk()
        registered(desk, "Kim Berg")
        who = Registrant("Kim", "Berg", "\N{KELVIN SIGN}im@test.example", Audience.INDUSTRY)
        assert register(desk=desk, who=who, address="192.0.2.1", by=None) is None

    def test_what_is_refused_counts_as_a_try(self):
        desk = made.desk(capacity=1)
        registered(desk, "Mia Berg")
        for number in range(REGISTRATIONS_AN_HOUR - 1):
            with pytest.raises(Refused, match="taken"):
                registered(desk, f"N{number} X")
        with pytest.raises(Refused, match="too often"):
            registered(desk, "Last One")

    def test_the_addresses_of_one_network_are_one_group(self):
        desk = made.desk()
        for number in range(REGISTRATIONS_AN_HOUR):
            who = Registrant("N", "X", f"n{number}@test.example", Audience.OTHER)
            register(desk=desk, who=who, address=f"2001:db8:1:2::{number:x}", by=None)
        who = Registrant("N", "X", "last@test.example", Audience.OTHER)
        with pytest.raises(Refused, match="too often"):
            register(desk=desk, who=who, address="2001:db8:1:2:a:b:c:d", by=None)

    @pytest.mark.parametrize("how", ["closed", "over its time", "cancelled", "begun"])
    def test_a_desk_that_is_not_open_takes_nobody(self, how, client):
        room = made.planned("webinar", days=-1 if how == "begun" else 7)
        closes_at = timezone.now() if how == "over its time" else None
        desk = made.desk(room, is_open=how != "closed", closes_at=closes_at)
        if how == "cancelled":
            cancel_gathering(activity=room, reason="x", by=made.staff())
        assert "The registration is closed." in client.get("/register/tracing/").text
        with pytest.raises(Refused, match="closed"):
            registered(desk, "Mia Berg")
        assert not Registration.objects.exists()

    def test_only_staff_open_one(self):
        trainer = cast.user(Role.TRAINER)
        room = made.planned("webinar", trainers=[trainer])
        assert cast.signed_in(trainer).get(f"/gatherings/{room.pk}/registration/").status_code == 403
        page = made.client_of(made.staff()).post(
            f"/gatherings/{room.pk}/registration/",
            {"slug": "a-b", "capacity": "3", "consent": "Yes.", "is_open": "on", "closes_at": ""},
        )
        assert page.status_code == 302
        assert (room.desk.slug, room.desk.capacity) == ("a-b", 3)


class TestMail:
    def test_it_says_when_and_where_and_can_be_taken_back_once(self, client):
        room = made.planned("webinar")
        desk = made.desk(room, capacity=1)
        registered(desk, "Mia Berg")
        run_once()
        sent = mail.outbox[-1]
        assert sent.to == ["mia@test.example"]
        assert "Europe/Warsaw" in sent.body
        link = re.search(r"/register/back/\w+/", sent.body)[0]
        assert "Nothing has changed yet" in client.get(link).text
        assert "taken back" in client.post(link).text
        assert client.get(link).status_code == 404
        registered(desk, "Other One")
        assert Registration.objects.filter(withdrawn_at=None).get().given_name == "Other"

    def test_nothing_that_a_stranger_typed_is_mailed_to_an_address_they_typed(self):
        name = "Win at\n\nhttps://evil.example"
        typed = Registrant(name, "Berg", "victim@test.example", Audience.OTHER, "Evil Ltd")
        register(desk=made.desk(), who=typed, address="192.0.2.1", by=None)
        run_once()
        assert mail.outbox[-1].to == ["victim@test.example"]
        assert "evil" not in mail.outbox[-1].body.lower()

    def test_none_for_what_was_cancelled_meanwhile(self):
        room = made.planned("webinar")
        registered(made.desk(room), "Mia Berg")
        cancel_gathering(activity=room, reason="x", by=made.staff())
        before = len(mail.outbox)
        run_once()
        assert [one.subject for one in mail.outbox[before:]] == ["Cancelled: Tracing for officers"]
        assert [one.state for one in RegistrationMail.objects.order_by("number")] == ["cancelled", "sent"]

    def test_whoever_registered_hears_of_a_change_and_of_the_end_and_once_of_several(self):
        room = made.planned("webinar")
        registered(made.desk(room), "Mia Berg", "Back Again", "On List")
        run_once()
        enter(registration=Registration.objects.get(given_name="On"), came=False, by=made.staff())
        Registration.objects.filter(given_name="Back").update(withdrawn_at=timezone.now())
        run_once()
        before = len(mail.outbox)
        for days in (8, 9):
            change_gathering(activity=room, plan=made.plan("webinar", days=days), by=made.staff())
        change_gathering(activity=room, plan=made.plan("webinar", days=9, topics=["notice"]), by=made.staff())
        run_once()
        told = [one for one in mail.outbox[before:] if one.subject.startswith("Changed:")]
        outside = [one for one in told if one.to == ["mia@test.example"]]
        assert len(outside) == 1
        assert "This is how it stands now" in outside[0].body
        assert re.search(r"/register/back/\w+/", outside[0].body)
        cancel_gathering(activity=room, reason="x", by=made.staff())
        run_once()
        ended = [one.to for one in mail.outbox if one.subject.startswith("Cancelled:")]
        # Who is on the list has an address too, and the cancellation of the training session.
        assert sorted(ended) == [["mia@test.example"], ["on@test.example"]]
        assert not [one for one in mail.outbox[before:] if one.to == ["back@test.example"]]

    def test_planned_again_before_the_mails_went_it_is_told_as_it_stands(self):
        room = made.planned("webinar")
        registered(made.desk(room), "Mia Berg")
        cancel_gathering(activity=room, reason="x", by=made.staff())
        plan_again(activity=room, reason="Pressed too early.", by=made.staff())
        run_once()
        assert [one.subject for one in mail.outbox if one.to == ["mia@test.example"]] == [
            "Changed: Tracing for officers"
        ]

    def test_another_link_of_the_call_is_told_from_the_page_of_its_session_too(self):
        room = made.planned("webinar")
        registered(made.desk(room), "Mia Berg")
        run_once()
        session = only_session(room)
        change_session(
            session=session.session, after=session.number, by=made.staff(),
            starts=session.starts_at.astimezone(ZoneInfo(session.timezone)).replace(tzinfo=None),
            minutes=int((session.ends_at - session.starts_at).total_seconds() // 60), zone=session.timezone,
            call_link="https://call.example/other",
        )  # fmt: skip
        run_once()
        assert "https://call.example/other" in mail.outbox[-1].body
        assert mail.outbox[-1].to == ["mia@test.example"]

    def test_no_page_of_others_tells_the_token(self):
        registered(made.desk(), "Mia Berg")
        assert len(Registration.objects.get().token_digest) == 64

    def test_who_takes_it_back_meanwhile_is_not_put_on_the_list(self):
        room = made.planned("webinar")
        registered(made.desk(room), "Mia Berg")
        read = Registration.objects.get()
        withdraw(token=token_of(read))
        assert enter(registration=read, came=False, by=made.staff()) is None
        assert made.facts() == []


class TestForgetting:
    def test_somebody_asks_to_be_removed_and_the_place_is_free(self, client):
        room = made.planned("webinar")
        desk = made.desk(room, capacity=1)
        registered(desk, "Mia Berg")
        one = Registration.objects.get()
        page = f"/gatherings/{room.pk}/registrations/{one.pk}/remove/"
        staff = made.client_of(made.staff())
        assert "Mia Berg" in staff.get(page).text
        assert Registration.objects.get().family_name == "Berg"
        assert "It is removed." in staff.post(page, follow=True).text
        kept = str(Registration.objects.values("given_name", "family_name", "email", "organisation").get())
        assert kept == str(dict.fromkeys(("given_name", "family_name", "email", "organisation"), ""))
        registered(desk, "Other One")
        assert cast.signed_in(cast.user(Role.TRAINER)).get(page).status_code == 404

    def test_a_year_after_the_event_nothing_typed_is_left_and_the_facts_stay(self):
        past, recent = made.planned("webinar"), made.planned("webinar")
        registered(made.desk(past, slug="past"), "Mia Berg")
        registered(made.desk(recent, slug="recent"), "Mia Berg")
        enter_all(activity=past, by=made.staff())
        before = made.facts()
        long_ago = timezone.now() - dt.timedelta(days=366)
        change_activity(activity=past, by=None, starts_at=long_ago, ends_at=long_ago + dt.timedelta(hours=1))
        assert forget_old_registrations() == 1
        assert forget_old_registrations() == 0
        assert Registration.objects.filter(family_name="").get().desk.slug == "past"
        assert made.facts() == before


class TestCall:
    TEXT = (
        "Meeting summary,,\nName (Original Name),User Email,Duration\n"
        "Mia Berg,mia@test.example,60\nSTÉN  Åke,,12\nSome Body,,5\nPhone user,,5\n"
    )

    @pytest.fixture
    def room(self):
        room = made.planned("webinar", days=7)
        registered(made.desk(room), "Mia Berg", "Ake Sten", "Never Came")
        plan = made.plan("webinar", days=-1)
        change_gathering(activity=room, plan=plan, by=made.staff())
        hold_gathering(activity=room, by=made.staff())
        return room

    def test_callers_are_matched_by_address_and_by_name(self, room):
        found = matches(activity=room, text=self.TEXT, by=made.staff())
        names = {f"r{one.pk}": one.given_name for one in Registration.objects.all()}
        assert [(one.caller.name, names.get(one.suggested, one.suggested), one.sure) for one in found] == [
            ("Mia Berg", "Mia", True),
            ("STÉN Åke", "Ake", False),
            ("Some Body", "new", False),
            ("Phone user", "new", False),
        ]

    def test_what_was_looked_at_is_recorded_and_who_did_not_come_is_enrolled(self, room):
        chosen = {3: LEFT_OUT, 4: HEAD}
        assert record_attendees(activity=room, text=self.TEXT, chosen=chosen, by=made.staff()) == 3
        assert made.counts(room) == {
            "webinar.held.events": 1,
            "webinar.enrolled.participations": 3,
            "webinar.enrolled.people": 3,
            "webinar.attended.participations": 3,
            "webinar.attended.people": 2,
            "webinar.attended.unidentified": 1,
        }
        assert not Registration.objects.filter(participation=None).exists()

    def test_a_second_time_finds_them_all(self, room):
        chosen = {3: LEFT_OUT, 4: LEFT_OUT}
        record_attendees(activity=room, text=self.TEXT, chosen=chosen, by=made.staff())
        before = made.facts()
        record_attendees(activity=room, text=self.TEXT, chosen=chosen, by=made.staff())
        assert made.facts() == before

    def test_a_known_person_of_the_same_address_and_name_is_that_person(self, room):
        mia = cast.person("Berg", "Mia", email="mia@test.example")
        cast.person("Sten", "Other", email="ake@test.example")
        enter_all(activity=room, by=made.staff())
        assert mia in [line.person for line in roll_of(room).named]
        assert Person.objects.filter(email="ake@test.example").count() == 2

    def test_a_text_without_a_column_of_names_is_refused_and_stays(self, room):
        client = made.client_of(made.staff())
        page = client.post(f"/gatherings/{room.pk}/attendees/", {"text": "hello"}).text
        assert "no column of names" in page
        assert "hello" in page

    def test_who_registered_and_did_not_come_was_not_there(self, room):
        text = (
            "Attendee Report\nHost Details,\nAttended,User Name (Original Name),Email,Join Time\n"
            "Yes,The Host,host@test.example,10:00\nAttendee Details,\n"
            "Attended,User Name (Original Name),First Name,Last Name,Email\n"
            "Yes,Mia B,Mia,Berg,mia@test.example\nNo,Never Came,Never,Came,never@test.example\n"
        )
        found = matches(activity=room, text=text, by=made.staff())
        assert [one.caller.email for one in found] == ["host@test.example", "mia@test.example"]

    def test_a_list_in_parts_as_one_file_of_another_program_has_it(self, room):
        text = (
            "1. Summary\r\nAttended participants\t2\r\n\r\n2. Participants\r\n"
            "Name\tFirst Join\tEmail\r\nMia Berg\t10:00\tmia@test.example\r\nÅke Sten\t10:01\t\r\n\r\n"
            "3. In-Meeting Activities\r\nName\tJoin Time\tEmail\r\nMia Berg\t10:00\tmia@test.example\r\n"
        )
        sent = SimpleUploadedFile("list.csv", text.encode("utf-16"), content_type="text/csv")
        page = made.client_of(made.staff()).post(f"/gatherings/{room.pk}/attendees/", {"list": sent})
        assert [row["match"].caller.name for row in page.context["rows"]] == ["Mia Berg", "Åke Sten"]

    def test_the_page_records_nothing_before_it_was_looked_at(self, room):
        client, address = made.client_of(made.staff()), f"/gatherings/{room.pk}/attendees/"
        assert "the same address" in client.post(address, {"text": self.TEXT}).text
        assert made.facts() == []
        sent = {"text": self.TEXT, "apply": "1", "row-3": "out", "row-4": "out"}
        assert client.post(address, sent).status_code == 302
        assert len(made.facts()) == 5


@pytest.mark.django_db(transaction=True)
def test_eight_ask_for_the_last_three_places():
    desk = made.desk(capacity=3)

    def ask(number: int):
        who = Registrant("N", str(number), f"n{number}@test.example", Audience.OTHER)
        return lambda: register(desk=desk, who=who, address="192.0.2.1", by=None)

    told = at_once(*(ask(number) for number in range(8)))
    assert sorted(isinstance(one, Registration) for one in told) == [False] * 5 + [True] * 3
    assert {one for one in told if isinstance(one, str)} == {"All places are taken."}
    assert Registration.objects.count() == 3
