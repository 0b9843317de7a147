"""What a change of a person means for the ledger: facts keep the hotline of their day, and may lean on it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import ngettext

from courses.models import Entry
from courses.queries.facts import Fact, load, seen
from lms.kit import clock
from lms.kit.errors import Refused
from lms.people.actions.persons import look_at_move, undo_person_change
from lms.people.enums import PersonChangeKind
from lms.people.models import Affiliation, Hotline, PersonChange, RoleGrant, User
from lms.people.queries.changes import between
from lms.people.queries.merges import records_of
from lms.people.rules import in_force_q


@dataclass(frozen=True)
class Ahead:
    """``before`` and ``after`` are affiliations as lms/people/queries/changes.py keeps them.

    ``facts`` of the former hotline stay with it, ``later`` among them although their day is after the move.
    ``has_roles``: a login of theirs has a role there.
    """

    before: Sequence[dict[str, Any]]
    after: Sequence[dict[str, Any]]
    facts: int
    later: Sequence[Fact]
    has_roles: bool


def ahead_of_move(
    *, affiliation: Affiliation, hotline: Hotline, from_on: dt.date, reason: str, by: User
) -> Ahead:
    """What a move would change and what it would leave; nothing is changed.

    Raises Refused as ``move_person`` does.
    """
    would = look_at_move(affiliation=affiliation, hotline=hotline, from_on=from_on, reason=reason, by=by)
    states = would.before["affiliations"], would.after["affiliations"]
    recorded = Entry.objects.standing().filter(
        person__in=records_of(would.person_id), hotline=affiliation.hotline_id
    )
    facts = load(seen(recorded))
    grants = RoleGrant.objects.filter(
        in_force_q(clock.today()), user__person=would.person_id, hotline=affiliation.hotline_id
    )
    return Ahead(
        before=states[0],
        after=states[1],
        facts=len(facts),
        later=[fact for fact in facts if fact.day is not None and fact.day >= from_on],
        has_roles=grants.exists(),
    )


@transaction.atomic
def undo_change(*, person_change: PersonChange, reason: str, by: User) -> PersonChange:
    """As ``undo_person_change``, and refused where facts were recorded since that lean on it: with an
    organisation that somebody belongs to by this change alone.
    """
    leaning = _leaning(person_change)
    if leaning:
        said = ngettext(
            "%(number)s fact was recorded with it since. Correct it at its activity first.",
            "%(number)s facts were recorded with it since. Correct them at their activities first.",
            leaning,
        )
        raise Refused(said % {"number": leaning})
    return undo_person_change(person_change=person_change, reason=reason, by=by)


def _leaning(change: PersonChange) -> int:
    if change.kind not in (PersonChangeKind.AFFILIATION, PersonChangeKind.MOVED):
        return 0
    come, had = between(change.before, change.after).come, change.before["affiliations"]
    hotlines, agencies = (
        {tie[name] for tie in come if tie[name]} - {tie[name] for tie in had}
        for name in ("hotline_id", "agency_id")
    )
    since = Entry.objects.standing().filter(
        person__in=records_of(change.person_id), recorded_at__gte=change.recorded_at
    )
    return since.filter(Q(hotline__in=hotlines) | Q(agency__in=agencies)).count()
