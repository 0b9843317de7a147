"""Changes of defaults and calendars are numbered, so that the engine finds whoever was planned before one."""

from django.db import connections

from welfare.models.wall import CONNECTION
from welfare.queries.proposals import newest_revision


def next_revision() -> int:
    """One at a time until the transaction ends: no lower number may appear after the engine saw a higher."""
    with connections[CONNECTION].cursor() as cursor:
        cursor.execute("LOCK TABLE welfare_reminderdefault IN SHARE ROW EXCLUSIVE MODE")
    return newest_revision() + 1
