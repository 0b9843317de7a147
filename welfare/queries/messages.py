"""How many messages wait for somebody, in one statement: every page asks it for the bell."""

from django.db import connections

from lms.people.models import User
from welfare.models.wall import CONNECTION


def count_messages(user: User) -> int:
    """Requests not seen yet and handed items not opened. The function speaks in the login's own name."""
    with connections[CONNECTION].cursor() as cursor:
        cursor.execute("SELECT count_messages(%s)", [user.pk])
        return int(cursor.fetchone()[0])
