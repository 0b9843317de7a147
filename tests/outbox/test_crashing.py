"""A drainer that is killed before and after each of its commits loses nothing and doubles nothing."""

import subprocess
import sys
import time

import pytest
from django.conf import settings as site
from django.db import connection

from lms.outbox.states import State
from lms.people.models import InvitationMail
from tests.outbox import made

pytestmark = pytest.mark.django_db(transaction=True)
# Two mails: claim, hand-over and end of each; and the claim that finds nothing more.
COMMITS = 7
POINTS = [(nth, side) for nth in range(1, COMMITS + 1) for side in ("before", "after")]
# The body went out and the commit that says so did not come: nobody can know, so the modes differ.
UNKNOWN = {(3, "before"), (6, "before"), (2, "after"), (5, "after")}


NEVER = 99


def command(sink, mode, nth, side):
    start = [sys.executable, "-m", "tests.outbox.child", connection.settings_dict["NAME"]]
    return [*start, str(sink.port), mode, str(nth), side]


def killed(sink, mode, nth, side):
    done = subprocess.run(
        command(sink, mode, nth, side), cwd=site.BASE_DIR, timeout=60, capture_output=True, check=False
    )
    return done.returncode


@pytest.mark.parametrize("mode", ["hold", pytest.param("resend", marks=pytest.mark.long)])
@pytest.mark.parametrize(("nth", "side"), POINTS)
def test_killed_at_one_commit(sink, settings, mode, nth, side):
    settings.OUTBOX_UNCERTAIN = mode
    mails = made.mails(2)
    assert killed(sink, mode, nth, side) == 9, "it was not killed where it should have been"
    made.drained(4)
    states = {mail.message_id: InvitationMail.objects.get(pk=mail.pk).state for mail in mails}
    if (nth, side) not in UNKNOWN:
        assert sink.ids == {mail.message_id: 1 for mail in mails}
        assert set(states.values()) == {State.SENT}
    elif mode == "hold":
        assert max(sink.ids.values()) == 1, "a mail came twice"
        lost = [one for one, state in states.items() if state != State.SENT]
        assert [states[one] for one in lost] == [State.UNCERTAIN], "it is not said that one may be lost"
    else:
        assert set(sink.ids) == set(states), "a mail was lost"
        assert sum(sink.ids.values()) <= 3
        assert set(states.values()) == {State.SENT}


def test_the_run_has_no_more_commits_than_it_is_killed_at(sink):
    made.mails(2)
    assert killed(sink, "hold", COMMITS + 1, "before") == 0
    assert len(sink.taken) == 2


@pytest.mark.parametrize("mode", ["hold", "resend"])
def test_killed_while_the_server_is_silent_after_the_body(sink, settings, mode):
    settings.OUTBOX_UNCERTAIN = mode
    mail = made.mail()
    sink.answers["new@test.example"] = ["hang"]
    with subprocess.Popen(command(sink, mode, NEVER, "before"), cwd=site.BASE_DIR) as drainer:
        deadline = time.monotonic() + 60
        while not sink.taken and time.monotonic() < deadline:
            time.sleep(0.05)
        drainer.kill()
    assert InvitationMail.objects.get().state == State.TRANSMITTING
    made.drained(4)
    assert InvitationMail.objects.get().state == (State.UNCERTAIN if mode == "hold" else State.SENT)
    assert sink.ids == {mail.message_id: 1 if mode == "hold" else 2}
