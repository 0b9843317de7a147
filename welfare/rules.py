"""Who may do what behind the wall: one function for each question."""

from django.conf import settings

from lms.people.enums import Role
from lms.people.models import Hotline
from lms.people.rules import (
    Visitor,
    grants_in_force,
    has_role,
    is_known,
    may_enter_support,
    may_set_reminder_defaults,
)

__all__ = [
    "may_check_in",
    "may_enter_support",
    "may_keep",
    "may_keep_holidays",
    "may_keep_people",
    "may_keep_people_of",
    "may_set_default",
    "may_set_reminder_defaults",
]


def may_check_in(user: Visitor) -> bool:
    """Everybody with a login, for themselves alone; nobody for anybody else."""
    return is_known(user)


def may_keep(user: Visitor) -> bool:
    """Whoever may check in, except where the employer runs the server: nothing is to be kept there."""
    return may_check_in(user) and settings.WELFARE_KEEP == "sealed"


def may_keep_people(user: Visitor) -> bool:
    """Who can be asked, and whom to call in a country, is kept by welfare officers."""
    return has_role(user, Role.WELFARE_OFFICER)


def may_keep_people_of(user: Visitor, hotline_id: int | None) -> bool:
    """For one hotline its own officers too; for the whole network (None) only officers of the network."""
    return any(
        grant.role == Role.WELFARE_OFFICER and grant.hotline_id in (None, hotline_id)
        for grant in grants_in_force(user)
    )


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
