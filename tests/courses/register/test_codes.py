"""The attendance code: shown by a trainer, entered by who is there."""

import datetime as dt
import re

import pytest
import time_machine
from django.utils import timezone

from courses.actions.register.codes import TRIES, close_code, enter, open_code
from courses.actions.register.locking import close_after
from courses.actions.register.marking import Word, mark
from courses.models import AttendanceCodeTries, RegisterMark
from courses.queries.attendance_codes import ALPHABET, LENGTH, WINDOW, as_typed, code_at, open_for
from lms.kit.errors import Refused
from lms.people.enums import Role
from tests import cast
from tests.courses.register import made

pytestmark = pytest.mark.django_db
NOW = "2026-03-02T09:05:00Z"


@pytest.fixture(autouse=True)
def _during():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cohort():
    return made.cohort()


@pytest.fixture
def session(cohort):
    return made.sessions(cohort)[0]


@pytest.fixture
def trainer(cohort):
    return made.trainer(cohort)


@pytest.fixture
def one(cohort):
    return made.person(cohort)


@pytest.fixture
def opened(session, trainer):
    return open_code(session=session, late_after=10, by=trainer)


def at(seconds):
    return time_machine.travel(dt.datetime.fromisoformat(NOW) + dt.timedelta(seconds=seconds), tick=False)


def try_it(code, who):
    return enter(code=code, person=who.person, by=who.person.user)


class TestEntering:
    def test_marks_who_is_enrolled_as_there_and_again_is_once(self, session, opened, one):
        code = code_at(opened, timezone.now())
        assert try_it(code, one).mark.presence == "present"
        assert try_it(code, one).repeated
        mark_of = RegisterMark.objects.get()
        assert (mark_of.source, mark_of.recorded_by) == ("self", one.person.user)
        assert made.attended(one) is True

    def test_small_letters_and_spaces_are_the_same(self, opened, one):
        code = code_at(opened, timezone.now())
        assert try_it(f" {code[:3].lower()} {code[3:]}-", one) is not None

    def test_late_after_so_many_minutes(self, session, opened, one):
        with at(5 * 60 + 1):
            try_it(code_at(opened, timezone.now()), one)
        assert made.said(session, one) == [("late", None)]

    def test_a_code_is_taken_until_the_next_but_one(self, opened, one):
        code = code_at(opened, timezone.now())
        with at(2 * WINDOW):
            assert try_it(code, one) is None
        with at(2 * WINDOW - 1):
            assert try_it(code, one) is not None

    def test_who_is_not_enrolled_or_for_somebody_else(self, opened, one):
        code = code_at(opened, timezone.now())
        stranger = cast.user(Role.ANALYST)
        assert enter(code=code, person=stranger.person, by=stranger) is None
        with pytest.raises(Refused, match="whoever is there"):
            enter(code=code, person=one.person, by=stranger)
        assert not RegisterMark.objects.exists()

    def test_a_code_of_another_session_is_none_of_ones_own(self, opened, one):
        other = made.cohort("elsewhere")
        elsewhere = open_code(session=made.sessions(other)[0], late_after=None, by=made.trainer(other))
        assert try_it(code_at(elsewhere, timezone.now()), one) is None

    def test_after_it_was_stopped_or_over_nobody(self, session, trainer, opened, one):
        with at(2 * 3600 + 900):
            assert try_it(code_at(opened, timezone.now()), one) is None
        close_code(session=session, by=trainer)
        assert try_it(code_at(opened, timezone.now()), one) is None
        again = open_code(session=session, late_after=None, by=trainer)
        assert code_at(again, timezone.now()) != code_at(opened, timezone.now())

    def test_a_trainers_word_stands(self, session, trainer, opened, one):
        mark(session=session, word=Word(one.participation_id, "absent"), by=trainer)
        with pytest.raises(Refused, match="speak to them"):
            try_it(code_at(opened, timezone.now()), one)
        assert made.said(session, one) == [("absent", None)]

    def test_so_many_tries_and_no_more_and_the_next_hour_again(self, opened, one):
        for _nth in range(TRIES):
            assert try_it("AAAAAA", one) is None
        code = code_at(opened, timezone.now())
        with pytest.raises(Refused, match="too often"):
            try_it(code, one)
        assert not RegisterMark.objects.exists()
        with at(3600):
            assert try_it(code_at(opened, timezone.now()), one) is not None
            assert AttendanceCodeTries.objects.count() == 1

    def test_a_closed_register_takes_none(self, session, trainer, opened, one):
        with at(2 * 3600 + 60):
            close_after(session=session, day=dt.date(2026, 3, 1), reason="", by=trainer)
            with pytest.raises(Refused, match="closed"):
                try_it(code_at(opened, timezone.now()), one)


class TestOpening:
    @pytest.mark.parametrize(("seconds", "why"), [(-3901, "an hour before"), (2 * 3600 + 600, "is over")])
    def test_not_before_and_not_after(self, session, trainer, seconds, why):
        with at(seconds), pytest.raises(Refused, match=why):
            open_code(session=session, late_after=None, by=trainer)

    def test_only_by_who_keeps_the_register(self, session):
        for act in (open_code, close_code):
            more = {"late_after": None} if act is open_code else {}
            with pytest.raises(Refused, match="Only a trainer"):
                act(session=session, by=cast.user(Role.TRAINER), **more)

    def test_a_code_has_no_sign_that_looks_like_another(self, opened):
        codes = {code_at(opened, timezone.now() + dt.timedelta(seconds=WINDOW * nth)) for nth in range(200)}
        assert len(codes) == 200
        assert all(len(code) == LENGTH and set(code) <= set(ALPHABET) for code in codes)
        assert not set("01IO") & set(ALPHABET)

    def test_a_code_made_by_an_earlier_secret_still_counts(self, opened, one, settings):
        code = code_at(opened, timezone.now())
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another-one"
        assert try_it(code, one) is not None

    def test_typed_text_of_any_length_is_cut(self):
        assert as_typed("a" * 1000) == "A" * (LENGTH + 1)

    def test_who_keeps_the_course_to_themselves_has_no_code(self, opened, one):
        type(one).objects.filter(pk=one.pk).update(hidden=True)
        assert list(open_for(one.person_id)) == []


class TestPages:
    def test_the_trainer_sees_the_code_and_a_picture_of_its_address(self, session, trainer):
        client, url = cast.signed_in(trainer), f"/teach/sessions/{session.pk}/register/code/"
        client.post(url, {"late_after": ""})
        page = client.get(url).text
        opened = session.attendance_code
        code = code_at(opened, timezone.now())
        assert f"{code[:3]} {code[3:]}" in page
        assert re.search(r"<svg[^>]*>.*<path", page, re.DOTALL)
        assert "style=" not in page.split("<main")[1].split("</main>")[0]
        client.post(url, {"stop": "1"})
        assert code not in client.get(url).text

    def test_a_scanned_code_is_filled_in_and_nothing_happens_before_it_is_sent(self, opened, one):
        client, code = cast.signed_in(one.person.user), code_at(opened, timezone.now())
        assert f'value="{code}"' in client.get(f"/me/here/{code}/").text
        assert not RegisterMark.objects.exists()
        page = client.post(f"/me/here/{code}/", {"code": code}, follow=True).text
        assert "You are on the register of Tracing" in page
        assert made.attended(one) is True

    def test_a_wrong_one_says_so_at_the_field(self, opened, one):
        page = cast.signed_in(one.person.user).post("/me/here/", {"code": "AAAAAA"}).text
        assert "No training session of yours shows this code now" in page
