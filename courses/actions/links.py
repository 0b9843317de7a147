"""Make the links that open checks and certificate without a login, end them, and count wrong ones."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.activities import held_version
from courses.models import Activity, ActivityVersion, PersonalLink
from courses.queries.links import PURPOSE, spelled, token_of, without_link
from lms.kit.errors import Refused
from lms.kit.tokens import digest, token
from lms.people.models import User

# After the activity ends; whoever comes later asks for a new one.
OPEN_FOR = dt.timedelta(days=90)


@transaction.atomic
def make_links(*, activity: Activity, by: User) -> int:
    """A link for each person on the list who has none; how many were made. A second call makes none.

    Raises Refused for who does not keep the activity, and where it has no time.
    """
    version = _kept(activity, by)
    due = without_link(activity)
    for participation in due:
        key = uuid.uuid4()
        PersonalLink.objects.create(
            participation=participation,
            key=key,
            token_digest=digest(_token(key)),
            expires_at=_expiry(version),
            made_by=by,
        )
    return len(due)


@transaction.atomic
def renew_link(*, link: PersonalLink, by: User) -> None:
    """Another link in place of this one, which opens nothing from now on. Raises Refused as above."""
    version = _kept(link.participation.activity, by)
    _renew(link, version)


@transaction.atomic
def renew_unreadable(*, activity: Activity, by: User) -> int:
    """New links where the site's secret has changed, so that no sheet is printed without them."""
    version = _kept(activity, by)
    found = PersonalLink.objects.filter(participation__activity=activity)
    lost = [link for link in found if token_of(link) is None]
    for link in lost:
        _renew(link, version)
    return len(lost)


def _renew(link: PersonalLink, version: ActivityVersion) -> None:
    key = uuid.uuid4()
    PersonalLink.objects.filter(pk=link.pk).update(
        key=key, token_digest=digest(_token(key)), expires_at=_expiry(version)
    )


def _kept(activity: Activity, by: User) -> ActivityVersion:
    if not rules.may_keep_gathering(by, activity):
        raise Refused(_("Only staff and the trainers who lead it make links."))
    version = held_version(activity)
    if version.starts_at is None:
        raise Refused(_("It has no time yet. Say first when it takes place."))
    return version


def _expiry(version: ActivityVersion) -> dt.datetime:
    end = version.ends_at or version.starts_at or timezone.now()
    return max(end, timezone.now()) + OPEN_FOR


def _token(key: uuid.UUID) -> str:
    return spelled(token(PURPOSE, str(key)))
