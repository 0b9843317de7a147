"""What beat wakes for reminders."""

from datetime import timedelta

import structlog

from lms.kit.tasks import nudge, task
from lms.outbox.tasks import send_due
from welfare.actions import retention
from welfare.actions.engine import run_once
from welfare.actions.erasing import OtherList, replay
from welfare.actions.sealed import shuffle_answers

log = structlog.get_logger(__name__)


@task(name="welfare.remind", every=timedelta(seconds=30))
def remind() -> None:
    """Plan and tell what has come due, and have the mails sent; the database knows what that is."""
    if run_once():
        nudge(send_due)


@task(name="welfare.keep", every=timedelta(hours=1))
def keep() -> None:
    """What is over is removed, and no row that is left tells when it was written."""
    retention.forget()
    retention.rewrite()


@task(name="welfare.shuffle_answers", every=timedelta(hours=1))
def shuffle() -> None:
    """No kept check-in tells when it was written: within the hour, and so soon after a month ends."""
    shuffle_answers()


@task(name="welfare.replay_erasures", every=timedelta(minutes=1))
def replay_erasures() -> None:
    """After an old backup was restored, erase again what was erased since; else it costs one look."""
    try:
        replay()
    except (OtherList, OSError, ValueError) as error:
        # /readyz and `doctor` say so, too; a person has to look for the list.
        log.error("erasure list not usable", error=type(error).__name__)
