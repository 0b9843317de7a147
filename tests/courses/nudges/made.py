"""People who are due a nudge."""

import datetime as dt

from courses.actions.enrolments import enrol
from courses.models import Certificate, Cohort, Enrolment
from lms.kit.clock import start_of, today
from lms.people.enums import Role
from lms.people.models import Person, User
from tests import cast
from tests.courses.certificates import made as certified
from tests.courses.learn import school


def analyst() -> User:
    return cast.user(Role.ANALYST)


def not_begun(who: User, days: int = 20, of: Cohort | None = None, *, hidden: bool = False) -> Enrolment:
    """Enrolled so many days ago, at noon in the reporting zone, and nothing opened."""
    cohort = of or school.course(f"tracing-{Enrolment.objects.count()}")
    enrolment = enrol(cohort=cohort, person=who.person, by=who, hidden=hidden)
    noon = start_of(today() - dt.timedelta(days=days)) + dt.timedelta(hours=12)
    Enrolment.objects.filter(pk=enrolment.pk).update(enrolled_at=noon)
    enrolment.refresh_from_db()
    return enrolment


def expiring(who: Person, days: int = 10, of: Cohort | None = None, **rules: object) -> Certificate:
    """A certificate whose last valid day is so many days from today."""
    return certified.certificate(who, of, expires_on=today() + dt.timedelta(days=days), **rules)
