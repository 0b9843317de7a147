"""What the welfare side stores, in a schema of its own."""

from welfare.models.erasures import Erasures
from welfare.models.occurrences import Notice, Occurrence
from welfare.models.schedules import Leave, Schedule

__all__ = ["Erasures", "Leave", "Notice", "Occurrence", "Schedule"]
