"""The columns of a register and what may stand in their cells (one function for each sort of cell)."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from courses.enums import ActivityStatus, Mode
from lms.people.enums import Audience

CELL_LIMIT = 10_000
NAME_LIMIT = 200
HEADCOUNT_LIMIT = 1_000_000
ZONES = available_timezones() - {"Factory", "localtime", "posixrules"}

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?", re.ASCII)
NUMBER = re.compile(r"0*[1-9]\d{0,6}", re.ASCII)
COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
EARLIEST_YEAR = 1900


class BadCell(Exception):
    """A cell that cannot be taken: a code of reasons.REASONS and its parameters."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


Parse = Callable[[str], Any]


def required(parse: Parse) -> Parse:
    def parse_required(text: str) -> Any:
        if not text:
            raise BadCell("blank")
        return parse(text)

    return parse_required


def optional(parse: Parse) -> Parse:
    return lambda text: parse(text) if text else None


def text(value: str) -> str:
    return value


def name(value: str) -> str:
    """An identifier or the name of something, as long as the database keeps it."""
    if len(value) > NAME_LIMIT:
        raise BadCell("too_long", length=len(value), limit=NAME_LIMIT)
    return value


def email(value: str) -> str:
    """An e-mail address; its case means nothing."""
    try:
        validate_email(value)
    except ValidationError:
        raise BadCell("email") from None
    return name(value.lower())


def choice(allowed: list[str]) -> Parse:
    known = frozenset(allowed)

    def parse_choice(value: str) -> str:
        if value not in known:
            raise BadCell("choice", allowed=", ".join(allowed))
        return value

    return parse_choice


def country(codes: frozenset[str]) -> Parse:
    def parse_country(value: str) -> str:
        if value not in codes:
            raise BadCell("country")
        return value

    return parse_country


def date(value: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(value) if DATE.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None or day.year < EARLIEST_YEAR:
        raise BadCell("date")
    return day


def local_time(value: str) -> dt.datetime:
    """A wall-clock time without an offset; the zone stands in its own column."""
    try:
        local = dt.datetime.fromisoformat(value) if TIME.fullmatch(value) else None
    except ValueError:
        local = None
    if local is None or not EARLIEST_YEAR <= local.year < dt.MAXYEAR:
        raise BadCell("time")
    return local


def zone(value: str) -> str:
    if value not in ZONES:
        raise BadCell("zone")
    return value


def number(value: str) -> int:
    if not NUMBER.fullmatch(value) or int(value) > HEADCOUNT_LIMIT:
        raise BadCell("number", limit=HEADCOUNT_LIMIT)
    return int(value)


def topics(value: str) -> list[str]:
    """Topics between semicolons: a set, so their order and repetition mean nothing."""
    return sorted({topic.strip() for topic in value.split(";")} - {""})


def columns(kinds: list[str], countries: frozenset[str]) -> dict[str, dict[str, Parse]]:
    """File by file, the columns of a register in the order of the staging tables."""
    audience = choice(Audience.values)
    in_country = optional(country(countries))
    return {
        "people.csv": {
            "person_id": required(name),
            "given_name": name,
            "family_name": name,
            "email": lambda value: email(value) if value else "",
            "audience": required(audience),
            "organisation": optional(name),
            "country": in_country,
            "from": optional(date),
            "until": optional(date),
        },
        "activities.csv": {
            "activity_id": required(name),
            "kind": required(choice(kinds)),
            "title": text,
            "starts_at": optional(local_time),
            "ends_at": optional(local_time),
            "timezone": lambda value: zone(value) if value else "",
            "mode": lambda value: choice(Mode.values)(value) if value else "",
            "place": text,
            "country": in_country,
            "host": optional(name),
            "funder": optional(name),
            "topics": topics,
            "status": required(choice(ActivityStatus.values)),
        },
        "participations.csv": {
            "activity_id": required(name),
            "person_id": optional(name),
            "audience": optional(audience),
            "organisation": optional(name),
            "country": in_country,
            "headcount": optional(number),
            "enrolled_on": optional(date),
            "attended": optional(choice(["yes", "no"])),
            "completed_on": optional(date),
        },
    }
