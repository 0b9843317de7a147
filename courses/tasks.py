"""What beat wakes for training."""

from datetime import timedelta

from courses.actions.attempts import close_overdue
from courses.actions.media import forget_unneeded
from lms.kit.tasks import task


@task(name="courses.close_overdue_attempts", every=timedelta(minutes=1))
def close_overdue_attempts() -> None:
    """Mark attempts of people who did not come back before their time was over."""
    close_overdue()


@task(name="courses.forget_unneeded_media", every=timedelta(hours=6))
def forget_unneeded_media() -> None:
    """Remove files that no course names any more from the disk."""
    forget_unneeded()
