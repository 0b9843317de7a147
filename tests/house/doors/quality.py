"""Doors of what is likely to be wrong with the data."""

from tests.house.doors.base import STAFF, Door

WHY = "what may be wrong with the network's data is INHOPE staff's to mend"
DOORS: dict[str, Door] = {
    "staff-quality": Door(STAFF, WHY),
    "staff-quality-affiliation": Door(STAFF, WHY),
    "staff-quality-zone": Door(STAFF, WHY),
    "staff-quality-duplicates": Door(STAFF, WHY),
    "staff-quality-dates": Door(STAFF, WHY),
    "staff-quality-past": Door(STAFF, WHY),
    "staff-untrained": Door(STAFF, WHY, args=("2023",)),
}


def things() -> dict[str, int | str]:
    """Nothing: none of these addresses is about one thing."""
    return {}
