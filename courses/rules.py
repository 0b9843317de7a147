"""Who may do what with training facts; sections and roles are the questions of lms.people.rules."""

from lms.people import rules
from lms.people.models import Hotline
from lms.people.rules import Visitor


def may_see_own_training(user: Visitor) -> bool:
    return rules.is_known(user)


def may_browse_network(user: Visitor) -> bool:
    """Activities, hotlines and people of the whole network."""
    return rules.may_enter_staff(user)


def may_see_training_of_hotline(user: Visitor, hotline: Hotline) -> bool:
    """Facts recorded for the people of a hotline while they were its people."""
    return rules.may_see_hotline(user, hotline)


def may_open_persons(user: Visitor) -> bool:
    """Whether a name leads on to all that is known of a person, at other hotlines too."""
    return rules.may_enter_staff(user)


def may_read_counts(user: Visitor) -> bool:
    """The network's training counts and the facts behind them."""
    return rules.may_enter_staff(user)


def may_merge_persons(user: Visitor) -> bool:
    """Whether somebody may say that two records are one person, and take that back."""
    return rules.may_enter_staff(user)
