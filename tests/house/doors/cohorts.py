"""Doors of planning cohorts, enrolment and messages."""

from courses.models import Cohort
from lms.people.enums import Role
from tests import cast
from tests.courses.cohorts import planned
from tests.house.doors.base import LOGINS, MANAGER, NOT_FOUND, STAFF, TRAINER, Door

PLANS = "trainers plan their own cohorts, staff any; another's is not found"
EITHER = frozenset({200, 404})
WRITES = "only who leads a cohort writes to it"
OWN_PLACE = "everybody asks and answers for themselves; a cohort that is not on offer is not found"
OWN_PEOPLE = "a manager's own people, and nobody else's"
DOORS: dict[str, Door] = {
    "teach-cohorts": Door(TRAINER | STAFF, PLANS),
    "teach-plan-cohort": Door(TRAINER | STAFF, PLANS),
    "teach-cohort": Door(TRAINER | STAFF, PLANS, EITHER, args=("cohort",)),
    "teach-cohort-settings": Door(TRAINER | STAFF, PLANS, EITHER, args=("cohort",)),
    "teach-enrol": Door(TRAINER | STAFF, PLANS, EITHER, args=("cohort",)),
    "teach-requests": Door(TRAINER | STAFF, PLANS, EITHER, args=("cohort",)),
    "teach-refuse": Door(TRAINER | STAFF, PLANS, EITHER, args=("candidate",)),
    "teach-place": Door(TRAINER | STAFF, PLANS, EITHER, args=("enrolment",)),
    "teach-withdraw": Door(TRAINER | STAFF, PLANS, EITHER, args=("enrolment",)),
    "teach-transfer": Door(TRAINER | STAFF, PLANS, EITHER, args=("enrolment",)),
    "teach-messages": Door(TRAINER, WRITES, NOT_FOUND, args=("cohort",)),
    "teach-message": Door(TRAINER, WRITES, NOT_FOUND, args=("cohort", "1")),
    "cohorts": Door(LOGINS, "what can be asked for is for everybody with a login"),
    "cohort-place": Door(LOGINS, OWN_PLACE, args=("offered",)),
    "learn-withdraw": Door(LOGINS, OWN_PLACE, NOT_FOUND, args=("enrolment",)),
    "display-name": Door(LOGINS, "everybody says what they are called"),
    "own-training": Door(MANAGER, OWN_PEOPLE, args=("hotline",)),
    "own-training-csv": Door(MANAGER, OWN_PEOPLE, args=("hotline",)),
    "own-nominations": Door(MANAGER, OWN_PEOPLE, args=("hotline",)),
}


def things() -> dict[str, int | str]:
    """One of each thing that these addresses are about."""
    offered: Cohort = planned.cohort("offered", takes_requests=True)
    return {"offered": offered.pk, "candidate": planned.asking(offered, cast.user(Role.ANALYST)).pk}
