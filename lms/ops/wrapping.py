"""Which of WELFARE_KEYS are still needed; asks every table that holds what is wrapped."""

from courses.queries import reflections
from lms.kit.keyring import keyring
from lms.people.queries import own_keys
from welfare.queries import contact, schedules


def used() -> set[bytes]:
    """The heads of all keys that wrap a row."""
    sources = (own_keys, reflections, schedules, contact)
    return {head for source in sources for head in source.wrapped_with()}


def missing() -> bool:
    """Whether a row is wrapped with a key that is not in WELFARE_KEYS."""
    return not all(keyring().knows(head) for head in used())


def earlier() -> bool:
    """Whether a row is wrapped with another key than the newest."""
    return not all(keyring().is_newest(head) for head in used())
