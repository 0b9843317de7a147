"""An attempt in the browser: nothing is lost or given away, from the first page to the result."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from courses.actions import attempts
from courses.models import Answer, Attempt, Mark
from lms.people.enums import Role
from lms.web.markdown import render
from tests import cast
from tests.courses.assessments import made
from tests.courses.assessments.pages import RIGHT, WRONG, begun, client_of, field, page_of, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment():
    return made.enrolment()


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
