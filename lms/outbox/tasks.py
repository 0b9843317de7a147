"""What beat wakes for mail, and what a page nudges after it wrote one."""

from datetime import timedelta

from lms.kit.tasks import nudge, task
from lms.outbox.drain import run_once


@task(name="outbox.send_due", every=timedelta(minutes=1))
def send_due() -> None:
    """Send what is due; where a batch was not enough, the next one follows at once."""
    if run_once().more:
        nudge(send_due)
