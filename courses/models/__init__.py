from courses.models.activities import Activity, ActivityKind, ActivityVersion, Funder
from courses.models.imports import Import
from courses.models.ledger import Entry, Participation, Reversal

__all__ = [
    "Activity",
    "ActivityKind",
    "ActivityVersion",
    "Entry",
    "Funder",
    "Import",
    "Participation",
    "Reversal",
]
