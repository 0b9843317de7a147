"""Who is reminded in a run, and what they do meanwhile: all of it through the actions of the program."""

import datetime as dt
import random
from typing import Any

from lms.kit.errors import Refused
from lms.people.models import User
from welfare.actions.checkins import close_checkin
from welfare.actions.schedules import add_leave, remove_leave, set_reminders, stop_reminders
from welfare.enums import Cadence
from welfare.kinds.calendar import Rhythm, planned_through
from welfare.models import Leave, Schedule
from welfare.models.wall import as_engine, as_user, database_now
from welfare.queries.days import UsableDays

# Far east and far west, half and quarter hours, clocks put forward and back on both halves of the earth.
ZONES = [
    "UTC",
    "Europe/Amsterdam",
    "Europe/Dublin",
    "Europe/Kyiv",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Asia/Tehran",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Africa/Casablanca",
    "Atlantic/Azores",
]
CADENCES = [Cadence.WEEKLY] * 8 + [Cadence.FORTNIGHTLY, Cadence.MONTHLY]
SETS_OF_DAYS = [[1, 2, 3, 4, 5]] * 4 + [[1, 2, 3, 4, 5, 6, 7]] * 4 + [[7, 1, 2, 3, 4], [2], [6, 7]]
MANY = 1_000


def wishes(chance: random.Random) -> dict[str, Any]:
    """A rhythm by chance. All times are whole quarters, so that nothing comes due while a round runs."""
    cadence = chance.choice(CADENCES)
    days = 7 if cadence == Cadence.WEEKLY else 14 if cadence == Cadence.FORTNIGHTLY else 31
    quiet = chance.choice([(18, 8), (22, 6), (0, 0), (12, 13), (20, 9)])
    return {
        "cadence": cadence,
        "day": chance.randint(1, days),
        "at": dt.time(chance.randint(0, 23), chance.choice([0, 15, 30, 45])),
        "zone": chance.choice(ZONES),
        "working_days": chance.choice(SETS_OF_DAYS),
        "quiet_from": dt.time(quiet[0]),
        "quiet_until": dt.time(quiet[1]),
    }


def begin_all(number: int, chance: random.Random) -> None:
    """So many logins with reminders, written at once as if each had begun them now."""
    # The first logins of an empty site, so that their numbers are known.
    User.objects.bulk_create(
        [User(email=f"reader{nth}@test.example", password="!") for nth in range(1, number + 1)],
        batch_size=MANY,
    )
    with as_engine():
        now = database_now()
        made = [_begun(user_id, wishes(chance), now) for user_id in range(1, number + 1)]
        Schedule.objects.bulk_create(made, batch_size=MANY)


def _begun(user_id: int, wished: dict[str, Any], now: dt.datetime) -> Schedule:
    rhythm = Rhythm(wished["cadence"], wished["day"], wished["at"], wished["zone"])
    usable = UsableDays(frozenset(wished["working_days"]), ())
    after = planned_through(rhythm, now=now, usable=usable)
    return Schedule(user_id=user_id, planned_until=after, next_at=now, **wished)


def somebody(chance: random.Random, people: int) -> User:
    """A login by its number: the welfare side knows nothing else of it."""
    return User(pk=chance.randint(1, people))


def change_everything(by: User, chance: random.Random) -> None:
    set_reminders(by=by, **wishes(chance))


def change_hour(by: User, chance: random.Random) -> None:
    if _has(by):
        set_reminders(by=by, at=dt.time(chance.randint(0, 23), chance.choice([0, 15, 30, 45])))


def change_zone(by: User, chance: random.Random) -> None:
    if _has(by):
        set_reminders(by=by, zone=chance.choice(ZONES))


def pause(by: User, chance: random.Random) -> None:
    if _has(by):
        set_reminders(by=by, paused_until=database_now().date() + dt.timedelta(days=chance.randint(-2, 20)))


def go_on_leave(by: User, chance: random.Random) -> None:
    first = database_now().date() + dt.timedelta(days=chance.randint(-3, 10))
    try:
        add_leave(by=by, first=first, last=first + dt.timedelta(days=chance.randint(0, 20)))
    except Refused:
        # Without reminders there is nothing to stay away from.
        return


def come_back(by: User, chance: random.Random) -> None:
    with as_user(by.pk):
        leave = Leave.objects.filter(schedule__user_id=by.pk).first()
    if leave:
        remove_leave(by=by, leave=leave.pk)


def stop(by: User, chance: random.Random) -> None:
    stop_reminders(by=by)


def stop_and_begin(by: User, chance: random.Random) -> None:
    stop_reminders(by=by)
    set_reminders(by=by, **wishes(chance))


def answer(by: User, chance: random.Random) -> None:
    close_checkin(by=by)


def _has(by: User) -> bool:
    with as_user(by.pk):
        return Schedule.objects.filter(user_id=by.pk).exists()


EDITS = {
    "everything changed": change_everything,
    "hour changed": change_hour,
    "zone changed": change_zone,
    "paused": pause,
    "leave added": go_on_leave,
    "leave removed": come_back,
    "stopped": stop,
    "stopped and begun": stop_and_begin,
    "answered": answer,
}
