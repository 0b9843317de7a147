"""What is known of a reminder's notice and mail: to reader, sender and whoever holds a mail's token."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from lms.kit.prepared import Asked
from lms.kit.tokens import digest
from lms.people.models import User
from welfare.enums import OccurrenceState
from welfare.kinds.calendar import FreeFor
from welfare.models import Delivery, Occurrence, Schedule
from welfare.models.wall import CONNECTION, as_engine, as_user
from welfare.queries.days import UsableDays, away_of
from welfare.queries.holidays import holiday_by

COLUMNS = [
    "id",
    "user_id",
    "zone",
    "working_days",
    "quiet_from",
    "quiet_until",
    "holidays",
    "paused_until",
    "mail",
    "private_address",
]
# All that one more look takes, in one statement: it is said for every mail. Of the calendar the years around
# now are enough: nobody looks further ahead than some months.
LOOK = f"""
SELECT o.state, o.slot_key, clock_timestamp(),
    ARRAY(SELECT l.first FROM welfare_leave l WHERE l.schedule_id = s.id ORDER BY l.id),
    ARRAY(SELECT l.last FROM welfare_leave l WHERE l.schedule_id = s.id ORDER BY l.id),
    (SELECT jsonb_object_agg(c.year, ARRAY(
        SELECT h.day FROM welfare_holiday h WHERE h.calendar_id = c.id AND NOT h.taken_off))
     FROM welfare_holidaycalendar c WHERE c.code = s.holidays
        AND abs(c.year - extract(year FROM clock_timestamp())) <= 1),
    {", ".join(f"s.{name}" for name in COLUMNS)}
FROM welfare_occurrence o JOIN welfare_schedule s ON s.id = o.schedule_id
WHERE o.id = %s
"""  # noqa: S608 - names of our own


@dataclass(frozen=True)
class Telling:
    """A reminder as it stands this moment; of its schedule only COLUMNS are there."""

    schedule: Schedule
    is_open: bool
    now: dt.datetime
    # When it may disturb: a date that somebody asked for is no matter of working days.
    days: FreeFor


def telling(occurrence_id: int) -> Telling:
    """To be asked in the engine's name. One statement."""
    row = Asked(CONNECTION, LOOK, [occurrence_id]).row
    if row is None:
        raise Occurrence.DoesNotExist
    state, slot_key, now, firsts, lasts, kept, *columns = row
    schedule = Schedule.from_db(CONNECTION, COLUMNS, columns)
    years = {int(year): set(map(dt.date.fromisoformat, days)) for year, days in (kept or {}).items()}
    away = away_of(schedule, zip(firsts, lasts, strict=True))
    usable = UsableDays(frozenset(schedule.working_days), away, holiday_by(schedule.holidays, years))
    is_event = Occurrence(slot_key=slot_key).is_event
    return Telling(schedule, state == OccurrenceState.OPEN, now, usable.is_there if is_event else usable)


def waiting_for(user: User) -> tuple[Occurrence, Delivery | None] | None:
    """The reminder that waits, with its schedule, and its mail if there is one. Two queries at most."""
    with as_user(user.pk):
        found = (
            Occurrence.objects.filter(
                schedule__user_id=user.pk, state=OccurrenceState.OPEN, notice__isnull=False
            )
            .select_related("schedule")
            .first()
        )
        return (found, found.deliveries.first()) if found else None


def knows(token: str) -> bool:
    """Whether a token of a mail that still stands here ends mails of reminders."""
    with as_engine():
        return behind(token).exists()


def behind(token: str) -> QuerySet[Schedule]:
    """The schedule whose mail or test message held this token; to be asked in the engine's name."""
    of_mail = Delivery.objects.filter(off_digest=digest(token)).values("occurrence__schedule_id")
    return Schedule.objects.filter(test_digest=digest(token)) | Schedule.objects.filter(pk__in=of_mail)
