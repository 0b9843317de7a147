"""Feedback through its pages: asked, answered, read once."""

import datetime as dt

import pytest
import time_machine

from courses.actions.nudges import plan_nudges
from courses.models import (
    ActivityVersion,
    FeedbackAnswer,
    FeedbackForm,
    Nudge,
    SessionVersion,
    TrainingSession,
)
from lms.kit.clock import today
from lms.people.enums import Role
from tests import cast
from tests.courses.cohorts import made as cohorts
from tests.courses.feedback import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def form() -> FeedbackForm:
    return made.form()


def ask(cohort, client, **changed):
    day = today() + dt.timedelta(days=5)
    data = {"closes_on": day.isoformat(), "standard": ["useful", "keep"]} | changed
    return client.post(f"/feedback/of/{cohort.activity_id}/", data)


class TestAsking:
    def test_a_trainer_asks_with_standard_and_own_questions(self):
        cohort = cohorts.cohort()
        client = cast.signed_in(cohorts.trainer(cohort))
        own = {"own-1-text": "Which case?", "own-1-kind": "choices", "own-1-options": "One\nTwo"}
        assert ask(cohort, client, **own).status_code == 302
        form = FeedbackForm.objects.get()
        assert [(one["key"], one["kind"]) for one in form.questions] == [
            ("overall", "rating"), ("useful", "agreement"), ("keep", "text"), ("own-1", "choices"),
        ]  # fmt: skip
        assert client.get("/feedback/asked/").text.count("Tracing") >= 1

    def test_a_mistake_keeps_what_was_typed_and_asks_nobody(self):
        cohort = cohorts.cohort()
        client = cast.signed_in(cohorts.trainer(cohort))
        own = {"own-1-text": "Which case was it?", "own-1-kind": "choice", "own-1-options": "Only one"}
        answer = ask(cohort, client, **own)
        assert answer.status_code == 200
        assert "Give from two to 8 options" in answer.text
        assert "Which case was it?" in answer.text
        assert not FeedbackForm.objects.exists()

    @pytest.mark.parametrize("days", [-1, 61])
    def test_a_day_out_of_reach_is_refused(self, days):
        cohort = cohorts.cohort()
        client = cast.signed_in(cohorts.trainer(cohort))
        answer = ask(cohort, client, closes_on=(today() + dt.timedelta(days=days)).isoformat())
        assert "Choose a day from today" in answer.text
        assert not FeedbackForm.objects.exists()

    def test_a_second_form_for_the_same_is_refused(self, form):
        client = cast.signed_in(form.activity.cohort.trainers.get())
        assert "asked for already" in ask(form.activity.cohort, client).text
        assert FeedbackForm.objects.count() == 1

    def test_one_session_can_be_asked_about(self):
        cohort = cohorts.cohort(on="2026-03-02T09:00+01:00")
        session = TrainingSession.objects.create(activity=cohort.activity)
        start = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
        SessionVersion.objects.create(
            session=session, title="Morning", starts_at=start, ends_at=start + dt.timedelta(hours=2), timezone="Europe/Berlin",
        )  # fmt: skip
        client = cast.signed_in(cohorts.trainer(cohort))
        assert "Morning" in client.get(f"/feedback/of/{cohort.activity_id}/").text
        assert ask(cohort, client, about=str(session.pk)).status_code == 302
        assert FeedbackForm.objects.get().session == session

    def test_another_trainer_may_not_ask_nor_read(self, form):
        client = cast.signed_in(cast.user(Role.TRAINER))
        assert ask(form.activity.cohort, client).status_code == 403
        assert client.get(f"/feedback/asked/{form.pk}/").status_code == 404
        assert "Tracing" not in client.get("/feedback/asked/").text


class TestAnswering:
    def test_somebody_answers_and_is_thanked(self, form):
        client = cast.signed_in(made.taker(form))
        assert "have not answered" in client.get("/feedback/").text
        page = client.get(f"/feedback/{form.pk}/").text
        assert "without your name" in page
        answer = client.post(f"/feedback/{form.pk}/", {"overall": "good", "keep": "The cases"}, follow=True)
        assert "Thank you" in answer.text
        assert "have answered" in answer.text
        assert FeedbackAnswer.objects.get().data == {"overall": "good", "keep": "The cases"}
        assert "<form class" not in client.get(f"/feedback/{form.pk}/").text

    def test_a_mistake_keeps_what_was_typed(self, form):
        client = cast.signed_in(made.taker(form))
        answer = client.post(f"/feedback/{form.pk}/", {"keep": "What I wrote for long"})
        assert answer.status_code == 200
        assert "What I wrote for long" in answer.text
        assert not FeedbackAnswer.objects.exists()

    def test_who_takes_no_part_does_not_find_the_form(self, form):
        client = cast.signed_in(cast.user(Role.ANALYST))
        assert client.get(f"/feedback/{form.pk}/").status_code == 404
        assert client.post(f"/feedback/{form.pk}/", {"overall": "good"}).status_code == 404
        assert not FeedbackAnswer.objects.exists()

    def test_everybody_asked_has_one_notice_and_one_mail_until_they_answered(self, form):
        logins = [made.taker(form), made.taker(form)]
        plan_nudges()
        plan_nudges()
        assert Nudge.objects.filter(kind="feedback").count() == 2
        client = cast.signed_in(logins[0])
        assert "What did you think of a training?" in client.get("/me/notices/").text
        client.post(f"/feedback/{form.pk}/", {"overall": "good"})
        assert "What did you think of a training?" not in client.get("/me/notices/").text


class TestReading:
    def test_while_it_is_open_the_trainer_sees_neither_number_nor_names(self, form):
        client = cast.signed_in(form.activity.cohort.trainers.get())
        before = client.get(f"/feedback/asked/{form.pk}/").text
        made.answer(form, "good")
        after = client.get(f"/feedback/asked/{form.pk}/").text
        assert after.split("</head>")[1].replace(token(after), "") == before.split("</head>")[1].replace(
            token(before), ""
        )

    def test_after_it_the_result_is_there_once_with_pictures_and_tables(self, form):
        for rating in ("very_good", "good", "good", "fair", "poor"):
            made.answer(form, rating, keep=[f"About {rating}"])
        made.over(form)
        client = cast.signed_in(form.activity.cohort.trainers.get())
        page = client.get(f"/feedback/asked/{form.pk}/").text
        assert "60 % said “good” or “very good”: 3 of 5 who answered." in page
        assert "About fair" in page
        assert "As a table" in page

    def test_with_four_answers_nothing_is_shown(self, form):
        for rating in ("very_good", "good", "good", "fair"):
            made.answer(form, rating, keep=["A secret"])
        made.over(form)
        page = cast.signed_in(form.activity.cohort.trainers.get()).get(f"/feedback/asked/{form.pk}/").text
        assert "Fewer than 5 people answered" in page
        assert "A secret" not in page

    def test_the_last_day_is_moved_and_not_after_it(self, form):
        client = cast.signed_in(form.activity.cohort.trainers.get())
        later = form.closes_on + dt.timedelta(days=3)
        client.post(f"/feedback/asked/{form.pk}/", {"closes_on": later.isoformat()})
        form.refresh_from_db()
        assert form.closes_on == later
        made.over(form)
        client.post(
            f"/feedback/asked/{form.pk}/", {"closes_on": (today() + dt.timedelta(days=9)).isoformat()}
        )
        form.refresh_from_db()
        assert form.closes_on == later

    @pytest.mark.parametrize("path", ["/feedback/asked/", "/staff/feedback/"])
    def test_lists_cost_the_same_however_many_there_are(self, path):
        staff = cast.signed_in(cast.user(Role.STAFF))
        one = made.form(cohorts.cohort("one"))
        for rating in ("good",) * 5:
            made.answer(one, rating)
        made.over(one)
        before = cast.queries_of(staff, path)
        for name in ("two", "three"):
            made.form(cohorts.cohort(name))
        assert cast.queries_of(staff, path) == before

    def test_ones_own_list_costs_the_same_however_many_there_are(self, form):
        login = made.taker(form)
        before = cast.queries_of(cast.signed_in(login), "/feedback/")
        for name in ("two", "three"):
            other = made.form(cohorts.cohort(name))
            cohorts.person(other.activity.cohort, "Same", lessons=0, login=login)
        assert cast.queries_of(cast.signed_in(login), "/feedback/") == before


class TestYear:
    def test_staff_read_the_share_of_the_year_and_take_it_along(self):
        with time_machine.travel("2026-05-04T10:00+02:00"):
            form = made.form()
            for rating in ("good",) * 3 + ("fair",) * 2:
                made.answer(form, rating)
            made.over(form)
        client = cast.signed_in(cast.user(Role.STAFF))
        page = client.get("/staff/feedback/?year=2026").text
        assert "60 % said “good” or “very good”: 3 of 5 who answered." in page
        kind = ActivityVersion.objects.get(activity=form.activity).kind.name
        lines = client.get("/staff/feedback/download/?year=2026").text.splitlines()
        assert lines == [
            "year,kind,good_or_very_good,answered,per_cent",
            f"2026,{kind},3,5,60",
            "2026,all,3,5,60",
        ]

    def test_without_any_the_page_says_so(self):
        assert (
            "Too few answers to tell." in cast.signed_in(cast.user(Role.STAFF)).get("/staff/feedback/").text
        )


def token(page: str) -> str:
    """The token against forgery, which differs each time."""
    return page.partition('csrfmiddlewaretoken" value="')[2].partition('"')[0]
