"""What is said to the server before the mail is known changes nothing of what becomes of it."""

import pytest

from lms.outbox import transport
from lms.outbox.drain import run_once
from lms.outbox.states import State
from lms.people.actions.invitations import withdraw_invitation
from lms.people.models import InvitationMail
from tests.outbox import made

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[False, True], ids=["one at a time", "several at a time"], autouse=True)
def server(sink, request, monkeypatch):
    """Slow enough in one case that nothing was answered when the mail is ready, never so in the other."""
    sink.pipelining = request.param
    return sink


@pytest.mark.parametrize(
    ("answer", "ended"),
    [
        ("450", State.RETRY),
        ("550", State.FAILED),
        ("data 451", State.RETRY),
        ("data 554", State.FAILED),
        ("421", State.RETRY),
        ("bye", State.RETRY),
        ("drop", State.UNCERTAIN),
        ("vanish", State.UNCERTAIN),
    ],
)
def test_one_that_is_not_taken_and_the_next_that_is(server, answer, ended):
    first, second = made.mails(2)
    server.answers["new0@test.example"] = [answer]
    assert run_once().ended == {ended: 1, State.SENT: 1}
    assert server.ids == {second.message_id: 1} | ({first.message_id: 1} if answer == "drop" else {})


def test_many_go_over_one_connection(server):
    mails = made.mails(5)
    assert run_once().ended == {State.SENT: 5}
    assert server.ids == {mail.message_id: 1 for mail in mails}
    assert server.connections == 1


@pytest.mark.parametrize("answer", ["421", "bye"])
def test_a_server_that_hangs_up_between_two_mails_is_called_again_and_no_try_is_used(server, answer):
    mails = made.mails(3)
    server.senders = ["", answer]
    assert run_once().ended == {State.SENT: 3}
    assert server.ids == {mail.message_id: 1 for mail in mails}
    assert server.connections == 2
    assert set(InvitationMail.objects.values_list("tries", flat=True)) == {1}


def test_a_refused_sender_is_ours_to_mend_and_never_for_good(server):
    first, second = made.mails(2)
    server.senders = ["550"]
    assert run_once().ended == {State.RETRY: 1, State.SENT: 1}
    assert InvitationMail.objects.get(pk=first.pk).fault == "SMTP 550"
    assert server.ids == {second.message_id: 1}


def test_a_server_that_always_hangs_up_is_not_called_without_end(server):
    made.mail()
    server.senders = ["421"] * 9
    assert run_once().ended == {State.RETRY: 1}
    assert len(server.senders) == 7


def test_one_that_is_no_longer_wanted_leaves_nothing_said(server):
    first, second, third = made.mails(3)
    withdraw_invitation(invitation=second.invitation, by=made.administrator())
    assert run_once().ended == {State.SENT: 2, State.CANCELLED: 1}
    assert server.ids == {first.message_id: 1, third.message_id: 1}
    assert server.connections == 1


def test_a_server_that_is_silent_is_not_one_that_hung_up():
    silent, gone = (transport.smtplib.SMTPServerDisconnected("Connection unexpectedly closed") for _ in "12")
    # As smtplib raises it: while it handles the other.
    silent.__context__ = TimeoutError()
    assert [transport._hung_up(error) for error in (silent, gone, ConnectionResetError())] == [
        False,
        True,
        True,
    ]
