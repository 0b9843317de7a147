"""Making and ending tokens of the API."""

import datetime as dt
import secrets
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.errors import Refused
from lms.kit.tokens import digest
from lms.people.enums import TokenScope
from lms.people.models import ApiToken, User
from lms.people.queries.tokens import usable
from lms.people.rules import may_see_all_tokens, token_scopes

# Programs that look for secrets in files know a token by it.
PREFIX = "hlat_"
RANDOM_BYTES = 32
DEFAULT_DAYS, MOST_DAYS = 90, 365
MOST_TOKENS = 20


@transaction.atomic
def make_token(*, name: str, scopes: Collection[str], until: dt.date, by: User) -> tuple[ApiToken, str]:
    """A token of ``by``'s own, and what it says, which is kept nowhere.

    ``until`` is its last day in the reporting zone, within a year. Raises Refused for a name, scope or day
    that cannot be, and for more tokens than anybody needs at once.
    """
    # Two presses at once must not get past the number.
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    if not name.strip():
        raise Refused(_("Give the token a name."), field="name")
    wanted = [scope for scope in TokenScope if scope in scopes]
    if not wanted or set(scopes) - set(token_scopes(by)):
        raise Refused(_("Choose what the token is for, among what your roles allow."), field="scopes")
    last = clock.today() + dt.timedelta(days=MOST_DAYS)
    if not clock.today() <= until <= last:
        raise Refused(
            _("The last day is today at the earliest and %(day)s at the latest.") % {"day": last},
            field="until",
        )
    if usable().filter(user=by).count() >= MOST_TOKENS:
        raise Refused(_("You have %(number)s tokens already: end one first.") % {"number": MOST_TOKENS})
    secret = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    made = ApiToken.objects.create(
        user=by,
        name=name.strip(),
        scopes=wanted,
        digest=digest(secret),
        expires_at=clock.end_of(until),
    )
    return made, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User) -> None:
    """End a token at once, one's own or as an administrator anybody's; its row stays."""
    if token.user_id != by.pk and not may_see_all_tokens(by):
        raise Refused(_("Only its owner or an administrator may end a token."))
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=Now(), revoked_by=by)


def mark_used(*, token: ApiToken) -> None:
    """Remember the day (reporting zone) of its last use: one write a day."""
    today = clock.today()
    if token.last_used_on != today:
        unmarked = Q(last_used_on=None) | Q(last_used_on__lt=today)
        ApiToken.objects.filter(unmarked, pk=token.pk).update(last_used_on=today)
