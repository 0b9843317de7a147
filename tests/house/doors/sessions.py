"""Doors of training sessions, their calendars and the finding of hours."""

from lms.people.enums import Role
from tests import cast
from tests.courses.sessions import made
from tests.house.doors.base import EVERYBODY, INVALID, LOGINS, NOT_FOUND, POSTED, STAFF, TRAINER, Door

LEADS = "training sessions are planned by the trainers of the cohort; another's is not found"
RUNS = "who leads a session changes it, staff where it is of no cohort; another's is not found"
EITHER = TRAINER | STAFF
FOUND_OR_NOT = frozenset({200, 404})
DOORS: dict[str, Door] = {
    "teach-sessions": Door(TRAINER, LEADS, NOT_FOUND, args=("cohort",)),
    "teach-plan-sessions": Door(TRAINER, LEADS, NOT_FOUND, args=("cohort",)),
    "teach-slots": Door(TRAINER, LEADS, NOT_FOUND, args=("cohort",)),
    "teach-again": Door(TRAINER, LEADS, NOT_FOUND, args=("cohort",)),
    "staff-sessions": Door(EITHER, RUNS, FOUND_OR_NOT, args=("webinar",)),
    "staff-plan-sessions": Door(EITHER, RUNS, FOUND_OR_NOT, args=("webinar",)),
    "training-session": Door(EITHER, RUNS, FOUND_OR_NOT, args=("session",)),
    "change-session": Door(EITHER, RUNS, FOUND_OR_NOT, args=("session",)),
    "cancel-session": Door(EITHER, RUNS, FOUND_OR_NOT, args=("session",)),
    "reinstate-session": Door(EITHER, RUNS, POSTED, args=("session",)),
    "my-sessions": Door(LOGINS, "everybody sees the sessions they take part in"),
    "my-calendar": Door(LOGINS, "everybody makes and ends the address of their own calendar"),
    "calendar-feed": Door(EVERYBODY, "the link is the key, without signing in", NOT_FOUND, args=(INVALID,)),
}


def things() -> dict[str, int | str]:
    """One of each thing that these addresses are about."""
    webinar = made.webinar()
    version = made.session(webinar, cast.user(Role.STAFF))
    return {"webinar": webinar.pk, "session": version.session_id}
