"""Who may do what behind the wall: one function for each question."""

from lms.people.rules import Visitor, is_known


def may_check_in(user: Visitor) -> bool:
    """Everybody with a login, for themselves alone; nobody for anybody else."""
    return is_known(user)
