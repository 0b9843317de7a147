"""No answer leads to a person: not by its columns, its place, its transaction or a change of a sum."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import FieldDoesNotExist
from django.db import connection

from courses.actions.feedback import close_due, give_feedback
from courses.models import FeedbackAnswer, FeedbackForm, FeedbackGiven, FeedbackResult, PooledRating
from courses.queries.feedback import of_year
from lms.kit.errors import Refused
from tests.courses.cohorts import made as cohorts
from tests.courses.feedback import made
from tests.threads import at_once

pytestmark = pytest.mark.django_db


def transactions(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT xmin::text FROM {table}")
        return {row[0] for row in cursor.fetchall()}


class TestRows:
    def test_an_answer_has_a_form_and_what_was_said_and_nothing_else(self):
        assert {field.name for field in FeedbackAnswer._meta.get_fields()} == {"id", "form", "data"}
        assert {field.name for field in PooledRating._meta.get_fields()} == {"id", "year", "rating"}

    def test_who_has_answered_is_apart_and_leads_to_no_answer(self):
        with pytest.raises(FieldDoesNotExist):
            FeedbackGiven._meta.get_field("answer")
        assert {field.name for field in FeedbackGiven._meta.get_fields()} == {"id", "form", "person"}

    @pytest.mark.django_db(transaction=True)
    def test_all_rows_of_a_form_are_of_one_transaction_after_each_answer(self):
        form = made.form()
        for _nth in range(4):
            made.answer(form)
            assert len(transactions("courses_feedbackanswer")) == 1
            assert len(transactions("courses_feedbackgiven")) == 1

    def test_the_place_of_a_row_says_nothing(self):
        """Of twelve answers the last one is not last in the table more often than by chance."""
        form, last = made.form(), 0
        for rating in ["good"] * 11:
            made.answer(form, rating)
        for _nth in range(12):
            made.answer(form, "poor", keep=["the last"])
            row = list(FeedbackAnswer.objects.order_by().values_list("data__keep", flat=True))[-1]
            last += row == "the last"
            FeedbackAnswer.objects.filter(data__keep="the last").delete()
        assert last < 9


class TestOnce:
    def test_a_second_answer_is_refused_and_changes_nothing(self):
        form = made.form()
        login = made.answer(form, "good")
        with pytest.raises(Refused, match="answered already"):
            give_feedback(form=form, posted={"overall": ["poor"]}, by=login)
        assert [one.data for one in FeedbackAnswer.objects.all()] == [{"overall": "good"}]

    @pytest.mark.django_db(transaction=True)
    def test_of_two_presses_at_once_one_counts(self):
        form = made.form()
        login = made.taker(form)
        outcomes = at_once(2, lambda: give_feedback(form=form, posted={"overall": ["good"]}, by=login))
        assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "Refused"]
        assert FeedbackAnswer.objects.count() == FeedbackGiven.objects.count() == 1

    def test_who_takes_no_part_is_refused(self):
        form = made.form()
        stranger = cohorts.person(cohorts.cohort("other")).person.user
        with pytest.raises(Refused):
            give_feedback(form=form, posted={"overall": ["good"]}, by=stranger)
        assert not FeedbackAnswer.objects.exists()

    def test_after_the_last_day_nothing_is_taken(self):
        form = made.form(days=2)
        login = made.taker(form)
        with (
            time_machine.travel(dt.datetime.combine(form.closes_on, dt.time(23, 30), dt.UTC)),
            pytest.raises(Refused),
        ):
            # Half past eleven in UTC is the next day in Amsterdam.
            give_feedback(form=form, posted={"overall": ["good"]}, by=login)
        assert not FeedbackAnswer.objects.exists()


class TestClosing:
    def test_nothing_is_told_before_the_last_day_is_over(self):
        form = made.form()
        for rating in made.RATINGS:
            made.answer(form, rating)
        assert close_due() == 0
        assert not FeedbackResult.objects.exists()

    def test_five_answers_give_one_result_and_are_forgotten(self):
        form = made.form()
        for rating in ("very_good", "good", "good", "fair", "poor"):
            made.answer(form, rating, keep=[f"words {rating}"])
        made.over(form)
        result = FeedbackResult.objects.get(form=form)
        assert result.answered == 5
        assert result.summed["overall"]["counts"] == {
            "very_good": 1, "good": 2, "fair": 1, "poor": 1, "very_poor": 0,
        }  # fmt: skip
        assert result.summed["keep"] == sorted(result.summed["keep"])
        assert not FeedbackAnswer.objects.exists()
        assert not FeedbackGiven.objects.exists()
        assert not PooledRating.objects.exists()

    def test_four_answers_give_no_result_and_only_their_first_question_to_the_year(self):
        form = made.form()
        for rating in ("good", "good", "poor", "fair"):
            made.answer(form, rating, change=["Everything"])
        made.over(form)
        result = FeedbackResult.objects.get(form=form)
        assert (result.answered, result.summed) == (None, None)
        assert sorted(PooledRating.objects.values_list("rating", flat=True)) == [
            "fair",
            "good",
            "good",
            "poor",
        ]
        assert not FeedbackAnswer.objects.exists()

    def test_closing_twice_changes_nothing(self):
        form = made.form()
        made.answer(form)
        made.over(form)
        made.over(form)
        assert PooledRating.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_two_workers_close_a_form_once(self):
        form = made.form()
        made.answer(form)
        with time_machine.travel(
            dt.datetime.combine(form.closes_on, dt.time(12), dt.UTC) + dt.timedelta(days=1)
        ):
            assert sorted(at_once(2, close_due)) == [0, 1]
        assert PooledRating.objects.count() == FeedbackResult.objects.count() == 1

    def test_the_questions_of_a_form_are_never_changed(self):
        form = made.form()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT has_column_privilege('courses_feedbackform', 'questions', 'UPDATE'),"
                " has_table_privilege('courses_feedbackanswer', 'UPDATE')"
            )
            assert cursor.fetchone() == (False, False)
        assert FeedbackForm.objects.get(pk=form.pk).questions == form.questions


class TestYear:
    def test_small_forms_are_counted_together_once_the_year_is_over(self):
        with time_machine.travel("2026-05-04T10:00+02:00"):
            small = [made.form(cohorts.cohort(f"small-{number}")) for number in range(3)]
            for form in small:
                made.answer(form, "good")
                made.answer(form, "poor")
            big = made.form(cohorts.cohort("big"))
            for rating in ("good",) * 6 + ("fair",) * 2:
                made.answer(big, rating)
            for form in [*small, big]:
                made.over(form)
        with time_machine.travel("2026-12-31T22:00+01:00"):
            during = of_year(2026)
        with time_machine.travel("2027-01-01T00:30+01:00"):
            after = of_year(2026)
        assert during.small is None
        assert (during.total.good, during.total.answered, during.total.per_cent) == (6, 8, 75)
        assert during.pooled_forms == after.pooled_forms == 3
        assert (after.small.good, after.small.answered) == (3, 6)
        assert (after.total.good, after.total.answered, after.total.per_cent) == (9, 14, 64)

    def test_they_wait_for_the_last_form_of_the_year(self):
        """Two looks at the sum, before and after a form is closed, would tell of that one."""
        with time_machine.travel("2026-12-20T10:00+01:00"):
            early, late = (
                made.form(cohorts.cohort("early"), days=4),
                made.form(cohorts.cohort("late"), days=11),
            )
            made.answer(early, "good"), made.answer(early, "good"), made.answer(early, "good")
            made.answer(late, "poor"), made.answer(late, "poor")
            other = made.form(cohorts.cohort("other"), days=4)
            made.answer(other, "good"), made.answer(other, "good")
            made.over(early), made.over(other)
        with time_machine.travel("2027-01-01T00:05+01:00"):
            before = of_year(2026)
            close_due()
            after = of_year(2026)
        assert before.small is None
        assert (after.small.good, after.small.answered) == (5, 7)

    def test_too_few_even_together_stay_untold(self):
        with time_machine.travel("2026-05-04T10:00+02:00"):
            form = made.form()
            made.answer(form, "good")
            made.over(form)
        with time_machine.travel("2027-02-01T00:30+01:00"):
            assert of_year(2026).small is None
            assert of_year(2026).total.per_cent is None
