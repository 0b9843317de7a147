"""Lists of online calls: read whatever stands in them, matched, reviewed, and only then recorded."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.kinds.calls import LARGEST, MOST_LINES, Came, Unreadable, moment, read, seconds
from courses.models import RegisterMark
from lms.people.enums import Role
from tests import cast
from tests.courses.register import made

ZOOM = """\
Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
123 456,Tracing,03/02/2026 09:55:00 AM,03/02/2026 12:01:00 PM,host@test.example,126,4

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent,In Waiting Room
Anna Schmidt,anna@test.example,03/02/2026 09:58:00 AM,03/02/2026 11:00:00 AM,62,No,,No
Anna Schmidt,anna@test.example,03/02/2026 10:50:00 AM,03/02/2026 12:00:00 PM,70,No,,No
Zoë (Zoe Ångström),,03/02/2026 10:30:00 AM,03/02/2026 12:00:00 PM,90,Yes,,No
Somebody Waiting,w@test.example,03/02/2026 09:50:00 AM,03/02/2026 09:58:00 AM,8,Yes,,Yes
=HYPERLINK("http://x"),evil@test.example,03/02/2026 10:00:00 AM,03/02/2026 10:05:00 AM,5,Yes,,No
"""
TEAMS = "\r\n".join(
    "\t".join(row)
    for row in (
        ["1. Summary"],
        ["Meeting title", "Tracing"],
        ["Attended participants", "2"],
        [],
        ["2. Participants"],
        ["Name", "First Join", "Last Leave", "In-Meeting Duration", "Email", "Participant ID (UPN)", "Role"],
        [
            "Anna Schmidt",
            "3/2/26, 9:58:12 AM",
            "3/2/26, 11:30:00 AM",
            "1h 31m 48s",
            "ANNA@test.example",
            "",
            "",
        ],
        ["Zoe Ångström (Linea)", "3/2/26, 10:00:00 AM", "3/2/26, 12:00:00 PM", "2h", "", "", ""],
        [],
        ["3. In-Meeting Activities"],
        ["Name", "Join Time", "Leave Time", "Duration", "Email", "Role"],
        ["Nobody Twice", "3/2/26, 9:58:12 AM", "3/2/26, 11:30:00 AM", "1h 31m 48s", "", ""],
    )
).encode("utf-16")


class TestReading:
    def test_zoom_adds_up_who_joined_twice_and_counts_what_overlaps_once(self):
        anna, zoe, evil = read(ZOOM.encode("utf-8-sig"))
        assert (anna.name, anna.email, anna.minutes) == ("Anna Schmidt", "anna@test.example", 122)
        assert (zoe.name, zoe.minutes) == ("Zoë (Zoe Ångström)", 90)
        assert evil.name == '=HYPERLINK("http://x")' or evil.name.startswith("=HYPERLINK")

    def test_teams_writes_utf_16_with_a_summary_around(self):
        anna, zoe = read(TEAMS)
        assert (anna.email, anna.minutes) == ("anna@test.example", 92)
        assert (zoe.name, zoe.minutes) == ("Zoe Ångström (Linea)", 120)

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"x" * (LARGEST + 1), Unreadable.TOO_LARGE),
            (b"\xff\xfe\x00", Unreadable.NO_TEXT),
            (b"\x89PNG\r\n\x1a\n\x00", Unreadable.NO_TEXT),
            (b"Name\0,Duration\n", Unreadable.NO_TEXT),
            (b"", Unreadable.NO_COLUMNS),
            (b"given,family\nAda,Example\n", Unreadable.NO_COLUMNS),
            (b"Name,Duration\n", Unreadable.NOBODY),
            (b"Name,Duration\n" + b"a,1\n" * MOST_LINES, Unreadable.TOO_LONG),
        ],
    )
    def test_what_is_no_list_says_why(self, content, why):
        with pytest.raises(Unreadable) as wrong:
            read(content)
        assert str(wrong.value) == why

    def test_what_cannot_be_seen_is_left_out_of_a_name(self):
        (one,) = read("Name,Duration\nAda\u202e\u200b Example,5\n".encode())
        assert one.name == "Ada Example"

    @pytest.mark.parametrize(
        ("text", "expected"),
        [("45", 2700), ("1h 2m 3s", 3723), ("2h", 7200), ("58m 12s", 3492), ("3s", 3), ("", 0), ("long", 0),
         ("999999", 0), ("-5", 0)],
    )  # fmt: skip
    def test_lengths(self, text, expected):
        assert seconds(text) == expected

    @settings(deadline=None)
    @given(st.binary(max_size=400))
    def test_any_bytes_are_a_list_or_say_why(self, content):
        try:
            people = read(content)
        except Unreadable:
            return
        assert people

    @settings(deadline=None)
    @given(st.text(max_size=200))
    def test_any_line_below_the_headings_gives_people_with_sound_minutes(self, text):
        try:
            people = read(f"Name,User Email,Join Time,Leave Time,Duration\n{text}".encode(errors="replace"))
        except Unreadable:
            return
        assert all(one.minutes >= 0 and len(one.name) <= 1000 for one in people)

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=1, max_size=6))
    def test_minutes_are_those_in_which_somebody_was_there(self, pairs):
        start = moment("2026-03-02 09:00:00")
        came = Came("Ada", "")
        minutes = set()
        for one, other in pairs:
            first, last = sorted((one, other))
            came.spans.append((start + first * made.MINUTE, start + last * made.MINUTE))
            minutes |= set(range(first, last))
        assert came.minutes == len(minutes)


@pytest.mark.django_db
class TestReview:
    @pytest.fixture
    def cohort(self):
        return made.cohort()

    @pytest.fixture
    def session(self, cohort):
        return made.sessions(cohort)[0]

    @pytest.fixture
    def client(self, cohort):
        return cast.signed_in(made.trainer(cohort))

    @pytest.fixture
    def anna(self, cohort):
        one = made.person(cohort, "Schmidt", "Anna")
        one.person.email = "Anna@Test.example"
        one.person.save()
        return one

    @pytest.fixture
    def zoe(self, cohort):
        return made.person(cohort, "Ångström", "Zoe")

    def url(self, session):
        return f"/teach/sessions/{session.pk}/register/call/"

    def upload(self, client, session, content=None):
        file = SimpleUploadedFile("list.csv", ZOOM.encode() if content is None else content)
        return client.post(self.url(session), {"file": file})

    def form(self, page):
        """What a browser would send of the review."""
        fields = dict(re.findall(r'<input[^>]*name="([^"]+)" value="([^"]*)"', page.split("<main")[1]))
        fields |= dict.fromkeys(re.findall(r'<select name="([^"]+)"', page), "")
        for name, inside in re.findall(r'<select name="([^"]+)">(.*?)</select>', page, re.DOTALL):
            chosen = re.search(r'value="([^"]*)" selected', inside)
            fields[name] = chosen[1] if chosen else ""
        return fields

    def test_nothing_is_recorded_before_it_was_looked_at(self, client, session, anna, zoe):
        page = self.upload(client, session).text
        assert "found by e-mail address" in page
        assert "found by name only: please check" in page
        assert "not found" in page
        assert not RegisterMark.objects.exists()

    def test_what_was_reviewed_is_recorded_and_again_is_once(self, client, session, anna, zoe):
        form = self.form(self.upload(client, session).text) | {"apply": "1"}
        assert client.post(self.url(session), form).status_code == 302
        assert made.said(session, anna) == [("present", 122)]
        assert made.said(session, zoe) == [("late", 90)]
        assert {mark.source for mark in RegisterMark.objects.all()} == {"call_list"}
        client.post(self.url(session), form)
        assert RegisterMark.objects.count() == 2

    def test_somebody_chosen_twice_is_refused_and_all_that_was_chosen_stays(self, client, session, anna, zoe):
        form = self.form(self.upload(client, session).text)
        form |= {"apply": "1", "who-3": str(anna.participation_id), "minutes-2": "77"}
        page = client.post(self.url(session), form).text
        assert "chosen twice" in page
        assert 'value="77"' in page
        assert page.count(f'<option value="{anna.participation_id}" selected') == 2
        assert not RegisterMark.objects.exists()

    def test_a_name_of_two_is_nobodys(self, client, cohort, session, zoe):
        made.person(cohort, "Ångström", "Zoe")
        page = self.upload(client, session).text
        assert "found by name only" not in page

    def test_a_file_that_is_none_says_why_at_its_field(self, client, session):
        page = self.upload(client, session, b"\x89PNG\0").text
        assert "This is no CSV" in page
        assert (
            "larger than the list of any call" in self.upload(client, session, b"x" * (LARGEST + 99_999)).text
        )

    def test_a_formula_is_shown_as_the_letters_it_is(self, client, session):
        page = self.upload(client, session).text
        assert "=HYPERLINK" in page
        assert "http://x&quot;" in page or "http://x" in page

    def test_another_trainer_finds_nothing(self, session):
        client = cast.signed_in(cast.user(Role.TRAINER))
        assert self.upload(client, session).status_code == 404
