"""What beat wakes for reminders."""

from datetime import timedelta

from lms.kit.tasks import nudge, task
from lms.outbox.tasks import send_due
from welfare.actions import retention
from welfare.actions.engine import run_once


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
