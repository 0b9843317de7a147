"""What is known of a person as plain values, to be held against each other and put back."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from lms.kit.tokens import digest
from lms.people.models import Affiliation, Person, PersonChange

NAMES = ("given_name", "family_name", "email")
TIE = ("audience", "hotline_id", "agency_id", "country_id", "from_on", "until_on")
State = dict[str, Any]


def state_of(person: Person) -> State:
    """Names, e-mail and affiliations as JSON has them: dates as ISO 8601, organisations by their number."""
    known = Person.objects.get(pk=person.pk)
    ties = [tie_of(one) for one in Affiliation.objects.filter(person=person)]
    return {**{name: getattr(known, name) for name in NAMES}, "affiliations": sorted(ties, key=repr)}


def tie_of(affiliation: Affiliation) -> dict[str, Any]:
    values = {name: getattr(affiliation, name) for name in TIE}
    return values | {name: day.isoformat() for name, day in values.items() if name.endswith("_on") and day}


def names_mark(person: Person) -> str:
    """Tells what somebody is called, as the row was read, from what they were called before."""
    return digest(json.dumps([getattr(person, name) for name in NAMES]))


def tie_mark(affiliation: Affiliation) -> str:
    """The same of an affiliation."""
    return digest(json.dumps(tie_of(affiliation)))


@dataclass(frozen=True)
class Difference:
    """Affiliations that only one of two states has."""

    gone: list[dict[str, Any]]
    come: list[dict[str, Any]]


def between(before: State, after: State) -> Difference:
    old, new = (Counter(_key(tie) for tie in state["affiliations"]) for state in (before, after))
    return Difference(
        [dict(key) for key in (old - new).elements()], [dict(key) for key in (new - old).elements()]
    )


def _key(tie: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, tie[name]) for name in TIE)


def changes_of(person: Person) -> QuerySet[PersonChange]:
    """What was changed by hand, the newest first, with who did it and whether it was taken back."""
    return PersonChange.objects.filter(person=person).select_related(
        "recorded_by__person", "undoing", "undoes"
    )
