"""Doors of the attendance register."""

from tests.courses.register import made
from tests.house.doors.base import LOGINS, NOT_FOUND, STAFF, TRAINER, Door

KEPT = "a register is kept by the trainers of its session, and by staff where it is of no cohort"
DOORS: dict[str, Door] = {
    "teach-registers": Door(TRAINER | STAFF, KEPT),
    "teach-register": Door(TRAINER | STAFF, KEPT, NOT_FOUND, args=("register_session",)),
    "teach-register-marks": Door(TRAINER | STAFF, KEPT, NOT_FOUND, args=("register_session",)),
    "teach-register-close": Door(TRAINER | STAFF, KEPT, NOT_FOUND, args=("register_session",)),
    "teach-call-list": Door(TRAINER | STAFF, KEPT, NOT_FOUND, args=("register_session",)),
    "teach-guests": Door(TRAINER | STAFF, KEPT, NOT_FOUND, args=("register_session",)),
    "teach-attendance-code": Door(TRAINER | STAFF, KEPT, NOT_FOUND, args=("register_session",)),
    "teach-cohort-attendance": Door(
        TRAINER, "a cohort asks what its trainers say", NOT_FOUND, args=("cohort",)
    ),
    "attendance-code": Door(LOGINS, "everybody says for themselves that they are there"),
    "attendance-code-scanned": Door(LOGINS, "everybody says so for themselves", args=("ABC234",)),
}


def things() -> dict[str, int | str]:
    """A training session of another trainer's cohort."""
    return {"register_session": made.sessions(made.cohort("kept-by-another"))[0].pk}
