"""Invitations by their state."""

from django.db.models import QuerySet
from django.utils import timezone

from lms.kit.tokens import digest
from lms.people.models import Invitation


def open_invitations() -> QuerySet[Invitation]:
    """Invitations whose link still makes a login."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


def by_token(token: str) -> Invitation | None:
    """The open invitation behind a link, if there is one."""
    return open_invitations().select_related("person").filter(token_digest=digest(token)).first()
