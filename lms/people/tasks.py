"""What beat wakes for logins."""

from datetime import timedelta

from lms.kit.tasks import task
from lms.people.actions.own_keys import give_keys, shuffle_own_keys
from lms.people.queries.own_keys import without_keys


@task(name="people.shuffle_own_keys", every=timedelta(hours=1))
def shuffle() -> None:
    """Every login has keys, and none of the rows tells when it was last written."""
    give_keys(users=without_keys(), by=None)
    shuffle_own_keys()
