"""The database lets a mail go the ways of MOVES and no other, whoever asks."""

import datetime as dt
from contextlib import suppress

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.kit.moment import DatabaseClock
from lms.outbox import moves
from lms.outbox.states import LEASED, MOVES, State, sources
from lms.people.models import InvitationMail
from tests.outbox import made

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def row() -> InvitationMail:
    return InvitationMail.objects.get()


def put(state: State, **columns: object) -> bool:
    """Ask the database for a state, with what the state needs; whether it was done."""
    needs: dict[str, object] = {"lease_until": DatabaseClock() + HOUR if state in LEASED else None}
    needs["sent_at"] = DatabaseClock() if state == State.SENT else None
    needs["tries"] = row().tries + (state == State.CLAIMED)
    try:
        with transaction.atomic():
            InvitationMail.objects.update(state=state, **needs | columns)
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name != "outbox_move":
            raise
        return False
    return True


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(State), max_size=12))
def test_every_way_through_the_states_is_one_of_the_moves(db, wanted):
    with transaction.atomic():
        made.mail()
        here, tries = State.PENDING, 0
        for state in wanted:
            if state == here:
                continue
            done = put(state)
            assert done == (state in MOVES[here]), (here, state)
            here, tries = (state, tries + (state == State.CLAIMED)) if done else (here, tries)
            assert (row().state, row().tries) == (here, tries)
        transaction.set_rollback(True)


def test_a_sent_mail_and_a_cancelled_one_are_final():
    assert MOVES[State.SENT] == MOVES[State.CANCELLED] == frozenset()


def test_only_a_handed_over_mail_can_be_sent():
    assert set(sources(State.SENT)) == {State.TRANSMITTING, State.UNCERTAIN}


@pytest.mark.parametrize(
    "columns",
    [
        {"tries": 3},
        {"fault": "x"},
        {"message_id": "<another@test.example>"},
        {"kind": "another"},
        {"available_at": DatabaseClock() + HOUR},
    ],
)
def test_nothing_changes_without_a_move(columns):
    made.mail()
    before = InvitationMail.objects.values().get()
    with pytest.raises(IntegrityError, match="does not go"), transaction.atomic():
        InvitationMail.objects.update(**columns)
    assert InvitationMail.objects.values().get() == before


def test_a_try_is_counted_one_by_one():
    made.mail()
    assert not put(State.CLAIMED, tries=2)
    assert not put(State.CLAIMED, tries=0)
    assert put(State.CLAIMED)
    assert not put(State.TRANSMITTING, tries=2)


def test_no_mail_is_claimed_before_its_moment():
    mail = made.mail()
    mail = moves.claim(InvitationMail)
    assert moves.try_again(mail, "SMTP 450")
    assert moves.claim(InvitationMail) is None
    assert not put(State.CLAIMED)


@pytest.mark.parametrize("columns", [{"state": "sent"}, {"state": "unheard of"}, {"tries": 1}])
def test_a_mail_begins_at_the_beginning(columns):
    invitation = made.mail().invitation
    fresh = {"kind": "invitation", "invitation": invitation}
    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationMail.objects.create(**fresh | columns)


def test_a_lease_and_a_time_of_sending_are_there_when_they_must_be():
    made.mail()
    with pytest.raises(IntegrityError, match="leased_while_held"), transaction.atomic():
        InvitationMail.objects.update(state=State.CLAIMED, tries=1, lease_until=None)
    put(State.CLAIMED)
    put(State.TRANSMITTING)
    with pytest.raises(IntegrityError, match="sent_has_its_time"), transaction.atomic():
        InvitationMail.objects.update(state=State.SENT, lease_until=None, sent_at=None)


def test_whoever_lost_the_lease_says_nothing_any_more():
    made.mail()
    slow = moves.claim(InvitationMail)
    assert moves.move(slow, State.RETRY, fault="given back", available_at=DatabaseClock())
    other = moves.claim(InvitationMail)
    assert other.tries == 2
    assert not moves.begin(slow)
    assert not moves.try_again(slow, "SMTP 450")
    assert row().state == State.CLAIMED
    assert moves.begin(other)


def test_the_application_may_not_delete_a_mail():
    made.mail()
    with suppress(Exception), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_invitationmail")
    assert InvitationMail.objects.count() == 1
