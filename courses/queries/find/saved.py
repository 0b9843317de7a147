"""Saved filters as their users see them."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from courses.enums import ListName
from courses.models import DefaultFilter, SavedFilter
from lms.people.models import User


def of(user: User, listing: ListName | None = None) -> QuerySet[SavedFilter]:
    """Those that are the user's own and those that are for all staff, by name, with ``is_default``."""
    default = DefaultFilter.objects.filter(user=user.pk, saved=OuterRef("pk"))
    found = SavedFilter.objects.filter(Q(owner=user.pk) | Q(shared=True), deleted_at=None)
    if listing is not None:
        found = found.filter(listing=listing)
    return _shown(found.annotate(is_default=Exists(default)))


def deleted(user: User) -> QuerySet[SavedFilter]:
    """The same that were deleted, which can be taken back."""
    return _shown(SavedFilter.objects.filter(Q(owner=user.pk) | Q(shared=True), deleted_at__isnull=False))


def _shown(found: QuerySet[SavedFilter]) -> QuerySet[SavedFilter]:
    return found.select_related("owner__person", "deleted_by__person").order_by(
        "listing", Lower("name"), "pk"
    )
