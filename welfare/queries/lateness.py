"""How late the engine is, for whoever runs the site."""

from django.db.models import Min

from welfare.enums import OccurrenceState
from welfare.models import Occurrence, Schedule
from welfare.models.wall import as_engine, database_now


def oldest_due_seconds() -> float:
    """Since when the oldest reminder could have been told, in seconds; 0 where none is due."""
    with as_engine():
        now = database_now()
        planned = Occurrence.objects.filter(state=OccurrenceState.PLANNED)
        first = [
            Schedule.objects.aggregate(first=Min("next_at"))["first"],
            planned.aggregate(first=Min("open_from"))["first"],
        ]
    return float(max([0.0, *((now - moment).total_seconds() for moment in first if moment)]))
