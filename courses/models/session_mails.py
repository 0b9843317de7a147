"""Mails about training sessions, and the addresses at which calendars read them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.enums import CalendarMethod
from courses.models.sessions import TrainingSession
from lms.kit.moment import DatabaseClock
from lms.outbox.models import Message
from lms.people.models import Person, User


class SessionMail(Message):
    """That somebody is to hear of one version of a training session; ``kind`` is a CalendarMethod.

    ``person`` is whom the record of the enrolment, or of who leads it, was read as, and ``user`` the login
    there was then; the address is found when the mail is sent. ``number`` is that of the session's version.
    ``ordinal`` counts the mails of one person about one version: whoever withdraws and is enrolled again
    hears of it again.
    """

    # Nobody is told twice because the first mail was deleted.
    granted_to_application = ("SELECT", "INSERT", "UPDATE")

    # No index of its own: the unique constraint begins with it.
    session = models.ForeignKey(
        TrainingSession, on_delete=models.PROTECT, db_index=False, related_name="mails"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.PositiveIntegerField()
    ordinal = models.PositiveSmallIntegerField(default=1)

    class Meta(Message.Meta):
        ordering = ["-created_at", "-id"]
        constraints = [
            *Message.Meta.constraints,
            models.UniqueConstraint(
                name="session_mail_once", fields=["session", "person", "number", "ordinal"]
            ),
            models.CheckConstraint(
                name="session_mail_kind_is_known", condition=Q(kind__in=CalendarMethod.values)
            ),
            models.CheckConstraint(name="session_mail_from_one", condition=Q(ordinal__gte=1)),
        ]


class CalendarFeed(models.Model):
    """An address at which a calendar reads somebody's sessions; the database has the digest of its token.

    One for each login is open; a renewed or revoked one is never opened again.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feeds")
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(db_default=DatabaseClock(), editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                name="calendar_feed_one_open", fields=["user"], condition=Q(revoked_at__isnull=True)
            ),
        ]
