"""Certificates: the document for a completion, with a code that anyone can verify."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models.catalogue import CourseVersion
from courses.models.ledger import Entry
from lms.kit.moment import RecordingMoment, stamps_itself

# What somebody carries on paper never says otherwise afterwards: it is revoked once, now, and nothing else.
GUARD_REVOKING = """
IF TG_OP = 'INSERT' AND NEW.revoked_at IS NOT NULL
   OR TG_OP = 'UPDATE' AND (
       OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS DISTINCT FROM recording_moment()
       OR to_jsonb(NEW) - ARRAY['revoked_at', 'revoked_by_id', 'revoked_because']
          <> to_jsonb(OLD) - ARRAY['revoked_at', 'revoked_by_id', 'revoked_because'])
THEN
    RAISE EXCEPTION 'A certificate is revoked once, now, and is never changed otherwise.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'certificate_revoked_once';
END IF;
RETURN NEW;
"""


class Certificate(models.Model):
    """One for each completion in the ledger. ``expires_on`` is its last valid day; null is for ever."""

    granted_to_application = ("SELECT", "INSERT", "UPDATE (revoked_at, revoked_because, revoked_by_id)")

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
        triggers = [
            stamps_itself("issued_at"),
            pgtrigger.Trigger(
                name="revoked_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=GUARD_REVOKING,
            ),
            pgtrigger.Protect(name="stays", operation=pgtrigger.Delete),
        ]
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
