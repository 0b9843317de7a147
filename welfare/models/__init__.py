"""What the welfare side stores, in a schema of its own."""

from welfare.models.deliveries import Delivery
from welfare.models.occurrences import Notice, Occurrence
from welfare.models.schedules import Leave, Schedule
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
    "Leave",
    "LocalHelp",
    "Notice",
    "Occurrence",
    "OwnLadder",
    "Schedule",
    "SharedItem",
    "Supporter",
]
