"""/admin/deliveries/: what was not delivered, why, and what an administrator does about it."""

import re

import pytest
from django.core import mail

from courses.actions.nudges import plan_nudges
from courses.models import Nudge
from lms.kit.errors import Refused
from lms.outbox import moves
from lms.outbox.drain import run_once
from lms.outbox.states import State
from lms.people.actions.deliveries import give_up_delivery, retry_delivery
from lms.people.enums import Role
from lms.people.models import InvitationMail
from lms.web import deliveries
from lms.web.notices import source
from tests import cast
from tests.courses.nudges import made as nudged
from tests.outbox import made

pytestmark = pytest.mark.django_db
PAGE = "/admin/deliveries/"
NOBODYS = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def own_navigation():
    """The real one: these pages are asked with a database."""


@pytest.fixture(autouse=True)
def own_notices():
    """The real ones too."""
    assert source("training")


def held(to="new@test.example", state=State.FAILED, fault="SMTP 550 5.1.1"):
    made.mail(to)
    row = moves.claim(InvitationMail)
    if state == State.UNCERTAIN:
        moves.begin(row)
    moves.move(row, state, fault=fault)
    row.refresh_from_db()
    return row


def uuid_of(row):
    return row.message_id[1:].partition("@")[0]


@pytest.fixture
def page():
    return cast.signed_in(made.administrator())


def test_nothing_waits(page):
    assert "No mail waits for you." in page.get(PAGE).text


def test_parked_and_uncertain_mails_are_listed_with_their_reason_and_without_their_words(page):
    held()
    held("other@test.example", State.UNCERTAIN, "TimeoutError")
    made.mail("third@test.example")
    text = page.get(PAGE).text
    assert all(word in text for word in ("new@test.example", "SMTP 550 5.1.1", "parked", "uncertain"))
    assert "third@test.example" not in text
    assert "Choose your password" not in text


def test_the_kind_of_a_nudge_is_not_told(page):
    nudged.not_begun(nudged.analyst())
    plan_nudges()
    moves.move(moves.claim(Nudge), State.FAILED, fault="SMTP 550")
    text = page.get(PAGE).text
    assert re.search(r"<td>\s*message\s*</td>", text)
    assert "begun" not in text
    assert "tracing" not in text.lower()


def test_trying_again_asks_first_and_sends(page):
    row = held()
    url = f"{PAGE}{uuid_of(row)}/retry/"
    assert "is tried once more" in page.get(url).text
    assert InvitationMail.objects.get().state == State.FAILED
    assert page.post(url).url == PAGE
    run_once()
    assert InvitationMail.objects.get().state == State.SENT
    assert len(mail.outbox) == 1
    assert page.post(url).status_code == 404


def test_an_uncertain_mail_is_tried_again_with_a_warning(page):
    row = held(state=State.UNCERTAIN)
    assert "it may come twice" in page.get(f"{PAGE}{uuid_of(row)}/retry/").text


def test_giving_up_asks_first_and_is_final(page):
    row = held()
    url = f"{PAGE}{uuid_of(row)}/give-up/"
    assert "is never sent" in page.get(url).text
    page.post(url)
    run_once()
    assert InvitationMail.objects.get().state == State.CANCELLED
    assert not mail.outbox


@pytest.mark.parametrize("url", [f"{NOBODYS}/retry/", f"{NOBODYS}/give-up/", "delivery/1/retry/"])
def test_a_mail_that_waits_for_nobody_is_not_found(page, url):
    assert page.get(PAGE + url).status_code == 404
    assert page.post(PAGE + url).status_code == 404


@pytest.mark.parametrize("act", [retry_delivery, give_up_delivery])
def test_nobody_but_an_administrator_decides(act):
    row = held()
    with pytest.raises(Refused):
        act(message=row, by=cast.user(Role.STAFF))
    assert InvitationMail.objects.get().state == State.FAILED


@pytest.mark.parametrize("act", [retry_delivery, give_up_delivery])
def test_two_administrators_decide_once(act):
    row = held()
    give_up_delivery(message=row, by=made.administrator())
    with pytest.raises(Refused):
        act(message=row, by=made.administrator())
    assert InvitationMail.objects.get().state == State.CANCELLED


def test_the_page_costs_the_same_at_one_and_at_three_rows(page):
    held()
    at_one = cast.queries_of(page, PAGE)
    for nth in range(2):
        held(f"new{nth}@test.example")
    assert cast.queries_of(page, PAGE) == at_one


def test_a_mail_that_is_late_is_told(page, monkeypatch):
    assert "has waited" not in page.get(PAGE).text
    monkeypatch.setattr(deliveries, "oldest_due_seconds", lambda: 900.0)
    assert "has waited for 15 minutes" in page.get(PAGE).text
