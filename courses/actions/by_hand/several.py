"""Say the same of several people of one activity at once: looked at first, then all of them or none."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions.amendments import Wish, amend_each, standing_of
from courses.actions.by_hand.facts import Known, Said, held_by_hand, wish
from courses.enums import Stage
from courses.models import Activity, Entry, FactChange, Participation
from lms.kit.errors import Refused
from lms.people.models import Person, User


@dataclass(frozen=True)
class Step:
    """What is said of each of them: the day of an enrolment or a completion, or whether they attended.

    Without either the stage is taken back.
    """

    stage: Stage
    day: dt.date | None = None
    attended: bool | None = None

    def on(self, said: Said) -> Said:
        if self.stage == Stage.ENROLLED:
            return replace(said, enrolled_on=self.day)
        if self.stage == Stage.COMPLETED:
            return replace(said, completed_on=self.day)
        return replace(said, attended=self.attended)


@dataclass(frozen=True)
class Line:
    """One of those chosen, with what stands and what would; ``fault`` is why that cannot be, '' where it can.
    ``changes`` is false where it stands already.
    """

    participation: Participation
    before: Said
    after: Said
    changes: bool
    fault: str = ""

    @property
    def person(self) -> Person | None:
        return self.participation.person


@transaction.atomic
def look_at_several(
    *, activity: Activity, chosen: Sequence[int], step: Step, reason: str, by: User
) -> list[Line]:
    """What ``say_of_several`` would do, one by one; nothing is recorded. Raises Refused as it does."""
    lines, _change = _go_through(activity, chosen, step, reason, by)
    # What was tried is taken back, so that the preview cannot differ from what is done.
    transaction.set_rollback(True)
    return lines


@transaction.atomic
def say_of_several(
    *, activity: Activity, chosen: Sequence[int], step: Step, reason: str, by: User
) -> FactChange:
    """Record the step for all of these participations, or for none; those of whom it stands stay as they are.

    Raises Refused as ``set_facts`` does, where nobody is chosen, and where nothing would be otherwise.
    """
    lines, change = _go_through(activity, chosen, step, reason, by)
    wrong = [line for line in lines if line.fault]
    if wrong:
        raise Refused(_("%(fault)s Nothing was recorded.") % {"fault": wrong[0].fault})
    if not any(line.changes for line in lines):
        raise Refused(_("That is what is recorded already."))
    return change


def _go_through(
    activity: Activity, chosen: Sequence[int], step: Step, reason: str, by: User
) -> tuple[list[Line], FactChange]:
    version = held_by_hand(activity, reason=reason, by=by)
    of_these = Participation.objects.filter(activity=activity, person__isnull=False, pk__in=chosen)
    found = list(of_these.select_related("activity", "person__pseudonym").order_by("pk"))
    if not found or len(found) != len(set(chosen)):
        raise Refused(_("Choose who it is about."))
    change = FactChange.objects.create(activity=activity, reason=reason.strip(), recorded_by=by)
    known, lines, wishes = Known.of(found, by), list[Line](), list[Wish]()
    for one in found:
        before = said_by(known.standing[one.pk])
        after = step.on(before)
        try:
            wishes.append(wish(one, after, version, known))
        except Refused as refusal:
            lines.append(Line(one, before, after, changes=False, fault=refusal.sentence))
        else:
            lines.append(Line(one, before, after, changes=bool(wishes[-1].changed)))
    amend_each(wishes, change=change)
    return lines, change


def said_of(participation: Participation) -> Said:
    """What stands of a participation, place left as it is."""
    return said_by(standing_of(participation))


def said_by(standing: Mapping[str, Entry]) -> Said:
    enrolled, attended, completed = (standing.get(stage) for stage in Stage)
    return Said(
        enrolled_on=_day(enrolled),
        attended=None if attended is None else not attended.absent,
        completed_on=_day(completed),
        enrolled=_number(enrolled),
        came=_number(attended),
        completed=_number(completed),
    )


def _number(entry: Entry | None) -> int:
    return entry.headcount if entry else 1


def _day(entry: Entry | None) -> dt.date | None:
    return entry.happened_on if entry else None
