"""Real connections against each other: what is sent twice is marked once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from courses.actions import attempts, marks
from courses.enums import Stage
from courses.kinds.questions.base import token
from courses.models import Attempt, Mark
from courses.queries.attempts import puts
from lms.kit.errors import Refused
from tests.courses.assessments import made

WRONG = {"chosen": [token("The route")]}
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(act, times, connections=2):
    """Call ``act`` so often from each of several connections that begin together; all that it returned."""
    gate = Barrier(connections)

    def work(number):
        try:
            gate.wait(10)
            return [act(number, turn) for turn in range(times)]
        finally:
            connection.close()

    with ThreadPoolExecutor(connections) as pool:
        return [result for results in pool.map(work, range(connections)) for result in results]


def test_a_hundred_submissions_from_two_connections_give_one_mark():
    enrolment = made.enrolment()
    user = enrolment.person.user
    attempt = attempts.start_attempt(enrolment=enrolment, by=user)
    put = puts(attempt)[0]
    attempts.save_answers(attempt=attempt, answers={put.question.pk: put.kind.right(put.data)}, by=user)

    def submit(number, turn):
        return attempts.submit_attempt(attempt=Attempt.objects.get(pk=attempt.pk), by=user).submitted_at

    moments = at_once(submit, times=50)
    assert len(moments) == 100
    assert len(set(moments)) == 1
    assert Mark.objects.filter(attempt=attempt).count() == 1
    assert enrolment.participation.entries.filter(stage=Stage.COMPLETED).count() == 1


def test_two_windows_that_begin_at_once_share_one_attempt():
    enrolment = made.enrolment()
    user = enrolment.person.user
    begun = at_once(
        lambda number, turn: attempts.start_attempt(enrolment=made.Enrolment.objects.get(), by=user).pk,
        times=10,
    )
    assert len(set(begun)) == 1
    assert Attempt.objects.count() == 1


def test_an_answer_is_saved_before_the_submission_or_refused_never_lost_in_between():
    for _round in range(10):
        enrolment = made.enrolment()
        user = enrolment.person.user
        attempt = attempts.start_attempt(enrolment=enrolment, by=user)
        put = puts(attempt)[0]
        right = {put.question.pk: put.kind.right(put.data)}

        def act(number, turn, attempt=attempt, right=right, user=user):
            if number == 0:
                attempts.submit_attempt(attempt=attempt, by=user)
                return None
            try:
                attempts.save_answers(attempt=attempt, answers=right, by=user)
            except Refused:
                return False
            return True

        saved = next(result for result in at_once(act, times=1) if result is not None)
        assert bool(attempt.marks.get().points) is saved


def test_a_submission_beside_a_correction_ends_with_the_mark_of_the_correction():
    version = made.version()
    for _round in range(6):
        enrolment = made.enrolment(version)
        user, trainer = enrolment.person.user, made.trainer(enrolment)
        attempt = attempts.start_attempt(enrolment=enrolment, by=user)
        question = version.questions.get()
        attempts.save_answers(attempt=attempt, answers={question.pk: WRONG}, by=user)
        # Each round turns round what was right before.
        data = {**made.SINGLE, "waived": question.corrections.count() % 2 == 0}

        def act(number, turn, attempt=attempt, user=user, trainer=trainer, question=question, data=data):
            if number == 0:
                attempts.submit_attempt(attempt=attempt, by=user)
                return
            correct(question, data, trainer)

        at_once(act, times=1)
        newest = attempt.marks.order_by("-ordinal").first()
        assert bool(newest.points) is data["waived"]


def correct(question, data, trainer):
    """Look, apply, and look again where a submission came in between, as a trainer would."""
    for _try in range(5):
        said = {"question": question, "data": data, "reason": "Misprint.", "by": trainer}
        seen = marks.digest(marks.regrade(**said, preview=True))
        try:
            marks.regrade(**said, preview=False, seen=seen)
        except Refused:
            continue
        return
    raise AssertionError("The correction never went through.")
