"""What becomes of a mail, whatever the server does."""

from itertools import pairwise

import pytest

from lms.outbox import channels, moves
from lms.outbox.drain import run_once
from lms.outbox.states import State
from lms.people.actions.invitations import withdraw_invitation
from lms.people.models import InvitationMail
from tests.outbox import made

pytestmark = pytest.mark.django_db(transaction=True)


def only() -> InvitationMail:
    return InvitationMail.objects.get()


def test_a_mail_is_sent_once_and_carries_its_message_id(sink):
    mail = made.mail()
    assert run_once().ended == {State.SENT: 1}
    assert not run_once().ended
    (taken,) = sink.taken
    assert (taken["Message-ID"], taken["To"]) == (mail.message_id, "new@test.example")
    assert only().sent_at is not None


def test_a_batch_goes_over_one_connection(sink):
    made.mails(5)
    run_once()
    assert len(sink.taken) == 5
    assert sink.connections == 1


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("450 4.2.1", "SMTP 450 4.2.1"),
        ("data 451", "SMTP 451"),
        ("421", "SMTP 421"),
        ("bye", "SMTPServerDisconnected"),
    ],
)
def test_what_is_refused_for_now_is_tried_again_later_with_the_same_id(sink, answer, fault):
    mail = made.mail()
    sink.answers["new@test.example"] = [answer]
    assert run_once().ended == {State.RETRY: 1}
    assert (only().fault, only().tries, sink.taken) == (fault, 1, [])
    assert not run_once().ended, "it was tried again without waiting"
    made.now_due()
    assert run_once().ended == {State.SENT: 1}
    assert sink.ids == {mail.message_id: 1}


@pytest.mark.parametrize("answer", ["550 5.1.1", "data 554 5.6.0"])
def test_what_is_refused_for_good_is_parked_at_once(sink, answer):
    made.mail()
    sink.answers["new@test.example"] = [answer]
    assert run_once().ended == {State.FAILED: 1}
    assert only().fault == f"SMTP {answer.removeprefix('data ')}"
    made.drained(3)
    assert (only().state, only().tries, sink.taken) == (State.FAILED, 1, [])


def test_a_fault_names_no_address(sink):
    made.mail()
    sink.answers["new@test.example"] = ["550 5.1.1"]
    run_once()
    assert "@" not in only().fault


def test_a_mail_is_parked_after_its_fifth_try(sink):
    made.mail()
    sink.answers["new@test.example"] = ["450"] * 9
    made.drained(8)
    assert (only().state, only().tries) == (State.FAILED, 5)


@pytest.mark.parametrize("answer", ["drop", "hang", "vanish"])
class TestUncertain:
    def test_what_may_have_been_taken_is_held(self, sink, settings, answer):
        settings.OUTBOX_UNCERTAIN = "hold"
        mail = made.mail()
        sink.answers["new@test.example"] = [answer]
        assert run_once().ended == {State.UNCERTAIN: 1}
        made.drained(3)
        assert only().state == State.UNCERTAIN
        assert sink.ids[mail.message_id] == (answer != "vanish")

    def test_or_sent_again_where_the_operator_would_rather_have_it_twice(self, sink, settings, answer):
        settings.OUTBOX_UNCERTAIN = "resend"
        mail = made.mail()
        sink.answers["new@test.example"] = [answer]
        assert run_once().ended == {State.UNCERTAIN: 1}
        made.drained(3)
        assert only().state == State.SENT
        assert sink.ids[mail.message_id] == (1 if answer == "vanish" else 2)


def test_an_outage_of_the_server_uses_up_no_try(sink):
    made.mail()
    sink.stop()
    for _tick in range(7):
        assert run_once().unreachable
    assert (only().state, only().tries) == (State.PENDING, 0)


def test_a_connection_lost_between_two_mails_is_made_anew(sink):
    _first, second = made.mails(2)
    sink.answers["new0@test.example"] = ["421"]
    assert run_once().ended == {State.RETRY: 1, State.SENT: 1}
    assert sink.ids == {second.message_id: 1}
    assert sink.connections == 2


def test_one_poisoned_row_holds_up_no_other(sink, monkeypatch):
    made.mails(3)
    poisoned = InvitationMail.objects.get(invitation__email="new0@test.example")
    poisoned.invitation.email = "no address\nBcc: everybody@test.example"
    poisoned.invitation.save(update_fields=["email"])
    assert run_once().ended == {State.FAILED: 1, State.SENT: 2}
    assert len(sink.taken) == 2


def test_a_row_that_no_mail_can_be_made_of_is_tried_five_times_and_parked(sink, monkeypatch):
    made.mails(2)
    channel = channels._channels["invitationmail"]

    def compose(row):
        if row.invitation.email.startswith("new0"):
            InvitationMail.objects.raw("SELECT broken")[0]
        return channel.compose(row)

    broken = channels.Channel(channel.model, compose, channel.addresses, channel.label, channel.related)
    monkeypatch.setitem(channels._channels, "invitationmail", broken)
    made.drained(7)
    assert made.states() == {"new0@test.example": State.FAILED, "new1@test.example": State.SENT}


def test_a_mail_that_is_no_longer_wanted_is_not_sent(sink):
    mail = made.mail()
    withdraw_invitation(invitation=mail.invitation, by=made.administrator())
    assert run_once().ended == {State.CANCELLED: 1}
    assert sink.taken == []
    assert only().fault == "the invitation is no longer open"


class TestByHand:
    def held(self, sink, answer="550"):
        mail = made.mail()
        sink.answers["new@test.example"] = [answer]
        run_once()
        return mail

    def test_a_parked_mail_is_sent_once_more_when_somebody_asks(self, sink):
        mail = self.held(sink)
        assert moves.retry(mail)
        assert run_once().ended == {State.SENT: 1}
        assert not moves.retry(mail)

    def test_a_mail_given_up_is_never_sent(self, sink):
        mail = self.held(sink)
        assert moves.give_up(mail)
        assert not moves.retry(mail)
        made.drained(2)
        assert sink.taken == []
        assert only().fault == "SMTP 550"

    def test_a_mail_on_its_way_is_in_nobodys_hands(self, sink):
        mail = made.mail()
        assert not moves.give_up(mail)
        assert not moves.retry(mail)
        assert only().state == State.PENDING


def test_the_wait_between_tries_grows_and_is_never_the_same_for_all():
    waits = [[moves.wait(tries).total_seconds() for _ in range(50)] for tries in (1, 2, 3, 4)]
    assert all(max(sooner) < min(later) for sooner, later in pairwise(waits))
    assert all(len(set(one)) > 1 for one in waits)
