import datetime as dt
import html
import json
import re

import pytest
import time_machine
from django.urls import reverse

from courses.actions import attempts, marks
from courses.kinds.questions import kind_of
from courses.kinds.questions.base import token
from courses.models import Answer, Attempt, Correction, Mark
from lms.people.enums import Role
from lms.web.markdown import render
from tests import cast
from tests.courses.assessments import made

pytestmark = pytest.mark.django_db
RIGHT, WRONG = token("The name"), token("The route")


@pytest.fixture
def enrolment():
    return made.enrolment()


def client_of(enrolment):
    return cast.signed_in(enrolment.person.user)


def begun(enrolment):
    return attempts.start_attempt(enrolment=enrolment, by=enrolment.person.user)


def page_of(attempt, name="attempt"):
    return reverse(name, args=[attempt.enrolment_id, attempt.number])


def field(attempt, kind="single"):
    return f"q{made.question(attempt, kind).pk}"


def text(response):
    return html.unescape(response.content.decode())


def test_an_assessment_without_javascript_from_the_first_page_to_the_result(enrolment):
    client, start = client_of(enrolment), reverse("assessment", args=[enrolment.pk])
    assert "What to expect" in text(client.get(start))
    page = client.post(start).headers["Location"]
    attempt = enrolment.attempts.get()
    assert "Question 1 of 1" in text(client.get(page))
    saved = client.post(page, {field(attempt): RIGHT, f"was-{field(attempt)}": "", "save": "submit"})
    assert saved.headers["Location"] == f"{page}#submit"
    assert f'value="{RIGHT}" checked' in text(client.get(page))
    result = client.post(page, {"submit": "1"}).headers["Location"]
    shown = text(client.get(result))
    assert "100 %, 1 of 1 points, passed" in shown
    assert "Yes, the name." in shown
    assert "A name has to be resolved" in shown
    assert "passed" in text(client.get(start))


SECRETS = (
    "Yes, the name.",
    "The route comes later.",
    "correct",
    "It may move within minutes.",
    "A name has to be resolved",
    "Two and a half.",
    "2.5",
    "schema",
    "explanation",
    "tolerance",
    "feedback",
)


def test_nothing_that_tells_the_right_answer_reaches_the_page_before_submission():
    enrolment = made.enrolment(made.version(*made.BANK.items(), ("essay", made.ESSAY)))
    attempt = begun(enrolment)
    shown = text(client_of(enrolment).get(page_of(attempt)))
    assert [secret for secret in SECRETS if secret.lower() in shown.lower()] == []
    submitted = attempts.submit_attempt(attempt=attempt, by=enrolment.person.user)
    result = text(client_of(enrolment).get(page_of(submitted, "attempt-result"))).lower()
    assert [secret for secret in SECRETS[:1] + SECRETS[3:8] if secret.lower() not in result] == []


def test_no_field_stands_in_the_order_of_the_answer():
    """Two attempts show the same question in orders of their own."""
    enrolment = made.enrolment(made.version(("ordering", made.ORDERING)))
    orders = set()
    for _turn in range(12):
        attempt = begun(enrolment)
        shown = text(client_of(enrolment).get(page_of(attempt)))
        orders.add(tuple(sorted(made.ORDERING["items"], key=lambda item: shown.index(f">{item}</label>"))))
        attempts.submit_attempt(attempt=attempt, by=enrolment.person.user)
    assert len(orders) > 1


def test_another_persons_enrolment_is_not_found(enrolment):
    attempt = begun(enrolment)
    stranger = cast.signed_in(cast.user(Role.ANALYST))
    pages = [reverse("assessment", args=[enrolment.pk]), page_of(attempt), page_of(attempt, "attempt-result")]
    assert [stranger.get(page).status_code for page in pages] == [404, 404, 404]
    assert stranger.post(page_of(attempt), {"submit": "1", "sure": "1"}).status_code == 404
    assert stranger.post(pages[0]).status_code == 404
    attempt.refresh_from_db()
    assert (attempt.submitted_at, Attempt.objects.count()) == (None, 1)
    assert client_of(enrolment).get(page_of(attempt)).status_code == 200


def test_a_login_without_a_person_and_a_course_without_an_assessment_are_not_found(enrolment):
    login = cast.user(Role.ANALYST)
    login.person = None
    login.save()
    assert cast.signed_in(login).get(reverse("assessment", args=[enrolment.pk])).status_code == 404
    bare = made.CourseVersion.objects.create(course=enrolment.cohort.version.course, number=2)
    enrolment.cohort.version = bare
    enrolment.cohort.save()
    address = reverse("assessment", args=[enrolment.pk])
    client = client_of(enrolment)
    assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)


def test_submitting_with_blanks_asks_once_more_and_saves_what_is_there():
    enrolment = made.enrolment(made.version(("single", made.SINGLE), ("short", made.SHORT)))
    attempt, client = begun(enrolment), client_of(enrolment)
    name = field(attempt)
    asked = client.post(page_of(attempt), {name: RIGHT, f"was-{name}": "", "submit": "1"})
    assert asked.headers["Location"] == f"{page_of(attempt)}?check=1#submit"
    assert Answer.objects.count() == 1
    assert "These questions have no answer" in text(client.get(page_of(attempt) + "?check=1"))
    client.post(page_of(attempt), {"submit": "1", "sure": "1"})
    attempt.refresh_from_db()
    assert attempt.submitted_at is not None


def test_a_double_press_an_old_window_and_the_back_button_end_at_the_same_result(enrolment):
    attempt, client = begun(enrolment), client_of(enrolment)
    name = field(attempt)
    first = client.post(page_of(attempt), {name: RIGHT, f"was-{name}": "", "submit": "1"})
    again = client.post(page_of(attempt), {name: WRONG, f"was-{name}": "", "submit": "1", "sure": "1"})
    back = client.get(page_of(attempt))
    save = client.post(page_of(attempt), {name: WRONG, f"was-{name}": "", "save": "submit"})
    result = page_of(attempt, "attempt-result")
    assert [first.headers["Location"], again.headers["Location"], back.headers["Location"]] == [result] * 3
    assert save.headers["Location"].startswith(page_of(attempt))
    assert Answer.objects.get().data == {"chosen": [RIGHT]}
    assert Mark.objects.get().points == 1


def test_an_older_window_does_not_put_back_what_a_newer_one_changed():
    enrolment = made.enrolment(made.version(("single", made.SINGLE), ("short", made.SHORT)))
    attempt, client = begun(enrolment), client_of(enrolment)
    single, short = field(attempt), field(attempt, "short")
    untouched = {single: "", f"was-{single}": "", short: "", f"was-{short}": ""}
    client.post(page_of(attempt), untouched | {single: RIGHT, "save": ""})
    client.post(page_of(attempt), untouched | {short: "Schema", "save": ""})
    assert Answer.objects.count() == 2


def test_autosave_says_what_was_saved_and_when_nothing_is_any_more(enrolment):
    attempt, client = begun(enrolment), client_of(enrolment)
    name, accept = field(attempt), {"Accept": "application/json"}
    sent = {name: RIGHT, f"was-{name}": ""}
    first = client.post(page_of(attempt), sent, headers=accept)
    again = client.post(page_of(attempt), sent, headers=accept)
    assert first.json() == again.json()
    kept = first.json()["saved"][f"was-{name}"]
    assert client.post(page_of(attempt), {name: RIGHT, f"was-{name}": kept}, headers=accept).json() == {
        "saved": {}
    }
    attempts.submit_attempt(attempt=attempt, by=enrolment.person.user)
    late = client.post(page_of(attempt), {name: WRONG, f"was-{name}": kept}, headers=accept)
    assert late.status_code == 409
    assert "submitted already" in late.json()["sentence"]
    assert Answer.objects.get().data == {"chosen": [RIGHT]}


def test_leaving_saves_and_shows_a_screen_that_tells_nothing(enrolment):
    attempt, client = begun(enrolment), client_of(enrolment)
    name = field(attempt)
    left = client.post(page_of(attempt), {name: RIGHT, f"was-{name}": "", "leave": "1"}, follow=True)
    assert left.redirect_chain[-1][0] == reverse("left")
    assert "Tracing" not in text(left)
    assert Answer.objects.count() == 1
    attempt.refresh_from_db()
    assert attempt.submitted_at is None


def test_when_the_time_is_over_what_was_saved_counts_and_the_page_says_so():
    enrolment = made.enrolment(made.version(minutes=30))
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as now:
        attempt, client = begun(enrolment), client_of(enrolment)
        assert "Your time ends on" in text(client.get(page_of(attempt)))
        name = field(attempt)
        client.post(page_of(attempt), {name: RIGHT, f"was-{name}": "", "save": ""})
        now.shift(dt.timedelta(minutes=31))
        assert "The time for this attempt is over" in text(client.get(page_of(attempt)))
        late = client.post(page_of(attempt), {name: WRONG, f"was-{name}": "", "save": ""})
    assert late.headers["Location"] == page_of(attempt, "attempt-result")
    assert Mark.objects.get().points == 1


def test_attempts_that_are_used_up_cannot_be_begun_by_hand():
    enrolment = made.enrolment(made.version(attempts=1))
    attempts.submit_attempt(attempt=begun(enrolment), by=enrolment.person.user)
    client, start = client_of(enrolment), reverse("assessment", args=[enrolment.pk])
    assert "All attempts are used" in text(client.get(start))
    refused = client.post(start, follow=True)
    assert "All attempts at this assessment are used." in text(refused)
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize("name", ["assessment", "attempt", "attempt-result"])
def test_a_page_costs_the_same_however_many_questions_it_has(name):
    counts = []
    for length in (1, 15):
        enrolment = made.enrolment(made.version(*[("single", made.SINGLE)] * length))
        attempt = begun(enrolment)
        if name == "attempt-result":
            attempts.submit_attempt(attempt=attempt, by=enrolment.person.user)
        address = reverse(name, args=[enrolment.pk]) if name == "assessment" else page_of(attempt, name)
        counts.append(cast.queries_of(client_of(enrolment), address))
    assert counts[0] == counts[1]


def test_authors_text_is_cleaned_and_answers_are_escaped():
    nasty = {**made.SHORT, "prompt": "<script>alert(1)</script> What?", "accepted": ["x"]}
    enrolment = made.enrolment(made.version(("short", nasty)))
    attempt, client = begun(enrolment), client_of(enrolment)
    name = field(attempt, "short")
    client.post(page_of(attempt), {name: "<img src=x>", f"was-{name}": "", "submit": "1"})
    shown = client.get(page_of(attempt, "attempt-result")).content.decode()
    assert "<script>alert" not in shown
    assert "<img src=x>" not in shown
    assert "&lt;img src=x&gt;" in shown
    assert str(render("**x**")) == "<p><strong>x</strong></p>\n"


# --- the trainer's side


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


def test_extra_time_is_given_on_a_page_of_the_trainers():
    enrolment = made.enrolment(made.version(minutes=30))
    client = cast.signed_in(made.trainer(enrolment))
    assert enrolment.person.name in text(client.get(reverse("teach-extra-times")))
    page = reverse("teach-extra-time", args=[enrolment.pk])
    assert client.post(page, {"per_cent": "50"}).status_code == 302
    assert "45 minutes" in text(client_of(enrolment).get(reverse("assessment", args=[enrolment.pk])))
    stranger = cast.signed_in(made.trainer(made.enrolment(made.version(minutes=30))))
    assert stranger.post(page, {"per_cent": "0"}).status_code == 404
    enrolment.extra_time.refresh_from_db()
    assert enrolment.extra_time.per_cent == 50
