"""Trainers mark the essays of their cohorts."""

import pytest
from django.urls import reverse

from courses.actions import attempts, marks
from courses.models import Answer, Mark
from tests import cast
from tests.courses.assessments import made
from tests.courses.assessments.pages import begun, client_of, page_of, text

pytestmark = pytest.mark.django_db


def written(enrolment, words="Two see more than one."):
    attempt = begun(enrolment)
    question = made.question(attempt, "essay")
    attempts.save_answers(attempt=attempt, answers={question.pk: {"text": words}}, by=enrolment.person.user)
    attempts.submit_attempt(attempt=attempt, by=enrolment.person.user)
    return Answer.objects.get(attempt=attempt)


@pytest.fixture
def essay():
    return written(made.enrolment(made.version(("essay", made.ESSAY))))


def test_a_trainer_marks_an_essay_by_its_rubric_and_the_course_is_completed(essay):
    enrolment = essay.attempt.enrolment
    client = cast.signed_in(made.trainer(enrolment))
    waiting = text(client_of(enrolment).get(page_of(essay.attempt, "attempt-result")))
    assert "waits for your trainer" in waiting
    assert enrolment.person.name in text(client.get(reverse("teach-marks")))
    page = reverse("teach-essay", args=[essay.pk])
    assert "Two see more than one." in text(client.get(page))
    given = {"after": "0", "criterion-0": "1.5", "criterion-1": "1", "note": "Well said."}
    assert client.post(page, given).headers["Location"] == reverse("teach-marks")
    assert str(Mark.objects.get().points) == "2.50"
    assert "No essay waits" in text(client.get(reverse("teach-marks")))
    result = text(client_of(enrolment).get(page_of(essay.attempt, "attempt-result")))
    assert "83 %, 2.50 of 3 points, passed" in result
    assert "Well said." in result
    assert enrolment.participation.entries.filter(stage="completed").count() == 1


def test_two_trainers_at_one_essay_do_not_mark_over_each_other(essay):
    one, other = made.trainer(essay.attempt.enrolment), made.trainer(essay.attempt.enrolment)
    page, given = (
        reverse("teach-essay", args=[essay.pk]),
        {"after": "0", "criterion-0": "2", "criterion-1": "1"},
    )
    cast.signed_in(one).post(page, given)
    cast.signed_in(one).post(page, given)
    assert "Somebody else marked this essay" in text(cast.signed_in(other).post(page, given))
    assert Mark.objects.get().marked_by == one
    cast.signed_in(other).post(page, given | {"after": "1", "criterion-0": "0"})
    assert [mark.ordinal for mark in Mark.objects.all()] == [1, 2]


def test_points_beyond_the_rubric_are_refused(essay):
    client = cast.signed_in(made.trainer(essay.attempt.enrolment))
    page = reverse("teach-essay", args=[essay.pk])
    assert client.post(page, {"after": "0", "criterion-0": "2.5", "criterion-1": "1"}).status_code == 200
    assert not Mark.objects.exists()


def test_an_essay_is_seen_by_the_trainers_of_its_cohort_alone(essay):
    other = made.enrolment(made.version())
    page = reverse("teach-essay", args=[essay.pk])
    given = {"after": "0", "criterion-0": "2", "criterion-1": "1"}
    stranger, own = made.trainer(other), made.trainer(essay.attempt.enrolment)
    assert cast.signed_in(stranger).get(page).status_code == 404
    assert cast.signed_in(stranger).post(page, given).status_code == 404
    assert client_of(essay.attempt.enrolment).get(page).status_code == 403
    with pytest.raises(marks.Refused):
        marks.mark_essay(
            attempt=essay.attempt, question=essay.question, criteria=[2, 1], note="", after=0, by=stranger
        )
    assert not Mark.objects.exists()
    assert cast.signed_in(own).get(page).status_code == 200


def test_an_essay_of_a_hidden_enrolment_reaches_the_trainer_without_the_name(essay):
    enrolment = essay.attempt.enrolment
    client = cast.signed_in(made.trainer(enrolment))
    type(enrolment).objects.update(hidden=True)
    for page in (reverse("teach-marks"), reverse("teach-essay", args=[essay.pk])):
        shown = text(client.get(page))
        assert "somebody who takes it unseen" in shown
        assert enrolment.person.name not in shown


def test_the_list_of_essays_costs_the_same_at_any_length():
    version = made.version(("essay", made.ESSAY))
    first = written(made.enrolment(version)).attempt.enrolment
    client = cast.signed_in(made.trainer(first))
    before = cast.queries_of(client, reverse("teach-marks"))
    for _turn in range(3):
        written(made.enrolment(cohort=first.cohort))
    assert cast.queries_of(client, reverse("teach-marks")) == before
