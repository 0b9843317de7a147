"""The address at which somebody's calendar reads their training sessions."""

import secrets

from django.db import transaction

from courses.models import CalendarFeed
from lms.kit.moment import DatabaseClock
from lms.kit.tokens import digest
from lms.people.models import User


@transaction.atomic
def make_feed(*, by: User) -> str:
    """A new token, which is told this once; an address that was open before ends with it."""
    # The login's own row: two presses at once come one after the other.
    User.objects.select_for_update().get(pk=by.pk)
    revoke_feed(by=by)
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(user=by, token_digest=digest(token))
    return token


def revoke_feed(*, by: User) -> bool:
    """The address opens nothing any more; whether there was one."""
    open_ones = CalendarFeed.objects.filter(user=by, revoked_at__isnull=True)
    return bool(open_ones.update(revoked_at=DatabaseClock()))
