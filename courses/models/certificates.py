"""Certificates: the document for a completion, with a code that anyone can verify."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models.catalogue import CourseVersion
from courses.models.ledger import Entry
from lms.kit.moment import RecordingMoment


class Certificate(models.Model):
    """One for each completion in the ledger. ``expires_on`` is its last valid day; null is for ever."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="certificate")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="certificates")
    code = models.CharField(max_length=24, unique=True)
    issued_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    expires_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    revoked_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-issued_at"]
        constraints = [
            models.CheckConstraint(
                name="certificate_revoked_by_someone",
                condition=Q(revoked_at__isnull=True, revoked_because="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_because="")),
            )
        ]


class NameTries(models.Model):
    """How often somebody asked for a name in one hour: once for each code, once for each group of addresses.

    ``bucket`` is a keyed hash that leads back to no code and no address; rows of earlier hours are deleted.
    """

    bucket = models.CharField(primary_key=True, max_length=64)
    hour = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
