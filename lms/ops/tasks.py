"""What beat wakes for operation's own sake."""

from datetime import timedelta

from lms.kit.tasks import task
from lms.ops.heartbeat import mark


@task(name="ops.heartbeat", every=timedelta(seconds=15))
def heartbeat() -> None:
    """Show that what beat sends is run by a worker."""
    mark("task")
