"""Whom a message to a cohort goes to."""

from courses.enums import Recipients
from courses.models import Cohort, Enrolment
from courses.queries.boards import NAMES, seen
from courses.queries.progress import MISSING, NOT_BEGUN, shown


def recipients_of(cohort: Cohort, to: Recipients) -> list[Enrolment]:
    """Enrolments by name, with persons and logins; never of who keeps the course to themselves."""
    found = {
        Recipients.ALL: lambda: seen().filter(cohort=cohort),
        Recipients.OPEN: lambda: shown(cohort),
        Recipients.MISSING: lambda: shown(cohort, MISSING),
        Recipients.NOT_BEGUN: lambda: shown(cohort, NOT_BEGUN),
    }[to]()
    return list(found.select_related("person__user").order_by(*NAMES))
