"""Doors of planning cohorts, enrolment and messages."""

from tests.house.doors.base import Door

DOORS: dict[str, Door] = {}


def things() -> dict[str, int | str]:
    """One of each thing that these addresses are about."""
    return {}
