"""Who may do what behind the wall: one function for each question."""

from lms.people.enums import Role
from lms.people.models import Hotline
from lms.people.rules import (
    Visitor,
    grants_in_force,
    has_role,
    is_known,
    may_set_reminder_defaults,
)

__all__ = ["may_check_in", "may_keep_holidays", "may_set_default", "may_set_reminder_defaults"]


def may_check_in(user: Visitor) -> bool:
    """Everybody with a login, for themselves alone; nobody for anybody else."""
    return is_known(user)


def may_set_default(user: Visitor, hotline: Hotline | None) -> bool:
    """A welfare officer of the network everywhere, one of a hotline there alone."""
    if hotline is None:
        return is_officer_of_network(user)
    return has_role(user, Role.WELFARE_OFFICER, hotline)


def may_keep_holidays(user: Visitor) -> bool:
    """A calendar is a country's, and a country may have several hotlines."""
    return is_officer_of_network(user)


def is_officer_of_network(user: Visitor) -> bool:
    grants = grants_in_force(user)
    return any(grant.role == Role.WELFARE_OFFICER and grant.hotline_id is None for grant in grants)
