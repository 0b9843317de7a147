"""Tokens of the API: the one that a request carries, and lists of them."""

from django.db.models import QuerySet
from django.utils import timezone

from lms.kit.tokens import digest
from lms.people.models import ApiToken, User


def usable() -> QuerySet[ApiToken]:
    """Neither revoked nor expired, of logins that are open."""
    return ApiToken.objects.filter(revoked_at=None, expires_at__gt=timezone.now(), user__is_active=True)


def by_secret(secret: str) -> ApiToken | None:
    """The token that says this, with its login; None for a revoked, expired or unknown one. One query."""
    return usable().select_related("user").filter(digest=digest(secret)).first()


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """The newest first, ended ones too."""
    return ApiToken.objects.filter(user=user).select_related("user")


def all_tokens() -> QuerySet[ApiToken]:
    return ApiToken.objects.select_related("user", "revoked_by")
