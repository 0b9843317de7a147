"""The mail that tells somebody of a message, through the drain as it runs: one for each person and turn."""

import pytest
from django.core import mail

from lms.outbox.drain import run_once
from tests import cast
from tests.welfare import asking
from tests.welfare.asking import ask, run_after, supporter
from welfare.actions import contact
from welfare.models import ContactMail
from welfare.models.wall import as_engine

pytestmark = pytest.mark.django_db(transaction=True)


def states() -> list[str]:
    with as_engine():
        return list(ContactMail.objects.order_by("pk").values_list("state", flat=True))


def test_each_person_is_told_once_when_it_is_their_turn():
    ask(cast.user(), supporter("Wanda"), supporter("Tove"))
    run_once()
    run_once()
    assert [one.to for one in mail.outbox] == [["wanda@test.example"]]
    run_after(24.1)
    run_once()
    assert [one.to for one in mail.outbox] == [["wanda@test.example"], ["tove@test.example"]]
    assert states() == ["sent", "sent"]


def test_what_was_seen_before_is_not_mailed():
    one = supporter()
    contact.mark_seen(request=ask(cast.user(), one).pk, by=one)
    run_once()
    assert mail.outbox == []
    assert states() == ["cancelled"]


def test_it_says_nothing_but_that_there_is_a_message():
    analyst = cast.user(email="analyst@test.example")
    ask(analyst, supporter(), reach="room 4")
    run_once()
    (sent,) = mail.outbox
    for word in ("analyst", "contact", "support", "room 4", analyst.person.name):
        assert word not in f"{sent.subject} {sent.body}", word
    assert asking.state() == "open"
