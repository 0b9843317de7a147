"""Doors of law-enforcement sessions and other activities of the network."""

from tests.house.doors.base import Door

DOORS: dict[str, Door] = {}


def things() -> dict[str, int | str]:
    """One of each thing that these addresses are about."""
    return {}
