"""Who is reminded in a run, and what they do meanwhile: all of it through the actions of the program."""

import datetime as dt
import random
from typing import Any
from zoneinfo import ZoneInfo

from lms.kit.errors import Refused
from lms.people.enums import Audience
from lms.people.models import Affiliation, Hotline, Person, User
from welfare.actions.checkins import close_checkin
from welfare.actions.deliveries import choose_mail
from welfare.actions.events import add_own_date, put_off, remove_own_date, waiting
from welfare.actions.schedules import add_leave, remove_leave, resume, set_reminders, stop_reminders
from welfare.enums import Cadence, Group, MailTo
from welfare.kinds.calendar import planned_through
from welfare.kinds.proposals import of_groups
from welfare.models import Leave, Schedule
from welfare.models.wall import as_engine, as_user, database_now
from welfare.queries.days import UsableDays
from welfare.queries.holidays import holidays_in
from welfare.queries.proposals import newest_revision, proposals_for

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
CALENDARS = ["FR", "DE-BY", "JP", "US", "IN", "BR", "IE", "ZA"]
QUIET = [(18, 8), (22, 6), (0, 0), (12, 13), (20, 9)]
MANY = 1_000


def wishes(chance: random.Random) -> dict[str, Any]:
    """A rhythm by chance. All times are whole quarters, so that nothing comes due while a round runs."""
    cadence = chance.choice(CADENCES)
    days = 7 if cadence == Cadence.WEEKLY else 14 if cadence == Cadence.FORTNIGHTLY else 31
    quiet = chance.choice(QUIET)
    return {
        "cadence": cadence,
        "day": chance.randint(1, days),
        "at": dt.time(chance.randint(0, 23), chance.choice([0, 15, 30, 45])),
        "zone": chance.choice(ZONES),
        "working_days": chance.choice(SETS_OF_DAYS),
        "quiet_from": dt.time(quiet[0]),
        "quiet_until": dt.time(quiet[1]),
        "holidays": chance.choice(["", *CALENDARS]),
    }


def followed(chance: random.Random) -> list[str]:
    """Half of all leave something to what officers propose, most of these the hour and the holidays too."""
    if chance.random() < 0.5:
        return []
    return [group for group in Group.values if chance.random() < 0.6]


def begin_all(number: int, chance: random.Random) -> None:
    """So many logins with reminders, written at once as if each had begun them now; most have a hotline."""
    # The first logins of an empty site, so that their numbers are known.
    persons = Person.objects.bulk_create(
        [Person(given_name="Reader", family_name=str(nth)) for nth in range(1, number + 1)], batch_size=MANY
    )
    User.objects.bulk_create(
        [
            User(email=f"reader{nth}@test.example", password="!", person=person)
            for nth, person in enumerate(persons, start=1)
        ],
        batch_size=MANY,
    )
    affiliate(persons, chance)
    with as_engine():
        proposals, revision = proposals_for(range(1, number + 1)), newest_revision()
        made = [_begun(user_id, proposals[user_id], revision, chance) for user_id in range(1, number + 1)]
        free, now = holidays_in({one.holidays for one in made}), database_now()
        for one in made:
            usable = UsableDays(frozenset(one.working_days), (), free[one.holidays])
            one.planned_until, one.next_at = planned_through(one.rhythm, now=now, usable=usable), now
        Schedule.objects.bulk_create(made, batch_size=MANY)


def affiliate(persons: list[Person], chance: random.Random) -> None:
    hotlines = list(Hotline.objects.all())
    ties = [
        Affiliation(person=person, audience=Audience.HOTLINE, hotline=at, country_id=at.country_id)
        for person in persons
        if (at := chance.choice([*hotlines, None]))
    ]
    Affiliation.objects.bulk_create(ties, batch_size=MANY)


def _begun(user_id: int, proposal: dict[str, Any], revision: int, chance: random.Random) -> Schedule:
    follows = followed(chance)
    fields = wishes(chance) | of_groups(proposal, follows)
    # Every other one wants no mail: the notice is all there is.
    fields["mail"] = chance.choice([MailTo.LOGIN, MailTo.NOWHERE])
    return Schedule(user_id=user_id, revision=revision, follows=follows, **fields)


def somebody(chance: random.Random, people: int) -> User:
    """A login by its number: the welfare side knows nothing else of it."""
    return User(pk=chance.randint(1, people))


def change_everything(by: User, chance: random.Random) -> None:
    set_reminders(by=by, follows=followed(chance), **wishes(chance))


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


def end_pause(by: User, chance: random.Random) -> None:
    resume(by=by)


def follow_all(by: User, chance: random.Random) -> None:
    if _has(by):
        set_reminders(by=by, follows=Group.values)


def snooze(by: User, chance: random.Random) -> None:
    _ask(by, chance, put_off)


def ask_for_date(by: User, chance: random.Random) -> None:
    _ask(by, chance, add_own_date)


def _ask(by: User, chance: random.Random, action: Any) -> None:
    """For a whole quarter of the coming days, in the zone of the schedule."""
    with as_user(by.pk):
        schedule = Schedule.objects.filter(user_id=by.pk).first()
    if schedule is None:
        return
    ahead = dt.timedelta(days=chance.randint(0, 9), minutes=15 * chance.randint(1, 95))
    then = (database_now() + ahead).astimezone(ZoneInfo(schedule.zone)).replace(tzinfo=None)
    try:
        action(local=then.replace(minute=then.minute // 15 * 15, second=0, microsecond=0), by=by)
    except Refused:
        # None is open to be put off, or ten lie ahead.
        return


def withdraw_date(by: User, chance: random.Random) -> None:
    with as_user(by.pk):
        schedule = Schedule.objects.filter(user_id=by.pk).first()
        found = waiting(schedule).first() if schedule else None
    if found:
        remove_own_date(occurrence=found.pk, by=by)


def switch_mail(by: User, chance: random.Random) -> None:
    if _has(by):
        choose_mail(by=by, mail=chance.choice([MailTo.LOGIN, MailTo.NOWHERE]))


def answer(by: User, chance: random.Random) -> None:
    close_checkin(by=by)


# What people do on any day.
ORDINARY = [answer, answer, snooze, ask_for_date, ask_for_date, withdraw_date]


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
    "pause ended": end_pause,
    "everything as proposed": follow_all,
    "put off": snooze,
    "own date asked for": ask_for_date,
    "own date withdrawn": withdraw_date,
    "mail switched": switch_mail,
}
