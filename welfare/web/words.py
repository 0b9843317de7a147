"""Schedules and proposals as somebody would say them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit.text import Text
from welfare.enums import Cadence, Group
from welfare.kinds.periods import WEEKS
from welfare.kinds.proposals import FIELDS, NONE, OWN
from welfare.models import Schedule
from welfare.queries.holidays import country_names

WEEKDAYS: list[tuple[int, Text]] = [
    (1, gettext_lazy("Monday")),
    (2, gettext_lazy("Tuesday")),
    (3, gettext_lazy("Wednesday")),
    (4, gettext_lazy("Thursday")),
    (5, gettext_lazy("Friday")),
    (6, gettext_lazy("Saturday")),
    (7, gettext_lazy("Sunday")),
]
Fields = Mapping[str, Any]


def said(group: Group, fields: Fields) -> str:
    """What the fields of a group say, in a few words."""
    return IN_WORDS[group](fields)


def rhythm(fields: Fields) -> str:
    often = Cadence(fields["cadence"]).label
    if fields["cadence"] in WEEKS:
        return _("%(often)s, on %(weekday)s") % {"often": often, "weekday": dict(WEEKDAYS)[fields["day"]]}
    return _("%(often)s, on day %(day)d") % {"often": often, "day": fields["day"]}


def hour(fields: Fields) -> str:
    return date_format(fields["at"], "H:i")


def working_days(fields: Fields) -> str:
    """“Monday to Friday”, “every day”, else each of them by name."""
    names, chosen = dict(WEEKDAYS), sorted(fields["working_days"])
    first, last = chosen[0], chosen[-1]
    if len(chosen) == len(WEEKDAYS):
        return _("every day")
    if len(chosen) > 2 and chosen == list(range(first, last + 1)):
        return _("%(first)s to %(last)s") % {"first": names[first], "last": names[last]}
    return ", ".join(str(names[day]) for day in chosen)


def quiet(fields: Fields) -> str:
    if fields["quiet_from"] == fields["quiet_until"]:
        return _("none")
    ends = {
        "start": date_format(fields["quiet_from"], "H:i"),
        "end": date_format(fields["quiet_until"], "H:i"),
    }
    return _("%(start)s to %(end)s") % ends


def holidays(fields: Fields) -> str:
    code = fields["holidays"]
    fixed = {"": _("none"), NONE: _("none"), OWN: _("of the hotline’s country")}
    return fixed[code] if code in fixed else calendar(code)


def calendar(code: str) -> str:
    """“France”, “Germany (BY)”."""
    country, _dash, region = code.partition("-")
    name = country_names().get(country, country)
    return f"{name} ({region})" if region else name


IN_WORDS: Mapping[Group, Callable[[Fields], str]] = {
    Group.RHYTHM: rhythm,
    Group.HOUR: hour,
    Group.DAYS: working_days,
    Group.QUIET: quiet,
    Group.HOLIDAYS: holidays,
}


def fields_of(schedule: Schedule) -> dict[str, Any]:
    """What a schedule says, as the functions here take it."""
    return {name: getattr(schedule, name) for names in FIELDS.values() for name in names}


def groups_said(fields: Fields) -> list[tuple[str, str]]:
    """Each group with what is said of it; groups that are left open are left out."""
    return [
        (str(group.label).capitalize(), said(group, fields))
        for group in Group
        if fields[FIELDS[group][0]] is not None
    ]


def groups_of_one(schedule: Schedule) -> list[tuple[str, str]]:
    """What a schedule says, group by group, each as proposed or as its owner chose."""
    fields, proposed, own = fields_of(schedule), _("%(said)s (as proposed)"), _("%(said)s (your own choice)")
    return [
        (
            str(group.label).capitalize(),
            (proposed if group in schedule.follows else own) % {"said": said(group, fields)},
        )
        for group in Group
    ]


def follow_choices(proposal: Fields) -> Iterable[tuple[str, str]]:
    return [(group.value, f"{str(group.label).capitalize()}: {said(group, proposal)}") for group in Group]
