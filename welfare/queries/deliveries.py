"""What is known of a reminder's notice and mail: to its reader, and to whoever holds a mail's token."""

from django.db.models import QuerySet

from lms.kit.tokens import digest
from lms.people.models import User
from welfare.enums import OccurrenceState
from welfare.models import Delivery, Occurrence, Schedule
from welfare.models.wall import as_engine, as_user


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
