"""What is proposed for reminders: by a hotline, else by the network, else what is built in."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from welfare.enums import Cadence, Group

# The fields of a schedule that make up each group; they are proposed, and followed, together.
FIELDS: Mapping[Group, tuple[str, ...]] = {
    Group.RHYTHM: ("cadence", "day"),
    Group.HOUR: ("at",),
    Group.DAYS: ("working_days",),
    Group.QUIET: ("quiet_from", "quiet_until"),
    Group.HOLIDAYS: ("holidays",),
}
# What a proposal says of holidays where it names no calendar: those of the hotline's country, or none.
OWN, NONE = "own", "none"

BUILT_IN: Mapping[str, Any] = {
    "cadence": Cadence.MONTHLY,
    "day": 1,
    "at": dt.time(10),
    "working_days": [1, 2, 3, 4, 5],
    "quiet_from": dt.time(18),
    "quiet_until": dt.time(8),
    "holidays": OWN,
}


@dataclass(frozen=True)
class Place:
    """The hotline that somebody works for today, by number, and its country; neither for others."""

    hotline: int | None = None
    country: str = ""


def proposed(layers: Iterable[Mapping[str, Any]], place: Place) -> dict[str, Any]:
    """The fields of a schedule: of each group those of the first layer that says anything of it."""
    layers = [*layers, BUILT_IN]
    found = {name: value for group in FIELDS for name, value in said_first(layers, group).items()}
    return found | {"holidays": calendar_in(found["holidays"], place)}


def said_first(layers: Iterable[Mapping[str, Any]], group: Group) -> dict[str, Any]:
    """Of a group the fields that the first layer with anything to say of it holds."""
    names = FIELDS[group]
    layer = next(layer for layer in layers if layer[names[0]] is not None)
    return {name: layer[name] for name in names}


def calendar_in(holidays: str, place: Place) -> str:
    return {OWN: place.country, NONE: ""}.get(holidays, holidays)


def of_groups(fields: Mapping[str, Any], groups: Iterable[str]) -> dict[str, Any]:
    """Those fields that belong to one of these groups."""
    return {name: fields[name] for group in groups for name in FIELDS[Group(group)]}


def groups_of(names: Iterable[str]) -> list[str]:
    """The groups that any of these fields belongs to, in their own order."""
    wanted = set(names)
    return [group.value for group, fields in FIELDS.items() if wanted & set(fields)]
