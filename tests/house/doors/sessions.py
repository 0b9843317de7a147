"""Doors of training sessions, their calendars and the finding of hours."""

from tests.house.doors.base import Door

DOORS: dict[str, Door] = {}


def things() -> dict[str, int | str]:
    """One of each thing that these addresses are about."""
    return {}
