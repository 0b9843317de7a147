"""What is proposed to a login, by the hotline it works for today; and what a change of that would do."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from lms.kit import clock
from lms.people.queries.affiliations import hotlines_of_logins
from welfare.kinds.holidays import is_calendar
from welfare.kinds.proposals import FIELDS, Place, of_groups, proposed
from welfare.models import HolidayCalendar, ReminderDefault, Schedule
from welfare.models.wall import as_engine, database_now
from welfare.queries.settling import settled, when

NAMES = [name for fields in FIELDS.values() for name in fields]
# A number below it is never told, and none is told exactly.
STEP = 10
Layers = Mapping[int | None, Mapping[str, Any]]


@dataclass(frozen=True)
class Preview:
    """How many next dates a change would move, each rounded down to tens; 0 means fewer than ten."""

    earlier: int
    later: int


def newest_revision() -> int:
    """The number of the last change of a default or a calendar: an index look in each."""
    newest = [
        model.objects.aggregate(newest=Max("revision"))["newest"]
        for model in (ReminderDefault, HolidayCalendar)
    ]
    return max(number or 0 for number in newest)


def proposal_for(user_id: int) -> dict[str, Any]:
    """The fields of a schedule as they are proposed to a login now. One query on either connection."""
    place = places_of([user_id]).get(user_id, Place())
    return proposed_at(place, said_by_officers(place.hotline))


def proposals_for(user_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The same for many logins, in as many queries."""
    places, said = places_of(user_ids), said_anywhere()
    return {user_id: proposed_at(places.get(user_id, Place()), said) for user_id in user_ids}


def proposed_at(place: Place, said: Layers) -> dict[str, Any]:
    return proposed(layers_at(place, said), place)


def said_anywhere() -> dict[int | None, dict[str, Any]]:
    """Every default, by the hotline it is for; None is the network."""
    return {row.pop("hotline_id"): row for row in ReminderDefault.objects.values("hotline_id", *NAMES)}


def places_of(user_ids: Collection[int]) -> dict[int, Place]:
    """Whose hotline is where; those without one are left out. One query on the ordinary connection."""
    found = hotlines_of_logins(user_ids, clock.today())
    return {
        user: Place(hotline, country if is_calendar(country) else "")
        for user, (hotline, country) in found.items()
    }


def said_by_officers(hotline: int | None = None) -> dict[int | None, dict[str, Any]]:
    """The network's default, under None, and a hotline's, where there are any."""
    rows = ReminderDefault.objects.filter(hotline_id__isnull=True)
    if hotline:
        rows |= ReminderDefault.objects.filter(hotline_id=hotline)
    return {row.pop("hotline_id"): row for row in rows.values("hotline_id", *NAMES)}


def layers_at(place: Place, said: Layers) -> Iterable[Mapping[str, Any]]:
    """What holds somewhere, the nearest first."""
    keys = [place.hotline, None] if place.hotline else [None]
    return [said[key] for key in keys if key in said]


def preview(*, hotline: int | None, fields: Mapping[str, Any]) -> Preview:
    """What a new default would move, as totals and nothing else. Writes nothing."""
    with as_engine():
        now, moved = database_now(), [0, 0]
        said = said_anywhere()
        for schedule, place in followers():
            if hotline not in (None, place.hotline):
                continue
            next_at = next_after(schedule, place, said | {hotline: fields}, now)
            moved[0] += next_at < schedule.next_at
            moved[1] += next_at > schedule.next_at
    return Preview(*(number // STEP * STEP for number in moved))


def followers() -> Iterable[tuple[Schedule, Place]]:
    """Those who leave something to the proposal, each with the place it is proposed at."""
    schedules = list(Schedule.objects.exclude(follows=[]).prefetch_related("leave"))
    places = places_of([schedule.user_id for schedule in schedules])
    return [(schedule, places.get(schedule.user_id, Place())) for schedule in schedules]


def next_after(schedule: Schedule, place: Place, said: Layers, now: dt.datetime) -> dt.datetime:
    """When the engine would look next, had this been said; the schedule itself is not saved."""
    before, next_at = when(schedule), schedule.next_at
    fields = of_groups(proposed_at(place, said), schedule.follows)
    if all(getattr(schedule, name) == value for name, value in fields.items()):
        return next_at
    changed = Schedule(**{field.attname: getattr(schedule, field.attname) for field in Schedule._meta.fields})
    for name, value in fields.items():
        setattr(changed, name, value)
    return settled(changed, now, anew=when(changed) != before).next_at
