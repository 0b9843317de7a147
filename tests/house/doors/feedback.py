"""Doors of feedback."""

import datetime as dt

from courses.actions.feedback import ask_feedback
from courses.kinds.feedback import standard
from lms.kit.clock import today
from lms.people.enums import Role
from tests import cast
from tests.courses import ledger
from tests.house.doors.base import LOGINS, NOT_FOUND, STAFF, TRAINER, Door

ASKED = "everybody answers what they are asked; what was not asked of them is not found"
LED = "a trainer asks about what they lead, staff about anything; another's is closed or not found"
OF_ALL = "what the whole network said is INHOPE staff's"
DOORS: dict[str, Door] = {
    "feedback": Door(LOGINS, ASKED),
    "feedback-answer": Door(LOGINS, ASKED, NOT_FOUND, args=("feedback_form",)),
    "feedback-asked": Door(STAFF | TRAINER, LED),
    "feedback-result": Door(STAFF | TRAINER, LED, frozenset({200, 404}), args=("feedback_form",)),
    "feedback-ask": Door(STAFF | TRAINER, LED, frozenset({200, 403}), args=("activity",)),
    "staff-feedback": Door(STAFF, OF_ALL),
    "staff-feedback-download": Door(STAFF, OF_ALL),
}


def things() -> dict[str, int | str]:
    """One of each thing that these addresses are about."""
    form = ask_feedback(
        activity=ledger.activity(),
        session=None,
        questions=standard(),
        closes_on=today() + dt.timedelta(days=3),
        by=cast.user(Role.STAFF),
    )
    return {"feedback_form": form.pk}
