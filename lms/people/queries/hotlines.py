"""Hotlines as lists want them."""

from django.db.models import QuerySet

from lms.people.models import Hotline
from lms.people.rules import Visitor, managed_hotline_ids


def with_membership() -> QuerySet[Hotline]:
    return Hotline.objects.select_related("country").prefetch_related("memberships")


def managed_by(user: Visitor) -> QuerySet[Hotline]:
    """The hotlines whose manager somebody is today."""
    return with_membership().filter(pk__in=managed_hotline_ids(user))
