"""After a mark or a new rule: attendances and completions that agree with the registers again.

What an imported register says of somebody's attendance stands: no mark takes it back, and one that would
make "not there" into "there" is refused.
"""

import datetime as dt
from collections.abc import Collection, Mapping

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from courses.actions.certificates import repeat_revocation
from courses.actions.completions import complete_if_due
from courses.actions.ledger import place_of, record_stage, reverse_entry
from courses.enums import Stage
from courses.kinds.attendance import Attended
from courses.models import (
    Activity,
    Cohort,
    Departure,
    Enrolment,
    Entry,
    Participation,
    RegisterMark,
)
from courses.queries.attending import marks_of, registers
from courses.queries.completions import due_day
from courses.queries.sessions import planned
from lms.kit.clock import reporting_zone
from lms.kit.errors import Refused
from lms.people.models import User
from lms.people.queries.affiliations import affiliation_on

Outcomes = Mapping[int, Attended]


def lock_activities(numbers: Collection[int]) -> dict[int, Activity]:
    """Hold activities, in one order, until the transaction ends."""
    held = Activity.objects.select_for_update().filter(pk__in=numbers).order_by("pk")
    return {one.pk: one for one in held}


def outcomes(*, activity: Activity, participations: Collection[int]) -> Outcomes:
    """What the registers say of each now. Five queries, and four more where somebody was moved."""
    cohort = Cohort.objects.filter(activity=activity).first()
    shared = registers(activity, cohort)
    return {number: shared.of(marks) for number, marks in marks_of(participations).items()}


def everybody(activity: Activity) -> Outcomes:
    """What the registers say now of all who are marked on any of them, here, as a guest elsewhere, or in the
    cohort that they were moved out of.
    """
    moved = Departure.objects.filter(enrolment__participation=OuterRef("pk"), moved_to__isnull=False)
    marked = Participation.objects.filter(
        Exists(RegisterMark.objects.filter(participation=OuterRef("pk"))) | Exists(moved), activity=activity
    )
    return outcomes(activity=activity, participations=list(marked.values_list("pk", flat=True)))


def settle(*, activity: Activity, before: Outcomes, by: User | None) -> None:
    """Bring the ledger in line for the participations that ``before`` names, with what was said until now.

    Who is not concerned costs nothing; the activity is held. Raises Refused where an import says "not there".
    """
    after = outcomes(activity=activity, participations=before.keys())
    rows = Entry.objects.standing().filter(participation__in=before.keys(), stage=Stage.ATTENDED)
    standing = {entry.participation_id: entry for entry in rows}
    concerned = [
        number
        for number, now in after.items()
        if now != before[number] or not agrees(standing.get(number), now)
    ]
    if not concerned:
        return
    people = Participation.objects.filter(pk__in=concerned).select_related("person").order_by("pk")
    enrolled = Enrolment.objects.select_for_update(of=("self",)).filter(participation__in=concerned)
    enrolments = {
        one.participation_id: one
        for one in enrolled.select_related("cohort__version", "cohort__activity", "person").order_by("pk")
    }
    for one in people:
        record(activity, one, standing.get(one.pk), after[one.pk], by)
        if one.pk in enrolments:
            complete(enrolments[one.pk], by)


def settle_sessions(*, activity: Activity, before: Outcomes, by: User | None) -> None:
    """The same after other sessions take place than did: for those alone of whom that says something else.

    ``before`` is what ``everybody`` said. What was recorded beside the registers is left as it is.
    """
    after = everybody(activity)
    changed = {number: said for number, said in before.items() if after.get(number) != said}
    settle(activity=activity, before=changed, by=by)


def agrees(entry: Entry | None, now: Attended) -> bool:
    if entry is None:
        return now.here is None and not now.absent
    if entry.source_id is not None and not entry.absent:
        return True
    return now.absent if entry.absent else now.here is not None


def record(
    activity: Activity, one: Participation, entry: Entry | None, now: Attended, by: User | None
) -> None:
    """One person's attendance as the registers say it, at the place of the session that met the rule."""
    if one.person is None:
        return
    if entry is not None and entry.source_id is not None:
        if entry.absent and now.here is not None:
            raise Refused(
                _("An imported register says that this person was not there: correct it there first.")
            )
        return
    if entry is not None and not (agrees(entry, now) and is_of_place(entry, one, now)):
        reverse_entry(entry=entry, by=by)
        entry = None
    if entry is None and not agrees(None, now):
        record_stage(
            activity=activity,
            person=one.person,
            stage=Stage.ATTENDED,
            happened_on=None,
            standing_on=now.here or last_day(activity),
            absent=now.absent,
            by=by,
        )


def is_of_place(entry: Entry, one: Participation, now: Attended) -> bool:
    """Whether somebody belonged, on the day that counts now, where the entry says."""
    if now.here is None or one.person is None:
        return True
    place = place_of(affiliation_on(one.person, now.here))
    return all(getattr(entry, name) == value for name, value in place.items())


def last_day(activity: Activity) -> dt.date:
    return planned(activity).latest("starts_at").starts_at.astimezone(reporting_zone()).date()


def complete(enrolment: Enrolment, by: User | None) -> None:
    """The completion that the facts call for now. One that an imported line states is left as it is."""
    if not enrolment.cohort.version.needs_attendance:
        return
    completions = Entry.objects.standing().filter(
        participation=enrolment.participation_id, stage=Stage.COMPLETED
    )
    entry = completions.select_related("certificate").first()
    if entry is not None and (entry.source_line is not None or entry.happened_on == due_day(enrolment)):
        return
    if entry is not None:
        reverse_entry(entry=entry, by=by)
    made = complete_if_due(enrolment=enrolment, by=by)
    earlier = getattr(entry, "certificate", None)
    if made is not None and earlier is not None and earlier.revoked_at is not None:
        repeat_revocation(entry=made, earlier=earlier)
