"""Move people to another hotline by the action that moves one, and back by the one that takes that back."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from courses.actions.bulk.doing import Doing, Side, Sides, earlier, later, person_of
from courses.actions.by_hand.people import ahead_of_move, undo_change
from courses.models import BulkRow
from lms.kit.errors import Refused
from lms.people.actions.persons import move_person
from lms.people.models import Affiliation, Hotline, Person, PersonChange
from lms.people.periods import holds
from lms.people.queries.changes import TIE, Difference, between, changes_of

A_DAY = dt.timedelta(days=1)


def move(row: BulkRow, doing: Doing) -> Sides:
    """``after`` has what stays with the former hotline, too: facts, those of later days, and a role."""
    person, said = person_of(row), doing.said
    hotline, from_on = Hotline.objects.get(pk=said["hotline"]), dt.date.fromisoformat(said["from_on"])
    asked: dict[str, Any] = {
        "affiliation": left(person, hotline, from_on, said["leaves"]),
        "hotline": hotline,
        "from_on": from_on,
        "reason": doing.reason,
        "by": doing.by,
    }
    ahead = ahead_of_move(**asked)
    before, after = sides(move_person(**asked))
    stays = {"facts": ahead.facts, "later": len(ahead.later), "role": ahead.has_roles}
    return before, after | {"stays": stays}


def left(person: Person, hotline: Hotline, from_on: dt.date, leaves: int | None) -> Affiliation:
    """The one affiliation that ends with the move: that of ``leaves``, or the only one with a hotline."""
    ties = list(person.affiliations.exclude(hotline=None).order_by("pk"))
    day_before = [tie for tie in ties if holds(tie, from_on - A_DAY)]
    held = [tie for tie in day_before if leaves is None or tie.hotline_id == leaves]
    others = [tie for tie in held if tie.hotline_id != hotline.pk]
    if not others:
        there = any(tie.hotline_id == hotline.pk and holds(tie, from_on) for tie in ties)
        raise Refused(
            _("They belong to this hotline already.")
            if there
            else _("On the day before they do not belong to a hotline that they could leave.")
        )
    if len(others) > 1:
        raise Refused(_("On the day before they belong to several hotlines: say which one they leave."))
    return others[0]


def move_back(row: BulkRow, doing: Doing) -> Sides:
    """By the change that the earlier row made; it is refused where anything stands on that."""
    person = person_of(row)
    made = next((one for one in changes_of(person).order_by("-pk") if is_of(one, row)), None)
    if made is None:
        raise Refused(_("A later change stands on it."))
    return sides(undo_change(person_change=made, reason=doing.reason, by=doing.by))


def is_of(change: PersonChange, row: BulkRow) -> bool:
    """Whether the earlier row made this change: somebody may have made the same one by hand since."""
    made = row.undoes.action if row.undoes else None
    if made is None or not change.before:
        return False
    if (change.reason, change.recorded_by_id) != (made.reason, made.decided_by_id):
        return False
    found = between(change.before, change.after)
    return (in_time(found.gone), in_time(found.come)) == (bare(earlier(row)), bare(later(row)))


def sides(change: PersonChange) -> Sides:
    """The affiliations that are no longer as they were, and those that are now, with whose they are."""
    found: Difference = between(change.before, change.after)
    pks = {tie["hotline_id"] for tie in (*found.gone, *found.come)}
    names = dict(Hotline.objects.filter(pk__in=pks).values_list("pk", "name"))

    def side(ties: Iterable[dict[str, Any]]) -> Side:
        return {"ties": [tie | {"organisation": names.get(tie["hotline_id"], "")} for tie in in_time(ties)]}

    return side(found.gone), side(found.come)


def in_time(ties: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What ends first comes first; what has no end comes last."""
    return sorted(
        ties, key=lambda tie: (tie["until_on"] is None, tie["until_on"] or "", tie["from_on"] or "")
    )


def bare(side: Side) -> list[dict[str, Any]]:
    return [{name: tie[name] for name in TIE} for tie in side["ties"]]
