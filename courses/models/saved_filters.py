"""Sets of filters that staff gave a name, for themselves or for all of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from courses.enums import ListName


class SavedFilter(models.Model):
    """``values`` are filters of the list by their keys, and never words that somebody typed.

    ``number`` grows with each change, so that of two who change one at once the second is told.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE")

    listing = models.CharField(max_length=10, choices=ListName)
    name = models.CharField(_("name"), max_length=100)
    values = models.JSONField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    shared = models.BooleanField(_("for all staff"), default=False)
    number = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = [Lower("name"), "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "listing",
                "owner",
                name="saved_filter_once",
                condition=Q(deleted_at__isnull=True),
            ),
            models.CheckConstraint(name="saved_filter_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="saved_filter_narrows", condition=~Q(values={})),
            models.CheckConstraint(
                name="saved_filter_listing_known", condition=Q(listing__in=ListName.values)
            ),
            models.CheckConstraint(
                name="saved_filter_deleted_at_and_by",
                condition=Q(deleted_at__isnull=True, deleted_by__isnull=True)
                | Q(deleted_at__isnull=False, deleted_by__isnull=False),
            ),
        ]


class DefaultFilter(models.Model):
    """The saved filter that a list opens with for somebody."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    listing = models.CharField(max_length=10, choices=ListName)
    saved = models.ForeignKey(SavedFilter, on_delete=models.CASCADE, related_name="defaults")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="default_filter_once", fields=["user", "listing"]),
            models.CheckConstraint(
                name="default_filter_listing_known", condition=Q(listing__in=ListName.values)
            ),
        ]
