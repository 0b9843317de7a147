"""What welfare officers said by a moment, as the truth reads it from the audit: proposals and holidays."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from welfare.kinds.calendar import FreeFor
from welfare.kinds.holidays import is_calendar, public_holidays
from welfare.kinds.proposals import FIELDS, Place, of_groups, proposed

# Of schedules as they are at the end: nobody moves during a run.
PLACES = """
SELECT u.id, a.hotline_id, h.country_id FROM people_user u
JOIN people_affiliation a ON a.person_id = u.person_id JOIN people_hotline h ON h.id = a.hotline_id
"""
NAMES = [name for fields in FIELDS.values() for name in fields]
TIMES = ("at", "quiet_from", "quiet_until")


class Network:
    """Proposals by hotline (None is the network), edited days by calendar, and where each login works."""

    def __init__(self, places: Iterable[tuple[int, int, str]] = ()) -> None:
        self.places = {
            user: Place(hotline, code if is_calendar(code) else "") for user, hotline, code in places
        }
        self.said: dict[int | None, dict[str, Any]] = {}
        self.edited: defaultdict[str, dict[dt.date, bool]] = defaultdict(dict)
        # Computed from what is said now; emptied by the next word.
        self.known: dict[Place, dict[str, Any]] = {}

    def say(self, about: Mapping[str, Any]) -> None:
        self.said[about["hotline"]] = {name: _as_python(name, about[name]) for name in NAMES}
        self.known = {}

    def edit(self, about: Mapping[str, Any]) -> None:
        self.edited[about["code"]][dt.date.fromisoformat(about["day"])] = about["free"]

    def proposal(self, user: int, groups: Iterable[str]) -> dict[str, Any]:
        """What those groups of a login's schedule should hold, as the audit writes it."""
        place = self.places.get(user, Place())
        if place not in self.known:
            nearest_first = dict.fromkeys((place.hotline, None))
            self.known[place] = proposed([self.said[key] for key in nearest_first if key in self.said], place)
        return {name: _as_json(value) for name, value in of_groups(self.known[place], groups).items()}

    def holidays(self, code: str) -> FreeFor:
        edited = self.edited[code]

        def is_holiday(day: dt.date) -> bool:
            return edited[day] if day in edited else bool(code) and day in public_holidays(code, day.year)

        return is_holiday


def _as_python(name: str, value: Any) -> Any:
    return dt.time.fromisoformat(value) if name in TIMES and value else value


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.time) else value
