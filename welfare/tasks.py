"""What beat wakes for reminders."""

from datetime import timedelta

from lms.kit.tasks import task
from welfare.actions.engine import run_once


@task(name="welfare.remind", every=timedelta(seconds=30))
def remind() -> None:
    """Plan and tell what has come due; the database knows what that is."""
    run_once()
