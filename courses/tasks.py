"""What beat wakes for training."""

from datetime import timedelta

from courses.actions.attempts import close_overdue
from courses.actions.reflections import shuffle_reflections
from lms.kit.tasks import task


@task(name="courses.close_overdue_attempts", every=timedelta(minutes=1))
def close_overdue_attempts() -> None:
    """Mark attempts of people who did not come back before their time was over."""
    close_overdue()


@task(name="courses.shuffle_reflections", every=timedelta(hours=1))
def shuffle() -> None:
    """No kept reflection tells when it was written."""
    shuffle_reflections()
