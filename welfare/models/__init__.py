"""What the welfare side stores, in a schema of its own."""

from welfare.models.defaults import ReminderDefault
from welfare.models.deliveries import Delivery
from welfare.models.erasures import Erasures
from welfare.models.holidays import Holiday, HolidayCalendar
from welfare.models.occurrences import Notice, Occurrence
from welfare.models.schedules import Leave, Schedule
from welfare.models.sealed import SealedAnswer
from welfare.models.support import (
    ContactMail,
    ContactRequest,
    ContactStep,
    LocalHelp,
    OwnLadder,
    SharedItem,
    Supporter,
)

__all__ = [
    "ContactMail",
    "ContactRequest",
    "ContactStep",
    "Delivery",
    "Erasures",
    "Holiday",
    "HolidayCalendar",
    "Leave",
    "LocalHelp",
    "Notice",
    "Occurrence",
    "OwnLadder",
    "ReminderDefault",
    "Schedule",
    "SealedAnswer",
    "SharedItem",
    "Supporter",
]
