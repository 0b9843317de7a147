"""Who may do what behind the wall: one function for each question."""

from django.conf import settings

from lms.people.rules import Visitor, is_known


def may_check_in(user: Visitor) -> bool:
    """Everybody with a login, for themselves alone; nobody for anybody else."""
    return is_known(user)


def may_keep(user: Visitor) -> bool:
    """Whoever may check in, except where the employer runs the server: nothing is to be kept there."""
    return may_check_in(user) and settings.WELFARE_KEEP == "sealed"
