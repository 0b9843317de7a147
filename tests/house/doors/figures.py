"""Doors of published figures and of the years that hotlines confirm."""

from courses.actions.hotline_years import ask_correction
from lms.people.enums import Role
from tests import cast
from tests.courses.figures import made
from tests.house.doors.base import MANAGER, STAFF, Door

FIGURES = "published figures are INHOPE staff's"
YEARS = "which hotlines confirmed a year is INHOPE staff's"
OWN = "a manager's own hotline; another's is not found"
OPENED = frozenset({200, 404})
DOORS: dict[str, Door] = {
    "staff-figures": Door(STAFF, FIGURES),
    "staff-figure-freeze": Door(STAFF, FIGURES, frozenset({200, 400, 404})),
    "staff-figure": Door(STAFF, FIGURES, args=("figure",)),
    "staff-figure-facts": Door(STAFF, FIGURES, OPENED, args=("figure",)),
    "staff-figure-download": Door(STAFF, FIGURES, args=("figure", "json")),
    "staff-years": Door(STAFF, YEARS, args=("2023",)),
    "staff-year-reopen": Door(STAFF, YEARS, args=("2023", "hotline")),
    "staff-corrections": Door(STAFF, YEARS),
    "staff-correction": Door(STAFF, YEARS, args=("correction",)),
    "own-year": Door(MANAGER, OWN, args=("hotline", "2023")),
    "own-year-facts": Door(MANAGER, OWN, OPENED, args=("hotline", "2023")),
    "own-year-correction": Door(MANAGER, OWN, args=("hotline", "2023")),
    "own-year-reopen": Door(MANAGER, OWN, args=("hotline", "2023")),
}


def things() -> dict[str, int | str]:
    """One of each thing that these addresses are about."""
    at = cast.hotline()
    manager = cast.user(Role.HOTLINE_MANAGER, at)
    asked = ask_correction(hotline=at, year=2023, text="Two people are missing.", by=manager)
    return {"figure": made.figure().pk, "correction": asked.pk}
