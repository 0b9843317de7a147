"""What beat wakes for reminders."""

from datetime import timedelta

from lms.kit.tasks import task
from welfare.actions.engine import run_once
from welfare.actions.sealed import shuffle_answers


@task(name="welfare.remind", every=timedelta(seconds=30))
def remind() -> None:
    """Plan and tell what has come due; the database knows what that is."""
    run_once()


@task(name="welfare.shuffle_answers", every=timedelta(hours=1))
def shuffle() -> None:
    """No kept check-in tells when it was written: within the hour, and so soon after a month ends."""
    shuffle_answers()
