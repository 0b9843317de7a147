"""Put right who took part: the old fact is reversed and stands beside the new one, with the reason."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.activities import held_version
from courses.actions.ledger import record_head_count, reverse_entry
from courses.actions.session_mails import tell_sessions
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
    if participation.person_id in records_of(by.person_id or 0):
        raise Refused(_("Somebody else has to record that you took part."))


def standing_of(participation: Participation) -> dict[str, Entry]:
    """What stands of it, by stage."""
    return {one.stage: one for one in participation.entries.standing()}


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
    by = change.recorded_by
    standing = standing_of(participation)
    changed = [stage for stage in stages if _differs(standing, wanted, stage)]
    # All of them are taken back first: a head count of another organisation has a place of its own.
    gone = {stage: reverse_entry(entry=standing[stage], by=by) for stage in changed if stage in standing}
    made = {stage: _append(participation, stage, wanted[stage], by) for stage in changed if stage in wanted}
    if changed and participation.person_id is not None:
        _tell(participation, standing, standing_of(participation))
    added = [entry for stage, entry in made.items() if stage not in gone]
    FactAdded.objects.bulk_create(FactAdded(entry=entry, change=change) for entry in added)
    return Amended([_amendment(reversal, made.get(stage), change) for stage, reversal in gone.items()], added)


def _amendment(reversal: Reversal, successor: Entry | None, change: FactChange) -> Amendment:
    return Amendment.objects.create(
        reversal=reversal,
        successor=successor,
        change=change,
        reason=change.reason,
        recorded_by=change.recorded_by,
    )


def _tell(participation: Participation, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Who leaves the list has its sessions struck out of the calendar; who comes onto it has them put in."""
    if Stage.ENROLLED in before and Stage.ENROLLED not in now:
        tell_sessions(participation=participation, method=CalendarMethod.CANCEL)
    elif Stage.ENROLLED in now and Stage.ENROLLED not in before:
        tell_sessions(participation=participation, method=CalendarMethod.REQUEST)


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


def _append(participation: Participation, stage: str, columns: dict[str, Any], by: User | None) -> Entry:
    if participation.person_id is None:
        counted = {name: value for name, value in columns.items() if name not in ("headcount", "absent")}
        return record_head_count(
            activity=participation.activity, stage=Stage(stage), number=columns["headcount"], by=by, **counted
        )
    made = participation.entries.filter(stage=stage)
    return Entry.objects.create(
        participation=participation,
        activity_id=participation.activity_id,
        person_id=participation.person_id,
        stage=stage,
        ordinal=made.count() + 1,
        recorded_by=by,
        **columns,
    )
