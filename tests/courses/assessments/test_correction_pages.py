"""A correction shows whom it concerns before anything is marked again."""

import json
import re

import pytest
from django.urls import reverse

from courses.actions import attempts, marks
from courses.kinds.questions import kind_of
from courses.models import Correction, Mark
from tests import cast
from tests.courses.assessments import made
from tests.courses.assessments.pages import RIGHT, WRONG, begun, client_of, page_of, text

pytestmark = pytest.mark.django_db


def answered_with(cohort, chosen):
    enrolment = made.enrolment(cohort=cohort) if cohort else made.enrolment()
    attempt = begun(enrolment)
    question = made.question(attempt)
    attempts.save_answers(
        attempt=attempt, answers={question.pk: {"chosen": [chosen]}}, by=enrolment.person.user
    )
    return attempts.submit_attempt(attempt=attempt, by=enrolment.person.user)


def test_a_correction_shows_first_whom_it_concerns_and_then_marks_again():
    failed = answered_with(None, WRONG)
    cohort = failed.enrolment.cohort
    passed = answered_with(cohort, RIGHT)
    question = made.question(failed)
    client, page = (
        cast.signed_in(made.trainer(failed.enrolment)),
        reverse("teach-correction", args=[question.pk]),
    )
    assert f'value="{RIGHT}" checked' in text(client.get(page))
    sent = {f"q{question.pk}": WRONG, "reason": "The text was read the other way.", "look": "1"}
    preview = text(client.post(page, sent))
    assert "0 %, not passed" in preview
    assert preview.count("</tr>") == 3
    assert (Mark.objects.count(), Correction.objects.count()) == (2, 0)
    seen = re.search(r'name="seen" value="(\w+)"', preview).group(1)
    del sent["look"]
    applied = client.post(page, sent | {"apply": "1", "seen": seen})
    assert applied.status_code == 302
    assert [mark.points for mark in failed.marks.order_by("ordinal")] == [0, 1]
    assert [mark.points for mark in passed.marks.order_by("ordinal")] == [1, 0]
    assert failed.enrolment.participation.entries.filter(stage="completed").count() == 1
    assert passed.enrolment.participation.entries.filter(stage="completed").count() == 1
    assert "read the other way" in text(client_of(failed.enrolment).get(page_of(failed, "attempt-result")))
    assert answered_with(cohort, WRONG).marks.get().points == 1


def test_what_came_in_since_the_preview_is_shown_before_anything_is_marked():
    first = answered_with(None, WRONG)
    question = made.question(first)
    client, page = (
        cast.signed_in(made.trainer(first.enrolment)),
        reverse("teach-correction", args=[question.pk]),
    )
    sent = {f"q{question.pk}": WRONG, "reason": "Misprint."}
    seen = re.search(r'name="seen" value="(\w+)"', text(client.post(page, sent | {"look": "1"}))).group(1)
    answered_with(first.enrolment.cohort, RIGHT)
    again = text(client.post(page, sent | {"apply": "1", "seen": seen}))
    assert "Attempts came in since the preview" in again
    assert (Mark.objects.count(), Correction.objects.count()) == (2, 0)


def test_a_correction_says_why_and_a_withdrawn_question_gives_everybody_its_points():
    attempt = answered_with(None, WRONG)
    question = made.question(attempt)
    client, page = (
        cast.signed_in(made.trainer(attempt.enrolment)),
        reverse("teach-correction", args=[question.pk]),
    )
    preview = text(client.post(page, {f"q{question.pk}": RIGHT, "waived": "1", "look": "1"}))
    seen = re.search(r'name="seen" value="(\w+)"', preview).group(1)
    sent = {f"q{question.pk}": RIGHT, "waived": "1", "seen": seen, "apply": "1"}
    assert "Say why" in text(client.post(page, sent | {"reason": " "}))
    assert not Correction.objects.exists()
    client.post(page, sent | {"reason": "Two answers were right."})
    assert attempt.marks.order_by("-ordinal").first().points == 1
    assert json.loads(json.dumps(Correction.objects.get().data))["waived"] is True
    assert "everybody has all its points" in text(
        client_of(attempt.enrolment).get(page_of(attempt, "attempt-result"))
    )


def test_a_correction_names_only_people_of_ones_own_cohorts():
    theirs = answered_with(None, WRONG)
    version = theirs.enrolment.cohort.version
    type(theirs.enrolment.person).objects.filter(pk=theirs.enrolment.person_id).update(
        family_name="Elsewhere"
    )
    own = made.enrolment(version)
    question = made.question(theirs)
    client = cast.signed_in(made.trainer(own))
    page = reverse("teach-correction", args=[question.pk])
    preview = text(client.post(page, {f"q{question.pk}": WRONG, "look": "1"}))
    assert "somebody in another cohort" in preview
    assert "Elsewhere" not in preview


def test_questions_and_corrections_are_closed_to_trainers_of_other_versions():
    attempt = answered_with(None, WRONG)
    question, stranger = made.question(attempt), made.trainer(made.enrolment(made.version()))
    page = reverse("teach-correction", args=[question.pk])
    client = cast.signed_in(stranger)
    assert (client.get(page).status_code, client.post(page, {"apply": "1"}).status_code) == (404, 404)
    with pytest.raises(marks.Refused, match="Only a trainer"):
        marks.regrade(question=question, data={}, reason="x", by=stranger, preview=True)
    assert not Correction.objects.exists()
    own = cast.signed_in(made.trainer(attempt.enrolment))
    assert question.key in text(own.get(reverse("teach-questions")))


@pytest.mark.parametrize("kind", sorted(made.BANK))
def test_every_kind_can_be_corrected_on_its_page(kind):
    enrolment = made.enrolment(made.version((kind, made.BANK[kind])))
    attempt = begun(enrolment)
    attempts.submit_attempt(attempt=attempt, by=enrolment.person.user)
    question = made.question(attempt, kind)
    client = cast.signed_in(made.trainer(enrolment))
    page = reverse("teach-correction", args=[question.pk])
    assert client.get(page).status_code == 200
    assert "No mark changes" in text(client.post(page, {"look": "1"}))
    assert kind_of(kind).missing(question.data) == []
