"""Giving roles and taking them back. The network is never left without an administrator."""

import datetime as dt

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.errors import Refused
from lms.kit.locks import Lock, hold
from lms.people.enums import Role
from lms.people.models import Hotline, RoleGrant, User
from lms.people.rules import in_force_q, may_enter_admin

NETWORK_WIDE = {Role.STAFF, Role.ADMINISTRATOR}


@transaction.atomic
def grant_role(
    *,
    user: User,
    role: Role,
    by: User | None,
    hotline: Hotline | None = None,
    from_on: dt.date | None = None,
    until_on: dt.date | None = None,
) -> RoleGrant:
    """Give a role from a day (None is today) to a last day (None is open), both in the reporting zone.

    ``by`` is None for a command of the operator. Raises Refused where the role and the hotline do not
    fit, or where the same grant already holds on one of these days.
    """
    require_administrator(by)
    check_fit(role, hotline)
    first = from_on or clock.today()
    if until_on and until_on < first:
        raise Refused(_("The last day lies before the first."), field="until_on")
    User.objects.select_for_update().get(pk=user.pk)
    same = RoleGrant.objects.filter(user=user, role=role, hotline=hotline, revoked_at=None)
    later = same.filter(from_on__lte=until_on) if until_on else same
    if later.exclude(until_on__lt=first).exists():
        raise Refused(_("This role already holds on one of these days."), field="role")
    return RoleGrant.objects.create(
        user=user, role=role, hotline=hotline, from_on=first, until_on=until_on, granted_by=by
    )


@transaction.atomic
def revoke_role(*, grant: RoleGrant, by: User | None) -> RoleGrant:
    """End a grant at once and keep its row. Raises Refused for the last administrator."""
    require_administrator(by)
    hold(Lock.ADMINISTRATORS)
    current = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    if current.revoked_at is not None:
        return current
    RoleGrant.objects.filter(pk=current.pk).update(revoked_at=Now(), revoked_by=by)
    if current.role == Role.ADMINISTRATOR:
        _require_an_administrator()
    current.refresh_from_db()
    return current


@transaction.atomic
def close_login(*, user: User, by: User | None) -> None:
    """Nobody signs in with this login any more; open sessions end. Refused for the last administrator."""
    require_administrator(by)
    hold(Lock.ADMINISTRATORS)
    User.objects.filter(pk=user.pk).update(is_active=False)
    _require_an_administrator()


@transaction.atomic
def open_login(*, user: User, by: User | None) -> None:
    """Let a closed login sign in again, with the grants that are still in force."""
    require_administrator(by)
    User.objects.filter(pk=user.pk).update(is_active=True)


def check_fit(role: Role, hotline: Hotline | None) -> None:
    """Raise Refused where a role needs a hotline and has none, or holds for the network only."""
    if role == Role.HOTLINE_MANAGER and hotline is None:
        raise Refused(_("A manager needs a hotline to manage."), field="hotline")
    if role in NETWORK_WIDE and hotline is not None:
        raise Refused(_("This role holds for the whole network: leave the hotline empty."), field="hotline")


def require_administrator(by: User | None) -> None:
    """A second lock behind the page's own rule; None is the operator at the command line."""
    if by is not None and not may_enter_admin(by):
        raise Refused(_("Only an administrator may do this."))


def _require_an_administrator() -> None:
    """Count only grants without a last day: one that runs out would leave nobody."""
    lasting = RoleGrant.objects.filter(
        in_force_q(clock.today()), role=Role.ADMINISTRATOR, until_on=None, user__is_active=True
    )
    if not lasting.exists():
        raise Refused(_("This is the last administrator. Give somebody else the role first."))
