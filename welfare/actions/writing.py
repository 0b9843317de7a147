"""What a batch of the reminder engine comes to, written by a few statements for all of it."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from django.db import connections
from django.db.models import QuerySet

from lms.outbox.moves import enqueue_all
from welfare.enums import OccurrenceState, Skipped
from welfare.kinds.proposals import FIELDS
from welfare.models import Delivery, Notice, Occurrence, Schedule
from welfare.models.deliveries import REMINDER
from welfare.models.wall import CONNECTION

# Of a schedule what the engine may change: what is proposed, and where it stands.
PROPOSED = [name for names in FIELDS.values() for name in names]
WRITTEN = [*PROPOSED, "planned_until", "next_at"]
SCHEDULES = f"""
UPDATE welfare_schedule s SET ({", ".join(WRITTEN)}) = ({", ".join(f"v.{name}" for name in WRITTEN)})
FROM jsonb_populate_recordset(NULL::welfare_schedule, %s) AS v WHERE s.id = v.id
"""  # noqa: S608 - names of our own


class Passed(Exception):  # said of a row, not of a mistake
    """An occurrence was no longer as it stood when its schedule was locked."""


@dataclass
class Writes:
    """Collected for one schedule or for many; `write` writes them, within a transaction."""

    planned: list[Occurrence] = field(default_factory=list)
    # One that waits, at its new hour; those that a newer one takes the place of.
    moved: list[tuple[int, dt.datetime]] = field(default_factory=list)
    coalesced: list[int] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)
    put_off: list[tuple[int, dt.datetime]] = field(default_factory=list)
    # Those told before, by their schedule.
    over: list[int] = field(default_factory=list)
    opened: list[Occurrence] = field(default_factory=list)
    mailed: list[Occurrence] = field(default_factory=list)

    def add(self, other: "Writes") -> None:
        for each in fields(self):
            getattr(self, each.name).extend(getattr(other, each.name))

    def write(self) -> None:
        """What gives way comes before what takes its place. Raises Passed."""
        for number, due_at in self.moved:
            planned([number]).update(due_at=due_at, open_from=due_at)
        if self.coalesced:
            planned(self.coalesced).update(state=OccurrenceState.SKIPPED, skipped_for=Skipped.COALESCED)
        if self.planned:
            Occurrence.objects.bulk_create(self.planned, ignore_conflicts=True)
        if self.schedules:
            write_schedules(self.schedules)
        for number, open_from in self.put_off:
            planned([number]).update(open_from=open_from)
        if self.opened:
            self.write_opened()

    def write_opened(self) -> None:
        if self.over:
            stood = Occurrence.objects.filter(schedule__in=self.over, state=OccurrenceState.OPEN)
            stood.update(state=OccurrenceState.CLOSED)
        found = planned(one.pk for one in self.opened).update(state=OccurrenceState.OPEN)
        # From when a date asked for has its own day.
        for one in self.opened:
            if one.is_event:
                Occurrence.objects.filter(pk=one.pk).update(open_from=one.open_from)
        if found != len(self.opened):
            raise Passed
        Notice.objects.bulk_create(Notice(occurrence=one) for one in self.opened)
        enqueue_all(Delivery(kind=REMINDER, occurrence=one) for one in self.mailed)


def planned(numbers: Iterable[int]) -> QuerySet[Occurrence]:
    return Occurrence.objects.filter(pk__in=list(numbers), state=OccurrenceState.PLANNED)


def write_schedules(schedules: Iterable[Schedule]) -> None:
    """To be called while they are locked: every column is written as it stands in the object."""
    rows = [{name: getattr(one, name) for name in ("id", *WRITTEN)} for one in schedules]
    with connections[CONNECTION].cursor() as cursor:
        cursor.execute(SCHEDULES, [json.dumps(rows, default=dt_in_words)])


def dt_in_words(value: dt.date | dt.time) -> str:
    return value.isoformat()
