"""A self-care course that somebody keeps to themselves: no page shows anybody else the name beside it."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from courses.actions.attempts import save_answers, start_attempt, submit_attempt
from courses.actions.enrolments import enrol, hide
from courses.actions.progress import finish_lesson
from courses.models import Certificate, Enrolment
from courses.queries.attempts import puts
from courses.web.words import unseen
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.people.enums import Role
from tests import cast
from tests.courses.assessments import made as assessed
from tests.courses.cohorts import made
from tests.courses.learn import school
from tests.house.test_urls_as_every_role import TABLE

pytestmark = pytest.mark.django_db
# What machines ask for, and what is about one's own login.
OTHER = ("ops:", "account_", "mfa_")
NAME, TITLE, ESSAY = "Zephyrine", "Kindly-Aftershift", "The text of an essay."
COUNTS = [
    f"online.{stage}.{unit}"
    for stage in ("enrolled", "completed")
    for unit in ("participations", "people", "unidentified")
]


@pytest.fixture
def taken() -> dict[str, Enrolment]:
    """Two self-care courses of one analyst: one completed with a certificate, one with an essay to mark."""
    login = cast.user(Role.ANALYST)
    cast.affiliate(login.person, cast.hotline())
    login.person.family_name = NAME
    login.person.save()
    done = enrol(cohort=school.course(TITLE, self_care=True), person=login.person, by=login)
    for lesson in done.cohort.version.lessons.all():
        finish_lesson(enrolment=done, lesson=lesson, by=login)
    version = assessed.version(("essay", assessed.ESSAY), ("single", assessed.SINGLE))
    version.course.self_care = True
    version.course.save()
    written = assessed.enrolment(version, login)
    attempt = start_attempt(enrolment=written, by=login)
    answers = {
        put.question.pk: {"text": ESSAY} if put.question.kind == "essay" else put.kind.right(put.data)
        for put in puts(attempt)
    }
    save_answers(attempt=attempt, answers=answers, by=login)
    submit_attempt(attempt=attempt, by=login)
    return {"done": done, "written": written}


def clients(taken: dict[str, Enrolment]) -> dict[Role, Client]:
    """One of each role, and none of them the analyst concerned."""
    trainer = cast.user(Role.TRAINER)
    for one in taken.values():
        one.cohort.trainers.add(trainer)
        one.cohort.version.course.authors.add(trainer)
    logins = {
        Role.TRAINER: trainer,
        Role.HOTLINE_MANAGER: cast.user(Role.HOTLINE_MANAGER, cast.hotline()),
        Role.STAFF: cast.user(Role.STAFF),
        Role.WELFARE_OFFICER: cast.user(Role.WELFARE_OFFICER),
        Role.ADMINISTRATOR: cast.user(Role.ADMINISTRATOR),
        Role.ANALYST: cast.user(Role.ANALYST),
    }
    return {who: cast.signed_in(login) for who, login in logins.items()}


def addresses(one: Enrolment, role: Role) -> Iterator[str]:
    """Every address open to the role, about this enrolment wherever an address is about something."""
    certificate = Certificate.objects.filter(person=one.person).first()
    attempt = one.attempts.first()
    answer = attempt.answers.filter(question__kind="essay").first() if attempt else None
    things = {
        "course": one.cohort.version.course.slug,
        "written": one.cohort.version.course.slug,
        "number": one.cohort.version.number,
        "enrolment": one.pk,
        "cohort": one.cohort_id,
        "question": attempt and one.cohort.version.questions.get(kind="single").pk,
        "certificate": certificate.pk,
        "code": certificate.code,
        "holder": one.person_id,
        "person": one.person_id,
        "hotline": cast.hotline().pk,
        "activity": one.cohort.activity_id,
        "user": one.person.user.pk,
        "1": answer.pk if answer else 1,
    }
    for name, door in TABLE.items():
        if role in door.for_whom and not name.startswith(OTHER):
            with suppress(NoReverseMatch):
                yield reverse(name, args=[things.get(arg) or arg for arg in door.args])
    if role == Role.STAFF:
        yield from (f"/staff/people/?q={NAME}", f"/staff/counts/?year={today().year}", *behind_counts())


def behind_counts() -> Iterator[str]:
    for count in COUNTS:
        yield f"/staff/counts/facts/?year={today().year}&count={count}"
        yield f"/staff/counts/facts/?year={today().year}&count={count}&hotline=Linea"


def title(one: Enrolment) -> str:
    return one.cohort.version.title


def shown_together(taken: dict[str, Enrolment]) -> set[tuple[Role, str]]:
    """(who, address) of every page that has the analyst's name and a course of theirs on it."""
    found = set()
    titles = [title(one) for one in taken.values()]
    for who, client in clients(taken).items():
        for address in sorted({address for one in taken.values() for address in addresses(one, who)}):
            text = page_of(client, address)
            if NAME in text and any(one in text for one in titles):
                found.add((who, address.split("?")[0]))
    return found


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/"):
        return ""
    return answer.text


def hide_all(taken: dict[str, Enrolment]) -> None:
    for one in taken.values():
        hide(enrolment=one, hidden=True, by=one.person.user)


def test_no_page_shows_the_name_beside_the_course(taken):
    hide_all(taken)
    assert shown_together(taken) == set()


@pytest.mark.long
def test_the_same_walk_finds_every_page_that_would(taken):
    one = taken["done"]
    found = shown_together(taken)
    hotline, certificate = cast.hotline().pk, Certificate.objects.get(person=one.person)
    essay = taken["written"].attempts.get().answers.get(question__kind="essay")
    assert found >= {
        (Role.HOTLINE_MANAGER, f"/hotline/{hotline}/"),
        (Role.STAFF, f"/staff/hotlines/{hotline}/"),
        (Role.STAFF, f"/staff/people/{one.person_id}/"),
        (Role.STAFF, f"/staff/activities/{one.cohort.activity_id}/"),
        (Role.STAFF, "/staff/counts/facts/"),
        (Role.STAFF, f"/certificates/{certificate.pk}/revoke/"),
        (Role.TRAINER, f"/certificates/{certificate.pk}/revoke/"),
        (Role.TRAINER, f"/teach/cohorts/{one.cohort_id}/"),
        (Role.TRAINER, "/teach/marks/"),
        (Role.TRAINER, f"/teach/marks/{essay.pk}/"),
    }


class TestHidden:
    """What is left of it where the name was."""

    @pytest.fixture(autouse=True)
    def _hidden(self, taken):
        hide_all(taken)

    def test_a_manager_sees_it_in_no_number_either(self, taken):
        client = clients(taken)[Role.HOTLINE_MANAGER]
        text = client.get(f"/hotline/{cast.hotline().pk}/").text
        assert NAME in text
        assert "No training is recorded for this hotline." in text

    def test_staff_count_it_and_read_no_name_nor_who_recorded_it(self, taken):
        client = clients(taken)[Role.STAFF]
        for unit in ("participations", "people"):
            url = f"/staff/counts/facts/?year={today().year}&count=online.completed.{unit}"
            text = client.get(url).text
            assert '<p class="figure">1</p>' in text
            assert unseen() in text
        activity = client.get(f"/staff/activities/{taken['done'].cohort.activity_id}/").text
        assert "1 person keeps this self-care course to themselves" in activity

    def test_staff_find_no_document_of_it_and_revoke_it_by_its_code(self, taken):
        client, one = clients(taken)[Role.STAFF], Certificate.objects.get()
        url = reverse("staff-certificate", args=[one.person_id, one.pk])
        assert client.get(url).status_code == 404
        answer = client.post(reverse("revoke-certificate", args=[one.pk]), {"reason": "Forged."})
        assert answer.url == reverse("verify-code", args=[one.code])
        one.refresh_from_db()
        assert one.revoked_because == "Forged."

    def test_the_analyst_sees_all_of_it(self, taken):
        client = cast.signed_in(taken["done"].person.user)
        text = client.get("/me/").text
        assert title(taken["done"]) in text
        assert Certificate.objects.get().code in text
        assert title(taken["done"]).encode() in b"".join(client.get("/me/transcript.csv").streaming_content)

    def test_a_trainer_marks_the_essay_and_the_course_is_completed(self, taken):
        client, one = clients(taken)[Role.TRAINER], taken["written"]
        answer = one.attempts.get().answers.get(question__kind="essay")
        url = reverse("teach-essay", args=[answer.pk])
        text = client.get(url).text
        assert ESSAY in text
        assert unseen() in text
        client.post(url, {"after": "0", "criterion-0": "2", "criterion-1": "1"})
        assert Certificate.objects.filter(entry__participation=one.participation).exists()

    def test_a_trainer_of_the_cohort_finds_no_certificate_of_it(self, taken):
        url = reverse("revoke-certificate", args=[Certificate.objects.get().pk])
        assert clients(taken)[Role.TRAINER].get(url).status_code == 404

    def test_essays_are_not_sorted_by_the_name_they_do_not_show(self, taken):
        version = taken["written"].cohort.version
        for name in ("Aaa", "Bbb"):
            login = cast.user(Role.ANALYST)
            login.person.family_name = name
            login.person.save()
            other = assessed.enrolment(version, login, taken["written"].cohort)
            attempt = start_attempt(enrolment=other, by=login)
            essay = version.questions.get(kind="essay")
            save_answers(attempt=attempt, answers={essay.pk: {"text": "x"}}, by=login)
            submit_attempt(attempt=attempt, by=login)
        text = clients(taken)[Role.TRAINER].get("/teach/marks/?sort=who").text
        assert text.index(unseen()) < text.index("Aaa") < text.index("Bbb")


@pytest.mark.parametrize("rule", ["needs_sign_off", "needs_attendance"])
def test_what_ends_with_a_trainers_eyes_cannot_be_hidden(rule):
    cohort = made.cohort(self_care=True, **{"needs_sign_off": False, rule: True})
    one = made.person(cohort)
    with pytest.raises(Refused, match="A trainer has to see"):
        hide(enrolment=one, hidden=True, by=one.person.user)
    login = cast.user(Role.ANALYST)
    with pytest.raises(Refused, match="A trainer has to see"):
        enrol(cohort=cohort, person=login.person, by=login, hidden=True)
    assert not Enrolment.objects.filter(hidden=True).exists()
    assert Enrolment.objects.count() == 1
    text = cast.signed_in(one.person.user).get(f"/courses/{cohort.version.course.slug}/").text
    assert "cannot be kept to yourself" in text
    assert "Keep it to myself" not in text
