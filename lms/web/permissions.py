"""How a page asks its one permission question."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied

Rule = Callable[[Any], bool]
"""A rules function about sections: takes the user (maybe anonymous), answers yes or no."""


def signed_in(user: Any) -> bool:
    """Every login may: the rule of pages that show somebody only their own."""
    return bool(user.is_authenticated)


def everyone(user: Any) -> bool:
    """Anybody may, signed in or not; the view must be login_not_required as well."""
    return True


def require(rule: Rule, user: Any) -> None:
    """Raise PermissionDenied, which the site answers with 403, unless the rule says yes."""
    if not rule(user):
        raise PermissionDenied
