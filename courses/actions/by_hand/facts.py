"""Say by hand who took part in an activity of any kind, and how far: one person or head count at a time."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.amendments import Wish, amend_each, keeping, refuse_oneself, standing_of_each
from courses.actions.ledger import place_of
from courses.actions.taking_part import Place, day_for
from courses.enums import ActivityStatus, Stage
from courses.models import Activity, ActivityVersion, Entry, FactChange, Participation
from courses.queries.facts import first_day
from lms.kit.clock import today
from lms.kit.errors import Refused, Stale
from lms.people.actions.persons import Names, Tie, create_person
from lms.people.models import Affiliation, Person, User
from lms.people.queries.affiliations import latest_on
from lms.people.queries.merges import records_of

PLACE = ("audience", "hotline", "agency", "country")
STAGES = (Stage.ENROLLED, Stage.ATTENDED, Stage.COMPLETED)


@dataclass(frozen=True)
class Said:
    """How far somebody came; a stage that is None is not to stand. Dates are of the reporting zone.

    Of a head count the numbers say how many. ``place`` is whose people they are; None leaves each stage with
    what it was recorded with, and a new one with the affiliation of its day.
    """

    enrolled_on: dt.date | None = None
    attended: bool | None = None
    completed_on: dt.date | None = None
    enrolled: int = 1
    came: int = 1
    completed: int = 1
    place: Place | None = None

    def stages(self) -> dict[Stage, dict[str, Any]]:
        """For each stage that is to stand when it happened, how many it is, and whether it is a no."""
        found: dict[Stage, dict[str, Any]] = {}
        if self.enrolled_on is not None:
            found[Stage.ENROLLED] = _columns(self.enrolled, self.enrolled_on)
        if self.attended is not None:
            found[Stage.ATTENDED] = _columns(self.came, None) | {"absent": not self.attended}
        if self.completed_on is not None:
            found[Stage.COMPLETED] = _columns(self.completed, self.completed_on)
        return found


def _columns(number: int, day: dt.date | None) -> dict[str, Any]:
    return {"headcount": number, "happened_on": day, "absent": False}


@transaction.atomic
def set_facts(
    *, participation: Participation, said: Said, reason: str, by: User, seen: str | None = None
) -> FactChange:
    """Have just ``said`` stand of one participation; what is otherwise is reversed and stays beside it.

    ``seen`` is the ``mark_of`` what somebody looked at: where another fact stands by now it is Stale.

    Raises Refused for who may not, of oneself, without a reason, where nothing would be otherwise, for a
    completion before the enrolment or on a cancelled activity, for an attendance of what has not begun or has
    no time, and for a day to come.
    """
    version = held_by_hand(participation.activity, reason=reason, by=by)
    if seen is not None and seen != mark_of(participation):
        raise Stale(_("Somebody else changed this meanwhile. Nothing was saved."))
    change = FactChange.objects.create(activity=participation.activity, reason=reason.strip(), recorded_by=by)
    if not _set(participation, said, version, change, by):
        raise Refused(_("That is what is recorded already."))
    return change


def mark_of(participation: Participation) -> str:
    """Tells what stands of a participation from what stood before, and nothing else."""
    standing = participation.entries.standing().order_by("pk")
    return "-".join(str(pk) for pk in standing.values_list("pk", flat=True))


@transaction.atomic
def add_person(*, activity: Activity, person: Person, said: Said, reason: str, by: User) -> FactChange:
    """Somebody who is known took part, or is to. Raises Refused as ``set_facts`` does, where nothing is said,
    and where something stands of them here already.
    """
    version = held_by_hand(activity, reason=reason, by=by)
    if not said.stages():
        raise Refused(_("Say how far they came: enrolled, attended or completed."), field="enrolled_on")
    standing = Entry.objects.standing().filter(activity=activity, person__in=records_of(person.pk))
    if standing.exists():
        raise Refused(_("They are on the list already. Correct what stands there instead."))
    participation, _made = Participation.objects.get_or_create(activity=activity, person=person)
    change = FactChange.objects.create(activity=activity, reason=reason.strip(), recorded_by=by)
    _set(participation, said, version, change, by)
    return change


@transaction.atomic
def add_new_person(*, activity: Activity, names: Names, said: Said, reason: str, by: User) -> FactChange:
    """The same for somebody not known so far, who belongs to ``said.place`` from ``day_for`` these days on.

    Raises Refused as ``add_person`` and ``create_person`` do.
    """
    version = held_by_hand(activity, reason=reason, by=by)
    from_on, tie = day_for(version, said.enrolled_on, said.completed_on), None
    if said.place is not None and (said.place.hotline or said.place.agency):
        tie = Tie(**said.place.columns(), from_on=from_on)
    person = create_person(names=names, tie=tie, reason=reason, by=by)
    return add_person(activity=activity, person=person, said=said, reason=reason, by=by)


@transaction.atomic
def add_head_count(*, activity: Activity, said: Said, reason: str, by: User) -> FactChange:
    """So many people of one organisation whom nobody names. Raises Refused as ``set_facts`` does, where
    nothing is said, and where a head count of this organisation stands already.
    """
    version = held_by_hand(activity, reason=reason, by=by)
    if said.place is None or not said.stages():
        raise Refused(_("Say how many enrolled, attended or completed."), field="enrolled")
    participation, _made = Participation.objects.get_or_create(
        activity=activity, person=None, **said.place.columns()
    )
    if participation.entries.standing().exists():
        raise Refused(_("People of this organisation are counted already. Correct that head count instead."))
    change = FactChange.objects.create(activity=activity, reason=reason.strip(), recorded_by=by)
    _set(participation, said, version, change, by)
    return change


def held_by_hand(activity: Activity, *, reason: str, by: User) -> ActivityVersion:
    """As ``keeping``, for staff alone."""
    if not rules.may_record_by_hand(by):
        raise Refused(_("Only INHOPE staff write this down by hand."))
    return keeping(activity, reason=reason, by=by)


@dataclass(frozen=True)
class Known:
    """What is known of some participations: what stands of each, the affiliations of each person, and the
    records of whoever says something of them.
    """

    standing: Mapping[int, dict[str, Entry]]
    ties: Mapping[int, Sequence[Affiliation]]
    own: Collection[int]

    @classmethod
    def of(cls, participations: Collection[Participation], by: User) -> Self:
        """Three queries, however many."""
        ties: dict[int, list[Affiliation]] = {}
        persons = [one.person_id for one in participations if one.person_id]
        for tie in Affiliation.objects.filter(person__in=persons):
            ties.setdefault(tie.person_id, []).append(tie)
        return cls(standing_of_each(participations), ties, records_of(by.person_id or 0))


def wish(participation: Participation, said: Said, version: ActivityVersion, known: Known) -> Wish:
    """What is to stand of one participation of an activity whose row is held.

    Raises Refused as ``set_facts`` does.
    """
    refuse_oneself(participation, known.own)
    standing = known.standing[participation.pk]
    check(participation, said, version, standing)
    wanted = dict(_wanted(participation, said, version, known))
    return Wish(participation, standing, wanted, STAGES)


def _set(
    participation: Participation, said: Said, version: ActivityVersion, change: FactChange, by: User
) -> bool:
    """Whether anything of it is otherwise."""
    known = Known.of([participation], by)
    return bool(amend_each([wish(participation, said, version, known)], change=change)[0])


def check(
    participation: Participation, said: Said, version: ActivityVersion, standing: dict[str, Entry]
) -> None:
    """Raises Refused for what cannot be."""
    stages = said.stages()
    for stage, name in ((Stage.ENROLLED, "enrolled_on"), (Stage.COMPLETED, "completed_on")):
        if stage in stages and stages[stage]["happened_on"] > today():
            raise Refused(_("This day is still to come."), field=name)
    if said.enrolled_on and said.completed_on and said.completed_on < said.enrolled_on:
        raise Refused(_("Nobody completes before they enrol."), field="completed_on")
    if version.status == ActivityStatus.CANCELLED and (
        Stage.COMPLETED in stages or any(stage not in standing for stage in stages)
    ):
        raise Refused(_("It is cancelled: nobody takes part in it."))
    if Stage.ATTENDED in stages:
        if version.starts_at is None:
            raise Refused(_("It is self-paced: there is nothing to attend."), field="attended")
        if version.starts_at > timezone.now():
            raise Refused(_("It has not begun yet: nobody can have been there."), field="attended")
    pseudonym = getattr(participation.person, "pseudonym", None)
    if pseudonym is not None and said.place is not None and said.place.agency != pseudonym.agency:
        raise Refused(_("A code stays with the agency that keeps it."), field="organisation")


def _wanted(
    participation: Participation, said: Said, version: ActivityVersion, known: Known
) -> Iterator[tuple[str, dict[str, Any]]]:
    for stage, columns in said.stages().items():
        if participation.person_id is not None:
            columns = columns | {"headcount": 1}
        yield stage, columns | _place(participation, stage, columns["happened_on"], said, version, known)


def _place(
    participation: Participation,
    stage: Stage,
    day: dt.date | None,
    said: Said,
    version: ActivityVersion,
    known: Known,
) -> dict[str, Any]:
    """Whose people they were at a stage: as said, as recorded, as the head count is, or as of that day."""
    if said.place is not None:
        return said.place.columns()
    standing = known.standing[participation.pk]
    as_recorded = standing.get(stage) or (participation if participation.person_id is None else None)
    if as_recorded is not None:
        return {name: getattr(as_recorded, name) for name in PLACE}
    if participation.person is None:
        raise ValueError("A head count says itself whose people it is.")
    on = day or first_day(version) or today()
    tie = latest_on(known.ties.get(participation.person.pk, ()), on)
    if tie is None and standing:
        # As at the other stages: nothing else is known of that day.
        return {name: getattr(next(iter(standing.values())), name) for name in PLACE}
    return place_of(tie)
