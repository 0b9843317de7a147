"""How late the engine is, for whoever runs the site."""

from django.db.models import Min

from welfare.enums import OccurrenceState, RequestState
from welfare.models import ContactRequest, Occurrence, Schedule
from welfare.models.wall import as_engine, database_now


def oldest_due_seconds() -> float:
    """Since when the oldest reminder could have been told, in seconds; 0 where none is due."""
    with as_engine():
        now = database_now()
        planned = Occurrence.objects.filter(state=OccurrenceState.PLANNED)
        asked = ContactRequest.objects.filter(state=RequestState.OPEN)
        first = [
            Schedule.objects.aggregate(first=Min("next_at"))["first"],
            planned.aggregate(first=Min("open_from"))["first"],
            asked.aggregate(first=Min("climbs_at"))["first"],
        ]
    return float(max([0.0, *((now - moment).total_seconds() for moment in first if moment)]))
