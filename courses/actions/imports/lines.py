"""What must hold within one line of a register, cell by cell and between its cells.

Each function completes a parsed line (a dict by column) and yields (column, code, parameters) for what
is wrong with it; cells that were rejected already are absent from the dict.
"""

from collections.abc import Callable, Iterator
from typing import Any

from lms.kit.clock import instant
from lms.people.enums import Audience

Line = dict[str, Any]
Wrong = tuple[str, str, dict[str, Any]]


def person(line: Line) -> Iterator[Wrong]:
    if line.get("audience") == Audience.HOTLINE and line.get("organisation", "") is None:
        yield "organisation", "hotline_needed", {}
    first, last = line.get("from"), line.get("until")
    if first and last and last < first:
        yield "until", "ends_before_start", {"start": first}


def activity(line: Line) -> Iterator[Wrong]:
    starts, ends, zone = line.get("starts_at"), line.get("ends_at"), line.get("timezone")
    if ends and "starts_at" in line and starts is None:
        yield "ends_at", "end_without_start", {}
    if starts and zone == "":
        yield "timezone", "blank", {}
    line["starts_on"] = starts.date() if starts else None
    if not zone:
        return
    line["starts_at"] = instant(starts, zone) if starts else None
    line["ends_at"] = instant(ends, zone) if ends else None
    if starts and ends and line["ends_at"] < line["starts_at"]:
        yield "ends_at", "ends_before_start", {"start": starts.isoformat(timespec="minutes")}


def participation(line: Line) -> Iterator[Wrong]:
    if "person_id" not in line or "headcount" not in line:
        return
    named, headcount = line["person_id"] is not None, line["headcount"]
    if named and headcount not in (None, 1):
        yield "headcount", "person_counts_one", {}
    if not named and headcount is None:
        yield "headcount", "head_count_needed", {}
    if not named and line.get("audience", "") is None:
        yield "audience", "blank", {}
    if not named and line.get("audience") == Audience.HOTLINE and line.get("organisation", "") is None:
        yield "organisation", "hotline_needed", {}
    line["headcount"] = headcount or 1


COMPLETE: dict[str, Callable[[Line], Iterator[Wrong]]] = {
    "people.csv": person,
    "activities.csv": activity,
    "participations.csv": participation,
}
