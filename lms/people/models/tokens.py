"""Tokens by which other programs ask in somebody's name."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lms.people.enums import TokenScope
from lms.people.models.accounts import User

# A year to the day may have 366 days and a last one of 25 hours.
LONGEST = dt.timedelta(days=367)


class ApiToken(models.Model):
    """A personal token: what it says is shown once and kept as a SHA-256 digest.

    It lets its holder do what its login may do then, within ``scopes``, before ``expires_at`` (UTC) and until
    it is revoked. ``last_used_on`` is a day of the reporting zone.
    """

    granted_to_application = (
        "SELECT",
        "INSERT",
        "UPDATE (last_used_on, revoked_at, revoked_by_id)",
    )

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_tokens", editable=False)
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=16, choices=TokenScope))
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(editable=False)
    last_used_on = models.DateField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    revoked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="token_has_name", condition=~Q(name="")),
            models.CheckConstraint(name="token_digest_is_one", condition=Q(digest__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="token_may_something_known",
                condition=Q(scopes__contained_by=TokenScope.values, scopes__len__gt=0),
            ),
            models.CheckConstraint(
                name="token_expires_within_a_year",
                condition=Q(expires_at__gt=F("made_at"), expires_at__lte=F("made_at") + LONGEST),
            ),
            models.CheckConstraint(
                name="token_revoked_at_and_by",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        ]
