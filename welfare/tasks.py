"""What beat wakes for reminders."""

from datetime import timedelta

import structlog

from lms.kit.tasks import task
from welfare.actions.engine import run_once
from welfare.actions.erasing import OtherList, replay

log = structlog.get_logger(__name__)


@task(name="welfare.remind", every=timedelta(seconds=30))
def remind() -> None:
    """Plan and tell what has come due; the database knows what that is."""
    run_once()


@task(name="welfare.replay_erasures", every=timedelta(minutes=1))
def replay_erasures() -> None:
    """After an old backup was restored, erase again what was erased since; else it costs one look."""
    try:
        replay()
    except (OtherList, OSError, ValueError) as error:
        # /readyz and `doctor` say so, too; a person has to look for the list.
        log.error("erasure list not usable", error=type(error).__name__)
