"""Doors of searching, saved filters, and what is done to many rows at once."""

from tests.house.doors.base import STAFF, Door

WHOLE = "whoever searches the whole network finds everybody in it, so INHOPE staff alone do"
DOORS: dict[str, Door] = {
    "staff-search": Door(STAFF, WHOLE),
}


def things() -> dict[str, int | str]:
    """One of each thing that these addresses are about."""
    return {}
