"""Which records may be one person: the same address, or the same whole name. No proof, only a reason to look.

A name is the same as lms/kit/names.py has it: in either order, whatever case, accents, spaces and signs. One
that has a part alone says too little. A record that is read as another one is left out. Who is meant by a
line that somebody pasted is another question, which takes what the line has: courses/queries/matching.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import combinations
from typing import Any, Protocol

from lms.kit.names import folded
from lms.people.models import Person
from lms.people.narrowing import narrowed
from lms.people.queries.changes import NAMES
from lms.people.queries.merges import in_force

# An address or a name that more records have than this is a shared mailbox or a placeholder.
MOST_ALIKE = 20


class Sign(Enum):
    """What two records have in common."""

    MAIL = "mail"
    NAME = "name"


class Named(Protocol):
    @property
    def given_name(self) -> str: ...
    @property
    def family_name(self) -> str: ...
    @property
    def email(self) -> str: ...


@dataclass(frozen=True)
class Pair:
    """Two records, by key, that may be one person: the same address, the same name, or both."""

    first: int
    second: int
    same_mail: bool
    same_name: bool


def alike(one: Named, *, besides: int | None = None) -> list[Person]:
    """The records that may be this person, by name, without the one of this key. Two queries."""
    wanted = set(_keys(one.given_name, one.family_name, one.email))
    found = [pk for pk, *names in _records() if pk != besides and wanted.intersection(_keys(*names))]
    return list(Person.objects.filter(pk__in=found)) if found else []


def pairs() -> list[Pair]:
    """Every two records that may be one person, the likeliest first, without what too many share."""
    sharing: dict[tuple[Sign, str], list[int]] = {}
    for pk, *names in _records():
        for key in set(_keys(*names)):
            sharing.setdefault(key, []).append(pk)
    found: dict[tuple[int, int], set[Sign]] = {}
    for (sign, _key), records in sharing.items():
        if len(records) <= MOST_ALIKE:
            for pair in combinations(sorted(records), 2):
                found.setdefault(pair, set()).add(sign)
    made = [Pair(*pair, Sign.MAIL in signs, Sign.NAME in signs) for pair, signs in found.items()]
    return sorted(made, key=_likeliest)


def _likeliest(pair: Pair) -> tuple[bool, bool, int, int]:
    return (not (pair.same_mail and pair.same_name), not pair.same_mail, pair.first, pair.second)


def _records() -> Iterator[Any]:
    known = narrowed(Person.objects.exclude(pk__in=in_force().values("duplicate")), "pk")
    return known.order_by().values_list("pk", *NAMES).iterator()


def _keys(given_name: str, family_name: str, email: str) -> Iterator[tuple[Sign, str]]:
    """Two records that share one of these may be one person."""
    if mail := email.strip().lower():
        yield Sign.MAIL, mail
    given, family = folded(given_name), folded(family_name)
    if given and family:
        yield Sign.NAME, given + family
        yield Sign.NAME, family + given
