import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from courses import tasks
from courses.actions import attempts, marks
from courses.enums import Stage
from courses.kinds.questions import kind_of
from courses.models import Answer, Attempt, Mark
from courses.queries import attempts as asked
from lms.kit.errors import Refused
from lms.kit.tasks import ticks
from lms.people.enums import Role
from tests import cast
from tests.courses.assessments import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment():
    return made.enrolment()


def begin(enrolment):
    return attempts.start_attempt(enrolment=enrolment, by=enrolment.person.user)


def answer(attempt, **by_kind):
    given = {made.question(attempt, kind).pk: data for kind, data in by_kind.items()}
    attempts.save_answers(attempt=attempt, answers=given, by=attempt.enrolment.person.user)


def right(attempt):
    return {
        put.question.pk: put.kind.right(put.data)
        for put in asked.puts(attempt)
        if put.question.kind != "essay"
    }


def submit(attempt):
    return attempts.submit_attempt(attempt=attempt, by=attempt.enrolment.person.user)


def score(attempt):
    return asked.tried(attempt.enrolment)[attempt.number - 1].score


def test_an_answer_is_marked_on_submission_and_completes_the_course(enrolment):
    attempt = begin(enrolment)
    answer(attempt, single=kind_of("single").right(made.SINGLE))
    submit(attempt)
    assert [mark.points for mark in attempt.marks.all()] == [1]
    assert score(attempt).passed is True
    assert enrolment.participation.entries.filter(stage=Stage.COMPLETED).count() == 1


def test_a_failed_attempt_completes_nothing(enrolment):
    attempt = submit(begin(enrolment))
    assert [mark.points for mark in attempt.marks.all()] == [0]
    assert score(attempt).passed is False
    assert not enrolment.participation.entries.filter(stage=Stage.COMPLETED).exists()


def test_all_right_answers_of_every_kind_are_all_points():
    enrolment = made.enrolment(made.version(*made.BANK.items()))
    attempt = begin(enrolment)
    attempts.save_answers(attempt=attempt, answers=right(attempt), by=enrolment.person.user)
    submit(attempt)
    assert (score(attempt).per_cent, score(attempt).total) == (100, 7)


def test_submitting_again_changes_nothing(enrolment):
    attempt = submit(begin(enrolment))
    before = (attempt.submitted_at, list(attempt.marks.values_list("pk", flat=True)))
    again = submit(attempt)
    assert (again.submitted_at, list(again.marks.values_list("pk", flat=True))) == before


def test_starting_again_resumes_the_open_attempt(enrolment):
    first = begin(enrolment)
    assert begin(enrolment) == first
    submit(first)
    assert begin(enrolment).number == 2


def test_the_database_holds_to_one_open_attempt(enrolment):
    attempt = begin(enrolment)
    with pytest.raises(IntegrityError, match="attempt_one_open"), transaction.atomic():
        Attempt.objects.create(enrolment=enrolment, number=2, seed=1, drawn=attempt.drawn)


def test_attempts_end_where_the_version_says():
    enrolment = made.enrolment(made.version(attempts=2))
    submit(begin(enrolment))
    submit(begin(enrolment))
    with pytest.raises(Refused, match="All attempts"):
        begin(enrolment)
    assert enrolment.attempts.count() == 2


def test_a_course_without_an_assessment_or_with_an_empty_bank_refuses():
    version = made.version()
    other = made.enrolment(version)
    enrolment = made.enrolment(made.version(("single", made.SINGLE), draw=1))
    assert len(begin(enrolment).drawn) == 1
    other.cohort.version = made.CourseVersion.objects.create(course=version.course, number=2)
    with pytest.raises(Refused, match="no assessment"):
        begin(other)


def test_an_attempt_draws_from_the_bank_by_its_seed():
    version = made.version(*[("single", made.SINGLE)] * 6, draw=3)
    draws = {tuple(attempts.draw(version.assessment, seed)) for seed in range(50)}
    assert all(len(set(drawn)) == 3 for drawn in draws)
    assert len(draws) > 20
    assert attempts.draw(version.assessment, 7) == attempts.draw(version.assessment, 7)


def test_without_shuffling_the_questions_stand_in_their_order():
    version = made.version(*[("single", made.SINGLE)] * 6, draw=4, shuffle=False)
    for seed in range(10):
        drawn = attempts.draw(version.assessment, seed)
        assert drawn == sorted(drawn)


def test_the_later_of_two_saves_holds_and_none_clears(enrolment):
    attempt = begin(enrolment)
    options = kind_of("single").public(made.SINGLE, seed=1).options
    for option in options:
        answer(attempt, single={"chosen": [option.token]})
    assert [one.data for one in attempt.answers.all()] == [{"chosen": [options[-1].token]}]
    answer(attempt, single=None)
    assert not attempt.answers.exists()


def test_nothing_is_saved_after_submission(enrolment):
    attempt = begin(enrolment)
    answer(attempt, single={"chosen": ["a"]})
    submit(attempt)
    with pytest.raises(Refused, match="submitted already"):
        answer(attempt, single={"chosen": ["b"]})
    assert Answer.objects.get().data == {"chosen": ["a"]}


def test_nobody_answers_submits_or_starts_for_somebody_else(enrolment):
    attempt, other = begin(enrolment), cast.user(Role.ANALYST)
    for act in (
        lambda: attempts.start_attempt(enrolment=enrolment, by=other),
        lambda: attempts.save_answers(
            attempt=attempt, answers={attempt.drawn[0]: {"chosen": ["a"]}}, by=other
        ),
        lambda: attempts.submit_attempt(attempt=attempt, by=other),
    ):
        with pytest.raises(Refused, match="Only who is enrolled"):
            act()
    attempt.refresh_from_db()
    assert (attempt.submitted_at, Answer.objects.count(), Mark.objects.count()) == (None, 0, 0)


def test_an_answer_to_a_question_that_was_not_drawn_is_refused():
    enrolment = made.enrolment(made.version(*[("single", made.SINGLE)] * 2, draw=1))
    attempt = begin(enrolment)
    other = enrolment.cohort.version.questions.exclude(pk__in=attempt.drawn).get()
    with pytest.raises(Refused, match="not part"):
        attempts.save_answers(
            attempt=attempt, answers={other.pk: {"chosen": ["a"]}}, by=enrolment.person.user
        )
    assert not Answer.objects.exists()


def test_time_ends_after_a_small_grace_and_the_attempt_is_closed_with_what_was_saved():
    enrolment = made.enrolment(made.version(minutes=30))
    start = dt.datetime(2024, 3, 1, 9, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False) as now:
        attempt = begin(enrolment)
        assert attempt.due_at == start + dt.timedelta(minutes=30)
        now.move_to(attempt.due_at + dt.timedelta(seconds=20))
        answer(attempt, single=kind_of("single").right(made.SINGLE))
        assert attempts.close_overdue() == 0
        now.move_to(attempt.due_at + dt.timedelta(seconds=40))
        with pytest.raises(Refused, match="time for this attempt is over"):
            answer(attempt, single=None)
        assert attempts.close_overdue() == 1
        assert attempts.close_overdue() == 0
    assert score(attempt).passed is True


def test_a_tick_of_the_clock_closes_what_nobody_came_back_to():
    enrolment = made.enrolment(made.version(minutes=30))
    with time_machine.travel(dt.datetime(2024, 3, 1, 9, tzinfo=dt.UTC), tick=False) as now:
        attempt = begin(enrolment)
        now.shift(dt.timedelta(hours=1))
        tasks.close_overdue_attempts()
        tasks.close_overdue_attempts()
    assert attempt.marks.count() == 1
    assert ticks.every["courses.close_overdue_attempts"] <= dt.timedelta(minutes=5)


def test_starting_after_the_time_is_over_closes_the_old_attempt_first():
    enrolment = made.enrolment(made.version(minutes=30))
    with time_machine.travel(dt.datetime(2024, 3, 1, 9, tzinfo=dt.UTC), tick=False) as now:
        first = begin(enrolment)
        now.shift(dt.timedelta(hours=2))
        second = begin(enrolment)
    first.refresh_from_db()
    assert first.submitted_at is not None
    assert second.number == 2


def test_extra_time_holds_for_the_attempt_under_way_and_the_next():
    enrolment = made.enrolment(made.version(minutes=30))
    attempt = begin(enrolment)
    attempts.give_extra_time(enrolment=enrolment, per_cent=50, by=made.trainer(enrolment))
    attempt.refresh_from_db()
    assert attempt.due_at - attempt.started_at == dt.timedelta(minutes=45)
    submit(attempt)
    later = begin(asked.own_enrolments(enrolment.person.user).get())
    assert later.due_at - later.started_at == dt.timedelta(minutes=45)


def test_only_a_trainer_of_the_cohort_gives_extra_time():
    enrolment = made.enrolment(made.version(minutes=30))
    own, hidden = made.trainer(enrolment), made.enrolment(made.version())
    stranger, bystander = made.trainer(hidden), enrolment.person.user
    hidden.hidden = True
    for who, whose in ((stranger, enrolment), (bystander, enrolment), (stranger, hidden)):
        with pytest.raises(Refused, match="Only a trainer"):
            attempts.give_extra_time(enrolment=whose, per_cent=50, by=who)
    assert not hasattr(made.Enrolment.objects.get(pk=enrolment.pk), "extra_time")
    attempts.give_extra_time(enrolment=enrolment, per_cent=50, by=own)
    assert enrolment.extra_time.per_cent == 50


def test_an_attempt_is_read_with_the_same_queries_however_long_it_is():
    counts = []
    for length in (1, 20):
        enrolment = made.enrolment(made.version(*[("single", made.SINGLE)] * length))
        attempt = begin(enrolment)
        attempts.save_answers(attempt=attempt, answers=right(attempt), by=enrolment.person.user)
        with CaptureQueriesContext(connection) as queries:
            asked.puts(attempt)
            submit(attempt)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_mark_cannot_be_changed_by_hand(enrolment):
    submit(begin(enrolment))
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Mark.objects.update(points=1)
    with pytest.raises(TypeError, match="facts"):
        Mark.objects.get().delete()


def test_points_are_rounded_to_hundredths():
    assert str(marks.points_for(Fraction(2, 3), 1)) == "0.67"
    assert str(marks.points_for(Fraction(1, 8), 1)) == "0.13"


def test_nobody_reads_a_pass_mark_that_was_not_reached():
    nearly = asked.Score(Decimal("69.99"), 100, awaiting=0, pass_mark=70)
    assert (nearly.per_cent, nearly.passed) == (69, False)
