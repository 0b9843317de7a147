"""A check before and after by a link of one's own: nobody's answers, and a certificate by the same link."""

import datetime as dt
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from courses.actions.amendments import Right, put_right
from courses.actions.checks import Written, add_question, answer_check, set_phase, take_questions
from courses.actions.links import make_links, renew_link
from courses.enums import CheckPhase
from courses.kinds.questions.base import token as option
from courses.models import (
    Activity,
    AttendanceCertificate,
    Check,
    CheckDone,
    CheckQuestion,
    CheckSheet,
    PersonalLink,
)
from courses.queries.checks import results_of
from courses.queries.links import as_typed, by_token, spelled, token_of
from courses.web.gatherings.by_link import WRONG_LINKS_AN_HOUR
from lms.kit.errors import Refused
from lms.kit.tokens import token
from lms.people.enums import Role
from tests import cast
from tests.courses.assessments import made as assessed
from tests.courses.gatherings import made
from tests.courses.media.test_uploading_at_once import at_once

pytestmark = pytest.mark.django_db


def asked(room: Activity, number: int = 3) -> Check:
    staff = made.staff()
    for one in range(number):
        written = Written(f"Question {one}?", [("right", True), ("wrong", False), ("also wrong", False)])
        add_question(activity=room, written=written, by=staff)
    return Check.objects.get(activity=room)


def opened(room: Activity, phase: str) -> None:
    set_phase(activity=room, phase=phase, by=made.staff())


def linked(room: Activity, people: int = 1) -> list[PersonalLink]:
    for number in range(people):
        made.coded(room, f"K-{number}")
    make_links(activity=room, by=made.staff())
    return list(PersonalLink.objects.order_by("pk"))


def url(link: PersonalLink) -> str:
    return f"/checks/{token_of(link)}/"


def answers(check: Check, right: int) -> dict[str, str]:
    """As a form sends them: the first so many are right."""
    return {
        f"q{one.pk}": chosen(one, "right" if number < right else "wrong")
        for number, one in enumerate(check.questions.all())
    }


def chosen(question: CheckQuestion, text: str) -> str:
    assert any(one["text"] == text for one in question.data["options"])
    return option(text)


class TestLinks:
    def test_each_person_on_the_list_has_one_and_head_counts_none(self):
        room, staff = made.held(), made.staff()
        made.named(room)
        made.coded(room)
        made.heads(room)
        assert make_links(activity=room, by=staff) == 2
        assert make_links(activity=room, by=staff) == 0

    def test_the_database_keeps_no_link_that_opens(self):
        (link,) = linked(made.held())
        kept = str(list(PersonalLink.objects.values()))
        assert token_of(link) not in kept
        assert by_token(token_of(link)) == link

    def test_it_can_be_typed_from_paper(self):
        (link,) = linked(made.held())
        told = token_of(link)
        assert len(told.replace("-", "")) == 20
        assert by_token(told.lower().replace("-", " ")) == link
        assert as_typed(told) == told

    def test_a_hundred_bits_of_the_secret_are_in_it(self):
        made_of = {spelled(token("x", str(number))) for number in range(500)}
        assert len(made_of) == 500
        assert {len(one) for one in made_of} == {24}

    def test_a_new_one_ends_the_old_one(self):
        (link,) = linked(made.held())
        old = token_of(link)
        renew_link(link=link, by=made.staff())
        link.refresh_from_db()
        assert by_token(old) is None
        assert by_token(token_of(link)) == link

    def test_it_opens_until_ninety_days_after_and_for_who_is_on_the_list(self, client):
        room = made.held()
        (link,) = linked(room)
        assert (
            timezone.now() + dt.timedelta(days=88) < link.expires_at < timezone.now() + dt.timedelta(days=91)
        )
        put_right(
            participation=link.participation,
            right=Right(made.place(), expected=0, came=0),
            reason="Another room.",
            by=made.staff(),
        )
        assert client.get(url(link)).status_code == 404
        other = linked(made.held(), 1)[-1]
        PersonalLink.objects.filter(pk=other.pk).update(expires_at=timezone.now())
        assert client.get(url(other)).status_code == 404

    def test_guessing_is_answered_for_a_while_and_a_true_link_always(self, client):
        (link,) = linked(made.held())
        answered = [client.get("/checks/guess/").status_code for _n in range(WRONG_LINKS_AN_HOUR + 1)]
        assert answered == [404] * WRONG_LINKS_AN_HOUR + [429]
        assert client.get(url(link)).status_code == 200

    def test_the_sheet_shows_the_codes_and_links_of_the_room_alone(self):
        trainer = cast.user(Role.TRAINER)
        room, elsewhere = made.held(trainers=[trainer]), made.held()
        mine, other = linked(room)[0], linked(elsewhere, 2)[-1]
        page = cast.signed_in(trainer).get(f"/gatherings/{room.pk}/links/").text
        assert token_of(mine) in page
        assert "code K-0" in page
        assert token_of(other) not in page
        assert cast.signed_in(trainer).get(f"/gatherings/{elsewhere.pk}/links/").status_code == 404


class TestAnswering:
    def test_before_and_after_once_each(self, client):
        room = made.held()
        check = asked(room)
        (link,) = linked(room)
        assert "No check is open now" in client.get(url(link)).text
        for phase in CheckPhase:
            opened(room, phase)
            sent = {"phase": phase, **answers(check, 2)}
            text = client.post(url(link), sent).text
            assert "Thank you" in text
            # What was right would spoil the second check.
            assert ("What was right" in text) == (phase == CheckPhase.AFTER)
            assert "answered this check already" in client.post(url(link), sent).text
        assert (CheckSheet.objects.count(), CheckDone.objects.count()) == (2, 2)

    def test_the_page_does_not_tell_which_is_right(self, client):
        room = made.held()
        check = asked(room)
        (link,) = linked(room)
        opened(room, CheckPhase.BEFORE)
        page = client.get(url(link)).text
        assert "Question 0?" in page
        assert "correct" not in page
        assert check.questions.count() == 3

    def test_a_phase_that_is_not_open_takes_nothing(self, client):
        room = made.held()
        check = asked(room)
        (link,) = linked(room)
        opened(room, CheckPhase.BEFORE)
        for phase in ("after", "", "x"):
            assert "not open now" in client.post(url(link), {"phase": phase, **answers(check, 3)}).text
        assert not CheckSheet.objects.exists()

    def test_no_row_of_answers_leads_to_anybody(self):
        columns = {field.name for field in CheckSheet._meta.get_fields()}
        assert columns == {"id", "of_check", "phase", "answers"}
        assert {field.name for field in CheckDone._meta.get_fields()} == {"id", "link", "phase"}

    @pytest.mark.django_db(transaction=True)
    def test_the_databases_own_bookkeeping_does_not_lead_from_answers_to_who_gave_them(self):
        room = made.held()
        asked(room)
        opened(room, CheckPhase.BEFORE)
        for link in linked(room, 4):
            answer_check(link=link, phase=CheckPhase.BEFORE, posted={})
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(DISTINCT xmin::text) FROM courses_checksheet")
                assert cursor.fetchone() == (1,)
        assert CheckSheet.objects.count() == CheckDone.objects.count() == 4

    @pytest.mark.django_db(transaction=True)
    def test_answers_that_come_at_once_are_all_kept(self):
        room = made.held()
        asked(room)
        opened(room, CheckPhase.BEFORE)
        links = linked(room, 4)
        at_once(*(partial(answer_check, link=link, phase=CheckPhase.BEFORE, posted={}) for link in links))
        assert CheckSheet.objects.count() == CheckDone.objects.count() == 4

    def test_it_needs_the_token_of_the_form(self):
        room = made.held()
        check = asked(room)
        (link,) = linked(room)
        opened(room, CheckPhase.BEFORE)
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(url(link), {"phase": "before", **answers(check, 3)}).status_code == 403
        assert not CheckSheet.objects.exists()

    def test_questions_stay_once_somebody_answered(self):
        room = made.held()
        check = asked(room)
        (link,) = linked(room)
        opened(room, CheckPhase.BEFORE)
        answer_check(link=link, phase=CheckPhase.BEFORE, posted={})
        with pytest.raises(Refused, match="stay as they are"):
            asked(room, 1)
        assert check.questions.count() == 3


class TestQuestions:
    @pytest.mark.parametrize(
        ("options", "match"),
        [([("a", True)], "fewer than two"), ([("a", False), ("b", False)], "No option is right")],
    )
    def test_one_that_cannot_be_answered_is_refused(self, options, match):
        room = made.held()
        with pytest.raises(Refused, match=match):
            add_question(activity=room, written=Written("What?", options), by=made.staff())
        assert not CheckQuestion.objects.exists()

    def test_three_to_ten(self):
        room = made.held()
        asked(room, 2)
        with pytest.raises(Refused, match="at least three"):
            opened(room, CheckPhase.BEFORE)
        asked(room, 8)
        with pytest.raises(Refused, match="at most ten"):
            asked(room, 1)

    def test_copied_from_courses_that_one_trains_and_from_no_others(self):
        version = assessed.version(("single", assessed.SINGLE))
        question = version.questions.get()
        enrolled = assessed.enrolment(version)
        trainer, other = cast.user(Role.TRAINER), cast.user(Role.TRAINER)
        enrolled.cohort.trainers.add(trainer)
        room = made.held(trainers=[trainer, other])
        with pytest.raises(Refused, match="Choose at least one"):
            take_questions(activity=room, chosen=[question.pk], by=other)
        assert take_questions(activity=room, chosen=[question.pk], by=trainer) == 1
        assert CheckQuestion.objects.get().data == question.data


class TestResults:
    def answered(self, room: Activity, phase: CheckPhase, right: list[int]) -> None:
        check = Check.objects.get(activity=room)
        opened(room, phase)
        for link, number in zip(PersonalLink.objects.order_by("pk"), right, strict=False):
            posted = {int(key[1:]): {"": [value]} for key, value in answers(check, number).items()}
            answer_check(link=link, phase=phase, posted=posted)

    def test_nothing_is_shown_of_fewer_than_five(self):
        room = made.held()
        check = asked(room)
        linked(room, 5)
        self.answered(room, CheckPhase.BEFORE, [3, 3, 0, 0])
        assert (results_of(check).before, results_of(check).is_shown) == (4, False)
        page = made.client_of(made.staff()).get(f"/gatherings/{room.pk}/check/").text
        assert "From five answers on" in page
        assert "Before and after, by question" not in page

    def test_means_before_and_after_by_question_with_their_table(self):
        room = made.held()
        check = asked(room)
        linked(room, 5)
        self.answered(room, CheckPhase.BEFORE, [3, 2, 1, 0, 0])
        self.answered(room, CheckPhase.AFTER, [3, 3, 3, 3, 2])
        opened(room, "")
        found = [(one.before, one.after) for one in results_of(check).asked]
        assert found == [(60, 100), (40, 100), (20, 80)]
        page = made.client_of(made.staff()).get(f"/gatherings/{room.pk}/check/").text
        assert "before (5 answers)" in page
        assert "As a table" in page

    def test_a_phase_of_fewer_than_five_is_left_out_beside_one_of_five(self):
        room = made.held()
        check = asked(room)
        linked(room, 5)
        self.answered(room, CheckPhase.BEFORE, [3, 2, 1, 0, 0])
        self.answered(room, CheckPhase.AFTER, [3, 3])
        assert {one.after for one in results_of(check).asked} == {None}

    def test_no_single_answer_can_be_told_from_a_change_of_the_means(self):
        room = made.held()
        check = asked(room)
        linked(room, 6)
        self.answered(room, CheckPhase.BEFORE, [3, 2, 1, 0, 0])
        check.refresh_from_db()
        assert not results_of(check).is_shown
        opened(room, "")
        check.refresh_from_db()
        assert [one.before for one in results_of(check).asked] == [60, 40, 20]
        with pytest.raises(Refused, match="one more answer"):
            opened(room, CheckPhase.BEFORE)

    def test_a_phase_that_too_few_answered_can_be_opened_again(self):
        room = made.held()
        asked(room)
        linked(room, 4)
        self.answered(room, CheckPhase.BEFORE, [3, 2, 1, 0])
        opened(room, "")
        opened(room, CheckPhase.BEFORE)


class TestCertificate:
    def certificate(self, client, link) -> str:
        answer = client.post(url(link), {"certificate": "1"})
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        return AttendanceCertificate.objects.get(entry__participation=link.participation).code

    def test_by_the_same_link_and_the_same_one_again(self, client):
        (link,) = linked(made.held())
        code = self.certificate(client, link)
        assert self.certificate(client, link) == code
        page = client.get(f"/verify/{code}/").text
        assert "Tracing for officers" in page
        assert "This certificate is valid" in page

    def test_verifying_names_nobody_and_answers_by_the_code_of_the_agency(self, client):
        (link,) = linked(made.held())
        code = self.certificate(client, link)
        page = client.get(f"/verify/{code}/").text
        assert "K-0" not in page
        assert "Federal police" not in page
        assert "Yes. It was issued" in client.post(f"/verify/{code}/", {"name": "k-0"}).text
        assert "No. It was issued" in client.post(f"/verify/{code}/", {"name": "K-1"}).text

    def test_not_before_the_attendance_is_recorded_and_the_session_held(self, client):
        room, staff = made.planned(days=-1), made.staff()
        made.named(room, came=False)
        make_links(activity=room, by=staff)
        link = PersonalLink.objects.get()
        assert "not recorded yet" in client.post(url(link), {"certificate": "1"}).text
        assert not AttendanceCertificate.objects.exists()

    def test_it_is_withdrawn_with_the_attendance(self, client):
        (link,) = linked(made.held())
        code = self.certificate(client, link)
        right = Right(made.place(), expected=1, came=0, absent=True)
        put_right(participation=link.participation, right=right, reason="Was ill.", by=made.staff())
        assert "This certificate was withdrawn" in client.get(f"/verify/{code}/").text
