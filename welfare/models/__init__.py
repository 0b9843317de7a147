"""What the welfare side stores, in a schema of its own."""

from welfare.models.defaults import ReminderDefault
from welfare.models.holidays import Holiday, HolidayCalendar
from welfare.models.occurrences import Notice, Occurrence
from welfare.models.schedules import Leave, Schedule

__all__ = ["Holiday", "HolidayCalendar", "Leave", "Notice", "Occurrence", "ReminderDefault", "Schedule"]
