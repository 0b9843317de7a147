"""Imports: where facts came from."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from lms.people.models import ApiToken


class Import(models.Model):
    """One register applied to the ledger. ``digest`` is the SHA-256 of its files, in order; ``token`` is that
    of the program that brought it by the API.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE (undone_at, undone_by_id)")

    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    summary = models.JSONField(default=dict)
    applied_at = models.DateTimeField(db_default=Now(), editable=False)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    token = models.ForeignKey(ApiToken, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    undone_at = models.DateTimeField(null=True, editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-id"]
