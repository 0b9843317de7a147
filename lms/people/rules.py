"""Who may do what: one function for each question, asked alike by pages, commands and templates.

A role is a grant in force on a day of the reporting zone. Grants are loaded once for each user object.
"""

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from lms.kit import clock
from lms.people.enums import Role, TokenScope
from lms.people.models import Hotline, Person, RoleGrant, User

Visitor = User | AnonymousUser


def is_known(user: Visitor) -> bool:
    """Whether somebody with an open login asks: enough for /, /me/, /courses/ and /checkins/."""
    return bool(user.is_authenticated and user.is_active)


def grants_in_force(user: Visitor, on: dt.date | None = None) -> list[RoleGrant]:
    """The user's grants on a day of the reporting zone (None is today)."""
    if not isinstance(user, User) or not is_known(user):
        return []
    day = on or clock.today()
    return [grant for grant in loaded_grants(user) if is_in_force(grant, day)]


def loaded_grants(user: User) -> Iterable[RoleGrant]:
    """All grants of the user: kept where prefetching keeps them, so that adding one forgets them.

    A page asks a dozen times; looking each time whether anything is to be prefetched would cost more than
    the one query.
    """
    kept = getattr(user, "_prefetched_objects_cache", None)
    if kept is None:
        kept = user._prefetched_objects_cache = {}  # type: ignore[attr-defined]  # made by prefetching alone
    if "grants" not in kept:
        # In no order: saying one takes as long as asking.
        grants = user.grants.order_by()
        len(grants)
        kept["grants"] = grants
    found: Iterable[RoleGrant] = kept["grants"]
    return found


def is_in_force(grant: RoleGrant, day: dt.date) -> bool:
    if grant.revoked_at is not None:
        return False
    return grant.from_on <= day and (grant.until_on is None or day <= grant.until_on)


def in_force_q(day: dt.date, prefix: str = "") -> Q:
    """The same rule as ``is_in_force``, for a query over grants or through a relation to them."""
    return Q(
        Q(**{f"{prefix}until_on__isnull": True}) | Q(**{f"{prefix}until_on__gte": day}),
        **{f"{prefix}revoked_at__isnull": True, f"{prefix}from_on__lte": day},
    )


def has_role(user: Visitor, role: Role, hotline: Hotline | None = None, on: dt.date | None = None) -> bool:
    """Whether a grant in force gives the role, for ``hotline`` where one is named.

    A grant without a hotline holds for the whole network, so for every hotline too.
    """
    return any(
        grant.role == role and (hotline is None or grant.hotline_id in (None, hotline.pk))
        for grant in grants_in_force(user, on)
    )


def may_enter_staff(user: Visitor) -> bool:
    return has_role(user, Role.STAFF)


def may_enter_teach(user: Visitor) -> bool:
    return has_role(user, Role.TRAINER)


def may_enter_hotline(user: Visitor) -> bool:
    return has_role(user, Role.HOTLINE_MANAGER)


def may_enter_exchanges(user: Visitor) -> bool:
    return has_role(user, Role.STAFF) or has_role(user, Role.HOTLINE_MANAGER)


def may_enter_support(user: Visitor) -> bool:
    """Everybody may be chosen as the one to talk to; what is not addressed to them stays unseen."""
    return is_known(user)


def may_set_reminder_defaults(user: Visitor) -> bool:
    return has_role(user, Role.WELFARE_OFFICER)


def may_enter_admin(user: Visitor) -> bool:
    return has_role(user, Role.ADMINISTRATOR)


def may_keep_persons(user: Visitor) -> bool:
    """Make a person known, and say what they are called, where they belong and who is one person: staff."""
    return may_enter_staff(user)


def managed_hotline_ids(user: Visitor) -> set[int]:
    """The hotlines that the user manages today."""
    return {
        grant.hotline_id
        for grant in grants_in_force(user)
        if grant.role == Role.HOTLINE_MANAGER and grant.hotline_id is not None
    }


def may_see_hotline(user: Visitor, hotline: Hotline) -> bool:
    """Whether the training facts of a hotline are open: to staff, and to its own managers."""
    return may_enter_staff(user) or hotline.pk in managed_hotline_ids(user)


def may_see_person(user: Visitor, person: Person) -> bool:
    """Whether everything the network knows of a person's training is open: to staff and to themselves."""
    return may_enter_staff(user) or (is_known(user) and getattr(user, "person_id", None) == person.pk)


def token_scopes(user: Visitor) -> list[TokenScope]:
    """What a token of this login can be made for today; none where the API holds nothing for its roles."""
    if may_enter_staff(user):
        return list(TokenScope)
    return [TokenScope.READ, TokenScope.COUNTS] if may_enter_hotline(user) else []


def may_make_tokens(user: Visitor) -> bool:
    return bool(token_scopes(user))


def may_see_all_tokens(user: Visitor) -> bool:
    """That tokens exist and whose they are, to end them; nobody sees what they say."""
    return may_enter_admin(user)
