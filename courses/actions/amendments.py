"""Put right who took part: the old fact is reversed and stands beside the new one, with the reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.ledger import record_head_count, reverse_entry
from courses.actions.session_mails import tell_sessions
from courses.actions.taking_part import Place, day_for
from courses.enums import CalendarMethod, Stage
from courses.models import Activity, ActivityVersion, Amendment, Entry, Participation
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
    activity = participation.activity
    if not rules.may_keep_gathering(by, activity):
        raise Refused(_("Only staff and the trainers who lead it say who took part."))
    if participation.person_id in records_of(by.person_id or 0):
        raise Refused(_("Somebody else has to record that you took part."))
    if not reason.strip():
        raise Refused(_("Say why: it is kept with the correction."), field="reason")
    Activity.objects.select_for_update().get(pk=activity.pk)
    version = ActivityVersion.objects.in_force().get(activity=activity)
    _check(participation, right, version)
    standing = {one.stage: one for one in participation.entries.standing()}
    wanted = dict(_wanted(participation, right, standing, version))
    changed = [stage for stage in (Stage.ENROLLED, Stage.ATTENDED) if _differs(standing, wanted, stage)]
    if not changed:
        raise Refused(_("That is what is recorded already."))
    # All of them are taken back first: a head count of another organisation has a place of its own.
    gone = {stage: reverse_entry(entry=standing[stage], by=by) for stage in changed if stage in standing}
    made = {stage: _append(participation, stage, wanted[stage], by) for stage in changed if stage in wanted}
    if participation.person_id is not None:
        _tell(participation, standing, wanted)
    return [
        Amendment.objects.create(
            reversal=reversal, successor=made.get(stage), reason=reason.strip(), recorded_by=by
        )
        for stage, reversal in gone.items()
    ]


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


def _differs(standing: dict[str, Entry], wanted: dict[str, dict[str, Any]], stage: str) -> bool:
    entry, columns = standing.get(stage), wanted.get(stage)
    if entry is None or columns is None:
        return (entry is None) != (columns is None)
    return any(getattr(entry, name) != value for name, value in columns.items())


def _append(participation: Participation, stage: str, columns: dict[str, Any], by: User) -> Entry:
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
