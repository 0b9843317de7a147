"""Registering for an activity from outside, without a login."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from courses.models.activities import Activity
from courses.models.ledger import Participation
from lms.kit.moment import DatabaseClock
from lms.outbox.models import Message
from lms.people.enums import Audience
from lms.people.models import Country


class RegistrationDesk(models.Model):
    """That people may register for an activity at /register/<slug>/, how many, and until when (UTC).

    ``consent`` is what somebody agrees to by registering, in the words shown to them.
    """

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="desk")
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    is_open = models.BooleanField(_("open"), default=True)
    consent = models.TextField(_("what they agree to"))
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["activity"]
        constraints = [
            models.CheckConstraint(
                name="desk_has_places", condition=Q(capacity__isnull=True) | Q(capacity__gte=1)
            )
        ]


class Registration(models.Model):
    """What somebody typed at the desk. It is no fact and makes no person until it is taken into the record.

    ``consent`` repeats the words agreed to. ``participation`` is what it became; ``withdrawn_at`` is when its
    writer took it back. ``key`` is what the link in the mail is made of.
    """

    desk = models.ForeignKey(RegistrationDesk, on_delete=models.PROTECT, related_name="registrations")
    given_name = models.CharField(_("given name"), max_length=200)
    family_name = models.CharField(_("family name"), max_length=200)
    email = models.EmailField(_("e-mail"), max_length=254)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    audience = models.CharField(_("I take part for"), max_length=16, choices=Audience)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, related_name="+")
    consent = models.TextField(editable=False)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    registered_at = models.DateTimeField(db_default=DatabaseClock(), editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    participation = models.OneToOneField(
        Participation, on_delete=models.PROTECT, null=True, related_name="registration"
    )

    class Meta:
        ordering = ["registered_at", "id"]
        constraints = [
            models.UniqueConstraint(
                "desk", Lower("email"), name="registration_once", condition=Q(withdrawn_at__isnull=True)
            ),
            models.CheckConstraint(
                name="registration_audience_is_known", condition=Q(audience__in=Audience.values)
            ),
        ]


class RegistrationMail(Message):
    """A mail to somebody who registered: what is needed to come with the link that takes it back, and later
    what changed of that. ``kind`` is a RegistrationNews.

    ``number`` counts those of one registration from 0; a later one overtakes what is not sent yet.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE")

    # No index of its own: the unique constraint begins with it.
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, db_index=False, related_name="mails"
    )
    number = models.PositiveIntegerField(default=0)

    class Meta(Message.Meta):
        ordering = ["registration", "-number"]
        constraints = [
            *Message.Meta.constraints,
            models.UniqueConstraint(name="registration_mail_once", fields=["registration", "number"]),
        ]
