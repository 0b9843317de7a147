"""That an exchange waits for somebody: a notice on the site, and a mail that says there is one."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models.exchanges import Exchange
from lms.kit.moment import DatabaseClock
from lms.outbox.models import Message
from lms.people.models import User


class ExchangeNotice(Message):
    """One notice for a login and an exchange in one state and round, and its mail.

    ``occasion`` names state and round, so that a second look at the same situation tells nobody twice.
    ``off_digest`` is the digest of the token in the mail that turns these mails off.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="exchange_notices")
    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="notices", db_index=False)
    occasion = models.CharField(max_length=40)
    off_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)
    read_at = models.DateTimeField(null=True, editable=False)

    class Meta(Message.Meta):
        ordering = ["-created_at", "-id"]
        constraints = [
            *Message.Meta.constraints,
            models.UniqueConstraint(name="exchange_notice_once", fields=["exchange", "user", "occasion"]),
        ]
        indexes = [
            *Message.Meta.indexes,
            models.Index(fields=["user"], name="exchange_unread", condition=Q(read_at__isnull=True)),
        ]


class ExchangeNoticesOff(models.Model):
    """Who wants no notices of exchanges; no row means on."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="exchange_notices_off",
    )
    since = models.DateTimeField(db_default=DatabaseClock(), editable=False)
