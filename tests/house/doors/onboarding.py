"""Doors of onboarding plans and evidence packs."""

import datetime as dt

from courses.actions.onboarding import begin_plan
from lms.people.enums import Role
from tests import cast
from tests.house.doors.base import MANAGER, NOT_FOUND, STAFF, Door

PLANNED = "plans of onboarding are made by INHOPE staff"
OWN = "a manager's own hotline; another's is not found"
NETWORK = "the whole network is INHOPE staff's"
DOORS: dict[str, Door] = {
    "own-evidence": Door(MANAGER, OWN, args=("hotline",)),
    "own-onboarding": Door(MANAGER, OWN, NOT_FOUND, args=("hotline",)),
    "staff-evidence": Door(STAFF, NETWORK, args=("hotline",)),
    "staff-onboarding": Door(STAFF, PLANNED),
    "staff-new-onboarding": Door(STAFF, PLANNED),
    "staff-onboarding-plan": Door(STAFF, PLANNED, args=("onboarding",)),
    "staff-onboarding-step": Door(STAFF, PLANNED, args=("onboarding",)),
}


def things() -> dict[str, int | str]:
    """One of each thing that these addresses are about."""
    new = cast.hotline("Newline", "PT")
    plan = begin_plan(hotline=new, started_on=dt.date(2026, 3, 2), courses={}, by=cast.user(Role.STAFF))
    return {"onboarding": plan.pk}
