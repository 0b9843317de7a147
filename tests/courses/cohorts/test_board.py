"""The board of a cohort: how far each is, what waits for the trainer, filtered, sorted, constant queries."""

import datetime as dt

import pytest
from django.utils import timezone

from courses.actions.attempts import save_answers, start_attempt, submit_attempt
from courses.actions.sign_offs import preview, sign_off
from courses.enums import Presence, Stage
from courses.models import Entry, RegisterMark, SessionVersion, TrainingSession
from courses.queries.attempts import puts
from courses.queries.boards import places
from courses.queries.progress import MISSING, NOT_BEGUN, READY, due_of, passed, progress_of, ready_of, shown
from lms.kit.clock import today
from lms.people.enums import Role
from tests import cast
from tests.courses.assessments import made as assessed
from tests.courses.cohorts import made, planned
from tests.courses.cohorts.test_attendance import cohort_asking_for, do

pytestmark = pytest.mark.django_db


def board(cohort) -> str:
    return f"/teach/cohorts/{cohort.pk}/"


def session(of, *, days: int = -1) -> SessionVersion:
    """A training session of a cohort that was, or will be, so many days from now."""
    identity = TrainingSession.objects.create(activity=of.activity)
    starts = timezone.now() + dt.timedelta(days=days)
    return SessionVersion.objects.create(
        session=identity, starts_at=starts, ends_at=starts + dt.timedelta(hours=2), timezone="Europe/Berlin"
    )


def names(rows) -> list[str]:
    return [one.person.family_name for one in rows]


class TestFilters:
    def people(self):
        cohort = made.cohort()
        made.person(cohort, "Waiting", lessons=0)
        made.person(cohort, "Begun", lessons=1)
        made.person(cohort, "Able")
        return cohort, made.trainer(cohort)

    def test_by_what_is_missing_and_in_each_order(self):
        cohort, trainer = self.people()
        assert names(shown(cohort)) == ["Able", "Begun", "Waiting"]
        assert names(shown(cohort, order="name")) == ["Able", "Begun", "Waiting"]
        assert names(shown(cohort, order="newest")) == ["Able", "Begun", "Waiting"]
        assert names(shown(cohort, MISSING)) == ["Begun", "Waiting"]
        assert names(shown(cohort, NOT_BEGUN)) == ["Waiting"]
        assert names(shown(cohort, READY)) == ["Able"]
        text = cast.signed_in(trainer).get(f"{board(cohort)}?show=ready&order=name").text
        assert "Able" in text
        assert "Begun" not in text

    def test_the_page_says_how_far_each_is_and_what_comes_next(self):
        cohort, trainer = self.people()
        text = cast.signed_in(trainer).get(board(cohort)).text
        for said in (
            "1 of 3",
            "sign off",
            "has not begun: a message may help",
            "1 is ready for your sign-off.",
        ):
            assert said in text, said

    @pytest.mark.parametrize(
        "parts", [("lessons",), ("pass_mark",), ("attendance",), ("lessons", "pass_mark", "attendance")]
    )
    def test_ready_is_what_the_rule_says_of_each_one(self, parts):
        cohort = cohort_asking_for(*parts, "sign_off")
        trainer = made.trainer(cohort)
        done, part, none = (made.person(cohort, lessons=0) for _ in range(3))
        for one in parts:
            do(one, done, trainer)
        for one in parts[:-1]:
            do(one, part, trainer)
        by_rule = {one.enrolment.pk for one in places(cohort, cohort.enrolments.all()) if not one.missing}
        assert set(ready_of(cohort).values_list("pk", flat=True)) == by_rule == {done.pk}
        assert none.pk

    def test_an_attempt_with_an_essay_to_mark_is_not_passed(self):
        one = assessed.enrolment(assessed.version(("essay", assessed.ESSAY), ("single", assessed.SINGLE)))
        attempt = start_attempt(enrolment=one, by=one.person.user)
        # A blank essay is marked at once: it takes words to wait for a mark.
        written = {
            put.question.pk: {"text": "A note."} for put in puts(attempt) if put.question.kind == "essay"
        }
        save_answers(attempt=attempt, answers=written, by=one.person.user)
        submit_attempt(attempt=attempt, by=one.person.user)
        assert passed(one.cohort, 0) == []


class TestWhatWaits:
    def test_requests_registers_and_an_end_that_nobody_has_told(self):
        cohort = planned.cohort(takes_requests=True)
        trainer = made.trainer(cohort)
        one = made.person(cohort, "There", lessons=1)
        planned.asking(cohort, planned.analyst("Hopeful"))
        held = session(cohort)
        planned.starting(cohort, timezone.now() - dt.timedelta(days=3))
        due = due_of(cohort)
        # Who came after a session is not expected in its register.
        assert (due.requests, due.registers, due.over) == (1, [], True)
        type(one).objects.filter(pk=one.pk).update(enrolled_at=timezone.now() - dt.timedelta(days=5))
        assert due_of(cohort).registers == [(held, 0, 1)]
        text = cast.signed_in(trainer).get(board(cohort)).text
        assert "1 request waits." in text
        assert "is not filled in: 0 of 1" in text
        assert "It is over: say that it was held." in text
        RegisterMark.objects.create(
            session=held.session, participation=one.participation, presence=Presence.LATE
        )
        assert due_of(cohort).registers == []
        (progress,) = progress_of(cohort, cohort.enrolments.all())
        assert [(mark.presence if mark else None) for _session, mark in progress.marks] == ["late"]
        assert "1 of 1" in cast.signed_in(trainer).get(f"/teach/places/{one.pk}/").text

    def test_staff_see_it_and_have_nothing_to_sign_off(self):
        cohort = made.cohort()
        made.person(cohort, "Able")
        text = cast.signed_in(cast.user(Role.STAFF)).get(board(cohort)).text
        assert "Able" in text
        assert "Preview all who are ready" not in text
        assert "ready for your sign-off" not in text


class TestWithoutARule:
    def test_the_trainers_decision_completes_and_can_be_taken_back(self):
        cohort = made.cohort(needs_sign_off=False, needs_lessons=False)
        trainer, one = made.trainer(cohort), made.person(cohort, "Able", lessons=0)
        client = cast.signed_in(trainer)
        assert "your decision completes it" in client.get(board(cohort)).text
        assert [place.enrolment.pk for place in preview(cohort=cohort, chosen=[one.pk], by=trainer)] == [
            one.pk
        ]
        (given,) = sign_off(cohort=cohort, chosen=[one.pk], by=trainer).given
        completion = Entry.objects.standing().get(stage=Stage.COMPLETED)
        assert completion.happened_on == today()
        client.post(f"/teach/sign-offs/{given.pk}/take-back/", {"reason": "Somebody else."})
        assert not Entry.objects.standing().filter(stage=Stage.COMPLETED).exists()


class TestCosts:
    def test_the_same_for_three_as_for_one(self):
        cohort = cohort_asking_for("lessons", "pass_mark", "attendance", "sign_off")
        trainer = made.trainer(cohort)
        session(cohort), session(cohort, days=3)
        client = cast.signed_in(trainer)
        do("pass_mark", made.person(cohort, lessons=1), trainer)
        before = [cast.queries_of(client, f"{board(cohort)}{asked}") for asked in ("", "?show=missing")]
        for number in range(3):
            one = made.person(cohort, lessons=number)
            do("pass_mark", one, trainer)
        assert [
            cast.queries_of(client, f"{board(cohort)}{asked}") for asked in ("", "?show=missing")
        ] == before
