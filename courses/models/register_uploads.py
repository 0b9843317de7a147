"""Registers that staff brought in on the page: what becomes of each, from the file to the import."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from courses.models.imports import Import
from lms.kit.moves import before, only_these_moves


class UploadState(models.TextChoices):
    WAITING = "waiting", _("waiting to be read")
    READING = "reading", _("being read")
    PREVIEWED = "previewed", _("to be looked at")
    TO_APPLY = "to_apply", _("waiting to be applied")
    APPLYING = "applying", _("being applied")
    APPLIED = "applied", _("applied")
    UNUSABLE = "unusable", _("cannot be used")
    FAILED = "failed", _("did not come to an end")
    DROPPED = "dropped", _("dropped")

    @classmethod
    def under_way(cls) -> "tuple[UploadState, ...]":
        """Those in which a worker has, or will have, something to do."""
        return cls.WAITING, cls.READING, cls.TO_APPLY, cls.APPLYING

    @classmethod
    def to_drop(cls) -> "tuple[UploadState, ...]":
        """Those in which it can be put away."""
        return before(MOVES, cls.DROPPED)


STATE = UploadState
MOVES = {
    STATE.WAITING: (STATE.READING, STATE.DROPPED),
    STATE.READING: (STATE.PREVIEWED, STATE.UNUSABLE, STATE.FAILED),
    STATE.PREVIEWED: (STATE.TO_APPLY, STATE.DROPPED),
    STATE.TO_APPLY: (STATE.APPLYING,),
    # Back to be looked at, where the network has changed since.
    STATE.APPLYING: (STATE.APPLIED, STATE.PREVIEWED, STATE.UNUSABLE, STATE.FAILED),
    STATE.UNUSABLE: (STATE.DROPPED,),
    STATE.FAILED: (STATE.WAITING, STATE.DROPPED),
}


class RegisterUpload(models.Model):
    """A file and how far it has come. Whoever works on it has ``claim``; the files stand in REGISTERS_DIR.

    ``digest`` is that of the file as it came, ``account`` that of what would come of it (rejections, warnings
    and changes, see lms/kit/shelves.py), ``to_mend`` that of the zip of rejected lines; '' for none, and
    ``forgotten_at`` says that they are no longer kept. ``size`` is in bytes; ``done`` and ``total`` count
    bytes of the file named by ``step``, or steps. ``outcome`` holds numbers only.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE")

    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.WAITING)
    state_at = models.DateTimeField(db_default=Now())
    claim = models.UUIDField(null=True)
    beat_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=40, default="", blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    outcome = models.JSONField(default=dict, blank=True)
    account = models.CharField(max_length=64, default="", blank=True)
    to_mend = models.CharField(max_length=64, default="", blank=True)
    changed_since = models.BooleanField(default=False)
    skip_invalid = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    record = models.OneToOneField(Import, on_delete=models.PROTECT, null=True, related_name="upload")
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="upload_state_known", condition=Q(state__in=UploadState.values)),
            models.CheckConstraint(name="upload_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(name="upload_digest_is_one", condition=Q(digest__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="upload_decided_at_and_by",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            # Somebody who looked decided; a sweep may drop what nobody did.
            models.CheckConstraint(
                name="upload_applied_was_decided",
                condition=~Q(state__in=["to_apply", "applying", "applied"]) | Q(decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="upload_claimed_while_worked_on",
                condition=Q(state__in=["reading", "applying"], claim__isnull=False, beat_at__isnull=False)
                | (~Q(state__in=["reading", "applying"]) & Q(claim__isnull=True, beat_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="upload_record_when_applied", condition=Q(record__isnull=True) | Q(state="applied")
            ),
        ]
        indexes = [
            models.Index(
                name="upload_under_way",
                fields=["id"],
                condition=Q(state__in=["waiting", "reading", "to_apply", "applying"]),
            )
        ]
        triggers = [only_these_moves("state", MOVES, starts=[UploadState.WAITING])]
