"""Every address of the site that shows a page, seen by somebody who may enter, at both widths, light and dark.

The addresses are those of the table in tests/house, so that a page that comes is looked at without asking.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courses.actions import attempts
from courses.models import Certificate, Course, Enrolment
from lms.people.models import Person, User
from tests import cast
from tests.browser import EVERY, HARDEST
from tests.house.test_own_and_anothers import OWNERS as OWNED
from tests.house.test_urls_as_every_role import ANONYMOUS, EVERYBODY, POSTED, TABLE, login, things
from tests.journeys.learning.conftest import window
from tests.journeys.test_ground_floor import faults

__all__ = ["things", "window"]
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
ELSEWHERE = "looked at in tests/journeys/learning, where there is something in it to see"
BESIDE = "looked at in tests/journeys/welfare, where there is something in it to see"
LEADS_ON = "leads on to another page"
A_FILE = "gives a file, or data for machines"
A_QUESTION = "needs a question in its address"
A_STEP = "a step of signing in, shown only in the middle of it"
WITH_A_FACTOR = "shown only to a login that has set up a second factor"
# Addresses that show nobody a page here, and why; beside them those that take a press of a button only.
UNSEEN = {
    "lesson": ELSEWHERE,
    "attempt-result": ELSEWHERE,
    "support-shared": BESIDE,
    "support-person": BESIDE,
    "support-help-entry": BESIDE,
    "teach-essay": ELSEWHERE,
    "teach-correction": ELSEWHERE,
    "teach-extra-time": ELSEWHERE,
    "as-others-see-my": ELSEWHERE,
    "learn": LEADS_ON,
    "own-hotlines": LEADS_ON,
    "staff-counts-facts": "needs a question in its address; looked at from the page of the counts",
    "staff-counts-download": A_FILE,
    "own-certificate": A_FILE,
    "own-transcript-pdf": A_FILE,
    "own-transcript-csv": A_FILE,
    "staff-certificate": A_FILE,
    "staff-upload-rejected": A_FILE,
    "staff-bulk-rows": A_FILE,
    "staff-funder-file": A_FILE,
    "ops:healthz": A_FILE,
    "ops:readyz": A_FILE,
    "ops:metrics": A_FILE,
    "learn-media": A_FILE,
    "teach-media-file": A_FILE,
    "own-training-csv": A_FILE,
    "own-evidence": A_FILE,
    "staff-evidence": A_FILE,
    "staff-feedback-download": A_FILE,
    "staff-figure-download": A_FILE,
    "teach-register-marks": A_FILE,
    "calendar-feed": A_FILE,
    "staff-figure-facts": A_QUESTION,
    "own-year-facts": A_QUESTION,
    "exchange-report": "looked at in tests/journeys/test_exchanges.py, where there is a visit to report",
    "feedback-answer": "looked at in tests/courses/feedback, where somebody is asked",
    "teach-sign-off": "looked at in tests/courses/cohorts, where somebody is signed off",
    "teach-message": "shows one message that was written; the page it is written on is looked at",
    "notice-off": "needs the link of a mail; looked at in tests/journeys/learning/test_notices.py",
    "checkin-mail": "of whoever has reminders; looked at in tests/welfare/test_mail_in_a_browser.py",
    "gathering-forget": "asks one thing, of somebody who registered",
    "own-onboarding": "where the hotline has a plan; the same plan is looked at as staff see it",
    "accept-invitation": "needs an invitation's link; an invalid one is looked at with the errors",
    "account_email": "closed to everybody",
    "own-token-new": "asks who is there first; looked at in tests/journeys/test_tokens.py",
    "own-token-end": "looked at in tests/journeys/test_tokens.py, where somebody has a token",
    **dict.fromkeys((name for name, door in TABLE.items() if door.by_token), A_FILE),
    "api-schema": A_FILE,
    "account_confirm_login_code": A_STEP,
    "mfa_authenticate": A_STEP,
    "mfa_reauthenticate": A_STEP,
    "mfa_reauthenticate_webauthn": A_STEP,
    "mfa_login_webauthn": A_STEP,
    "mfa_deactivate_totp": WITH_A_FACTOR,
    "mfa_view_recovery_codes": WITH_A_FACTOR,
    "mfa_download_recovery_codes": WITH_A_FACTOR,
    "mfa_remove_webauthn": WITH_A_FACTOR,
    "mfa_edit_webauthn": WITH_A_FACTOR,
}
PAGES = [name for name, door in TABLE.items() if name not in UNSEEN and door.answers != POSTED]
OWNERS = ("author", "learner", "holder")


@pytest.fixture
def people(things: dict[str, Any]) -> dict[str, User | None]:
    """Those whose own things the addresses are about, one login of each role, and nobody."""
    enrolled = Enrolment.objects.get(pk=things["enrolment"])
    attempts.start_attempt(enrolment=enrolled, by=enrolled.person.user)
    author = Course.objects.get(slug=things["written"]).authors.get()
    roles = {role: login(role) for role in sorted(EVERYBODY - {ANONYMOUS})}
    for role, owning in OWNED.items():
        owning.own(roles[role])
    return {
        "author": author,
        "learner": enrolled.person.user,
        "holder": login_of(Certificate.objects.get(pk=things["certificate"]).person),
        **roles,
        ANONYMOUS: None,
    }


def login_of(person: Person) -> User:
    known = User.objects.filter(person=person).first()
    return known or User.objects.create(email="holder@test.example", person=person, password="!")


def seen(
    things: dict[str, Any], people: dict[str, User | None], names: list[str]
) -> Iterator[tuple[str, str, str]]:
    """Name and path of each of these addresses that shows a page, with who is shown it."""
    clients = {who: cast.signed_in(user) for who, user in people.items()}
    for name in names:
        door = TABLE[name]
        path = reverse(name, args=[things.get(arg, arg) for arg in door.args])
        for who, client in clients.items():
            if (who in door.for_whom or who in OWNERS) and shows_a_page(client, path):
                yield name, path, who
                break


def shows_a_page(client: Client, path: str) -> bool:
    answer = client.get(path)
    return answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")


def look(window, people, pages, looks) -> list[str]:
    opened: dict[str, Any] = {}
    wrong = []
    for name, path, who in pages:
        if who not in opened:
            opened[who] = window(people[who], reduced_motion="reduce")
        answer = opened[who].goto(path)
        if answer.status != 200:
            wrong.append(f"{name}: {answer.status}")
        wrong += faults(opened[who], looks)
    return wrong


def test_some_pages_are_accessible_and_need_no_sideways_scroll(window, things, people):
    assert look(window, people, list(seen(things, people, PAGES[::12])), HARDEST) == []


@pytest.mark.long
def test_every_page_is_accessible_and_needs_no_sideways_scroll(window, things, people):
    pages = list(seen(things, people, PAGES))
    assert [name for name, _path, _who in pages] == PAGES
    assert look(window, people, pages, EVERY) == []


def test_every_reason_is_of_an_address_that_there_is():
    assert set(UNSEEN) < set(TABLE)
    assert all(UNSEEN.values())
