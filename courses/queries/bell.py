"""The number at the bell of every page: what nudges, cohorts and hotlines' years told and nobody has read.

Whether a notice still holds takes a long query, and hardly anybody has one that is unread: so every page
asks first whether there is any, which three indexes answer.
"""

from django.db import connection

from courses.queries import cohort_notices, nudges, year_notices
from lms.people.models import User

ANY = """
SELECT EXISTS (SELECT FROM courses_nudge WHERE user_id = %(user)s AND read_at IS NULL),
       EXISTS (SELECT FROM courses_cohortnotice WHERE user_id = %(user)s AND read_at IS NULL),
       EXISTS (SELECT FROM courses_yearnotice WHERE user_id = %(user)s AND read_at IS NULL)
"""


def count_unread(user: User) -> int:
    """How many of them still hold. One query where nothing is unread, else one or two more for each kind."""
    with connection.cursor() as cursor:
        cursor.execute(ANY, {"user": user.pk})
        nudged, of_cohorts, of_years = cursor.fetchone()
    found = nudges.count_unread(user) if nudged else 0
    found += cohort_notices.unread(user).count() if of_cohorts else 0
    return found + (year_notices.unread(user).count() if of_years else 0)
