"""Put right who took part: the old fact is reversed and stands beside the new one, with the reason."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.activities import held_version
from courses.actions.ledger import record_head_count
from courses.actions.session_mails import tell_sessions_of
from courses.actions.taking_part import Place, day_for
from courses.enums import CalendarMethod, Stage
from courses.models import (
    Activity,
    ActivityVersion,
    Amendment,
    Entry,
    FactAdded,
    FactChange,
    Participation,
    Reversal,
)
from lms.kit.errors import Refused
from lms.people.models import User
from lms.people.queries.merges import records_of


@dataclass(frozen=True)
class Right:
    """How it was: ``expected`` people had enrolled, ``came`` were there, 0 for nobody.

    For a person both are 0 or 1, and ``absent`` is the register's "no".
    """

    place: Place
    expected: int
    came: int
    absent: bool = False


@transaction.atomic
def put_right(*, participation: Participation, right: Right, reason: str, by: User) -> list[Amendment]:
    """Reverse what is otherwise and append what is right, each pair with the reason.

    Raises Refused for who does not keep the activity, of oneself, without a reason, where nothing is
    otherwise, for an attendance before it begins, and where the head count that it would become stands
    already.
    """
    version = keeping(participation.activity, reason=reason, by=by)
    not_oneself(participation, by)
    _check(participation, right, version)
    standing = standing_of(participation)
    wanted = dict(_wanted(participation, right, standing, version))
    change = FactChange.objects.create(activity=participation.activity, reason=reason.strip(), recorded_by=by)
    found = amend(participation, wanted, stages=(Stage.ENROLLED, Stage.ATTENDED), change=change)
    if not found:
        raise Refused(_("That is what is recorded already."))
    return found.amendments


def keeping(activity: Activity, *, reason: str, by: User) -> ActivityVersion:
    """The version in force of an activity whose facts ``by`` may put right; its row is held until the end.

    Raises Refused for who does not keep it, without a reason, and where it was withdrawn.
    """
    if not rules.may_keep_gathering(by, activity):
        raise Refused(
            _("Only staff and the trainers who lead it say who took part; of a cohort or an exchange, there.")
        )
    if not reason.strip():
        raise Refused(_("Say why: it is kept with the correction."), field="reason")
    return held_version(activity)


def not_oneself(participation: Participation, by: User) -> None:
    """Raises Refused where it is about ``by``."""
    refuse_oneself(participation, records_of(by.person_id or 0))


def refuse_oneself(participation: Participation, own: Collection[int]) -> None:
    """The same, by the records of whoever says it."""
    if participation.person_id in own:
        raise Refused(_("Somebody else has to record that you took part."))


def standing_of(participation: Participation) -> dict[str, Entry]:
    """What stands of it, by stage."""
    return standing_of_each([participation])[participation.pk]


def standing_of_each(participations: Collection[Participation]) -> dict[int, dict[str, Entry]]:
    """The same of several, by participation, with their organisations. One query."""
    found: dict[int, dict[str, Entry]] = {one.pk: {} for one in participations}
    standing = Entry.objects.standing().select_related("hotline", "agency", "country")
    for entry in standing.filter(participation__in=found):
        found[entry.participation_id][entry.stage] = entry
    return found


@dataclass(frozen=True)
class Wish:
    """That just ``wanted`` stands of these stages of a participation: the columns of each entry, by stage.

    ``standing`` is what stands.
    """

    participation: Participation
    standing: Mapping[str, Entry]
    wanted: Mapping[str, dict[str, Any]]
    stages: Collection[Stage]

    @property
    def changed(self) -> list[Stage]:
        return [stage for stage in self.stages if _differs(self.standing, self.wanted, stage)]

    @property
    def has_enrolled(self) -> bool:
        """Whether an enrolment stands afterwards."""
        return Stage.ENROLLED in (self.wanted if Stage.ENROLLED in self.stages else self.standing)


@dataclass(frozen=True)
class Amended:
    """What one change did to one participation; false where it did nothing."""

    amendments: list[Amendment]
    added: list[Entry]

    def __bool__(self) -> bool:
        return bool(self.amendments or self.added)


def amend(
    participation: Participation,
    wanted: Mapping[str, dict[str, Any]],
    *,
    stages: Collection[Stage],
    change: FactChange,
) -> Amended:
    """Have just ``wanted`` stand of these stages: the columns of each entry, by stage.

    What is otherwise is reversed, and what is appended hangs on the change. For actions that hold the
    activity's row.
    """
    return amend_each([Wish(participation, standing_of(participation), wanted, stages)], change=change)[0]


def amend_each(wishes: Sequence[Wish], *, change: FactChange) -> list[Amended]:
    """The same of several participations of the change's activity; of people as many queries however many."""
    by, changed = change.recorded_by, [(wish, stage) for wish in wishes for stage in wish.changed]
    # All of them are taken back first: a head count of another organisation has a place of its own.
    gone = {
        (wish.participation.pk, stage): Reversal(entry=wish.standing[stage], recorded_by=by)
        for wish, stage in changed
        if stage in wish.standing
    }
    Reversal.objects.bulk_create(gone.values())
    made = _append([(wish, stage) for wish, stage in changed if stage in wish.wanted], by)
    _tell(change.activity, wishes)
    amendments = {
        key: Amendment(
            reversal=reversal, successor=made.get(key), change=change, reason=change.reason, recorded_by=by
        )
        for key, reversal in gone.items()
    }
    added = {key: entry for key, entry in made.items() if key not in gone}
    Amendment.objects.bulk_create(amendments.values())
    FactAdded.objects.bulk_create(FactAdded(entry=entry, change=change) for entry in added.values())
    return [_amended(wish, amendments, added) for wish in wishes]


Key = tuple[int, Stage]


def _amended(wish: Wish, amendments: Mapping[Key, Amendment], added: Mapping[Key, Entry]) -> Amended:
    keys = [(wish.participation.pk, stage) for stage in wish.stages]
    return Amended(
        [amendments[key] for key in keys if key in amendments], [added[key] for key in keys if key in added]
    )


def _tell(activity: Activity, wishes: Iterable[Wish]) -> None:
    """Who leaves the list has its sessions struck out of the calendar; who comes onto it has them put in."""
    moved: dict[CalendarMethod, list[int]] = {CalendarMethod.CANCEL: [], CalendarMethod.REQUEST: []}
    for wish in wishes:
        person, had = wish.participation.person_id, Stage.ENROLLED in wish.standing
        if person is not None and had != wish.has_enrolled:
            moved[CalendarMethod.CANCEL if had else CalendarMethod.REQUEST].append(person)
    for method, persons in moved.items():
        if persons:
            tell_sessions_of(activity=activity, persons=persons, method=method)


def _check(participation: Participation, right: Right, version: ActivityVersion) -> None:
    if (right.came or right.absent) and (version.starts_at is None or version.starts_at > timezone.now()):
        raise Refused(_("It has not begun yet: nobody can have been there."), field="came")
    if participation.person_id is None:
        return
    pseudonym = getattr(participation.person, "pseudonym", None)
    if pseudonym is not None and right.place.agency != pseudonym.agency:
        raise Refused(_("A code stays with the agency that keeps it."), field="organisation")


def _wanted(
    participation: Participation,
    right: Right,
    standing: dict[str, Entry],
    version: ActivityVersion,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """For each stage that is to stand the columns of its entry."""
    person = participation.person_id is not None
    columns = right.place.columns()
    if right.expected:
        before = standing.get(Stage.ENROLLED)
        day = before.happened_on if before else day_for(version)
        number = 1 if person else right.expected
        yield Stage.ENROLLED, columns | {"headcount": number, "happened_on": day, "absent": False}
    if right.came or right.absent:
        number = 1 if person else right.came
        yield Stage.ATTENDED, columns | {"headcount": number, "happened_on": None, "absent": right.absent}


def _differs(standing: Mapping[str, Entry], wanted: Mapping[str, dict[str, Any]], stage: str) -> bool:
    entry, columns = standing.get(stage), wanted.get(stage)
    if entry is None or columns is None:
        return (entry is None) != (columns is None)
    return any(getattr(entry, name) != value for name, value in columns.items())


def _append(wanted: Sequence[tuple[Wish, Stage]], by: User | None) -> dict[Key, Entry]:
    """The entries of people in one go; head counts one by one, each by the action that counts."""
    people = [
        (wish.participation, stage, wish.wanted[stage])
        for wish, stage in wanted
        if wish.participation.person_id
    ]
    last = _ordinals(participation for participation, _stage, _columns in people)
    made = Entry.objects.bulk_create(
        Entry(
            participation=one,
            activity_id=one.activity_id,
            person_id=one.person_id,
            stage=stage,
            ordinal=last.get((one.pk, stage), 0) + 1,
            recorded_by=by,
            **columns,
        )
        for one, stage, columns in people
    )
    found = {(entry.participation_id, Stage(entry.stage)): entry for entry in made}
    for wish, stage in wanted:
        if wish.participation.person_id is None:
            found[wish.participation.pk, stage] = _count(wish.participation, stage, wish.wanted[stage], by)
    return found


def _ordinals(participations: Iterable[Participation]) -> dict[Key, int]:
    """The last ordinal of each participation and stage. One query."""
    rows = Entry.objects.filter(participation__in=[one.pk for one in participations]).order_by()
    found = rows.values_list("participation", "stage").annotate(last=Max("ordinal"))
    return {(participation, Stage(stage)): last for participation, stage, last in found}


def _count(participation: Participation, stage: Stage, columns: dict[str, Any], by: User | None) -> Entry:
    counted = {name: value for name, value in columns.items() if name not in ("headcount", "absent")}
    return record_head_count(
        activity=participation.activity, stage=stage, number=columns["headcount"], by=by, **counted
    )
