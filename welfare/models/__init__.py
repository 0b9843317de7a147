"""What the welfare side stores, in a schema of its own."""

from welfare.models.occurrences import Notice, Occurrence
from welfare.models.schedules import Leave, Schedule
from welfare.models.sealed import SealedAnswer

__all__ = ["Leave", "Notice", "Occurrence", "Schedule", "SealedAnswer"]
