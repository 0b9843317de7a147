"""Two drainers at once share the work and double none of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from lms.outbox import tasks
from lms.outbox.drain import run_once
from lms.outbox.health import report
from lms.outbox.states import State
from lms.people.models import InvitationMail
from tests.ops.test_embedded import eventually
from tests.outbox import made

pytestmark = pytest.mark.django_db(transaction=True)
MAILS = 60


def test_two_drainers_at_once_send_every_mail_once(sink):
    made.mails(MAILS)
    gate = Barrier(2)

    def work(_number):
        gate.wait(30)
        try:
            return run_once().ended[State.SENT]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        shares = list(pool.map(work, range(2)))
    assert sum(shares) == MAILS
    assert min(shares) > 0, "one did nothing, so nothing was shown"
    assert len(sink.ids) == MAILS
    assert set(sink.ids.values()) == {1}


def test_a_row_that_another_holds_is_passed_over(sink):
    first, second = made.mails(2)
    gate = Barrier(2)

    def hold(_number):
        with transaction.atomic():
            InvitationMail.objects.select_for_update().get(pk=first.pk)
            gate.wait(30)
            gate.wait(30)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold, 0)
        gate.wait(30)
        run_once(batch=1)
        gate.wait(30)
        held.result(30)
    assert sink.ids == {second.message_id: 1}


def test_a_batch_is_bounded_and_says_that_there_is_more(sink):
    made.mails(3)
    assert run_once(batch=2).more
    assert len(sink.taken) == 2
    assert not run_once(batch=2).more


def test_the_task_and_the_command_send_what_is_due(sink, capsys):
    made.mail("a@test.example")
    tasks.send_due()
    made.mail("b@test.example")
    call_command("send_mail_due")
    assert capsys.readouterr().out == "1 sent\n"
    call_command("send_mail_due")
    assert capsys.readouterr().out == "Nothing was sent.\n"
    assert len(sink.taken) == 2


def test_health_tells_how_late_the_oldest_mail_is_and_what_waits_for_somebody(sink):
    assert report() == {"oldest_due_mail_seconds": 0.0, "mails_parked": 0, "mails_uncertain": 0}
    made.mails(2)
    sink.answers["new0@test.example"], sink.answers["new1@test.example"] = ["550"], ["drop"]
    run_once()
    assert report() == {"oldest_due_mail_seconds": 0.0, "mails_parked": 1, "mails_uncertain": 1}
    made.mail()
    assert eventually(lambda: 0 < report()["oldest_due_mail_seconds"] < 60)
