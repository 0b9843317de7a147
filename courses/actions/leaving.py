"""Leave a cohort, or go on in another one of the same course; progress is kept."""

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.candidates import candidate_of, lock, step, welcome
from courses.actions.enrolments import enrol, refuse_called_off, refuse_full
from courses.actions.ledger import record_stage, reverse_entry
from courses.actions.places import promote
from courses.actions.register.settling import complete, lock_activities, settle
from courses.actions.session_mails import tell_sessions
from courses.enums import CalendarMethod, CandidateState, Stage, VersionStatus
from courses.kinds.attendance import Attended
from courses.models import Cohort, Departure, Enrolment, Entry, LessonDone
from courses.queries.enrolments import is_completed
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.people.models import User


@transaction.atomic
def withdraw(*, enrolment: Enrolment, reason: str, by: User) -> Departure:
    """Take somebody out: they themselves, with or without a reason, or a trainer or staff with one.

    What was done stays, and enrolling again goes on from there. The enrolment is reversed in the ledger
    unless something else stands there of the same participation or it came with a register. The place goes
    to the next in line. Raises Refused once the course is completed.
    """
    own = rules.may_take(by, enrolment)
    if not own and (enrolment.hidden or not rules.may_plan(by, enrolment.cohort)):
        raise Refused(_("Only who takes it, a trainer of the cohort, or staff, withdraws somebody."))
    if not own and not reason.strip():
        raise Refused(_("Say why: the person reads it."), field="reason")
    cohort = lock(enrolment.cohort)
    lock_activities([cohort.activity_id])
    current = _leaving(enrolment)
    Enrolment.objects.filter(pk=current.pk).update(withdrawn_at=Now())
    made = _depart(current, cohort, reason.strip(), by)
    # Whoever keeps the course to themselves is on no list of others, and left by themselves.
    if not current.hidden or candidate_of(cohort, current.person) is not None:
        step(cohort=cohort, person=current.person, state=CandidateState.WITHDRAWN, by=by, reason=made.reason)
    promote(cohort)
    return made


@transaction.atomic
def transfer(*, enrolment: Enrolment, to: Cohort, reason: str, by: User) -> Enrolment:
    """Move somebody to another cohort of the same course, with what they have done.

    Of the same version the enrolment itself moves, and what they attended counts on, which may complete the
    course. Of another version they are enrolled anew, and the lessons of the same key count as done on the
    day they were; attempts stay readable where they were made. Raises Refused for who does not plan both
    cohorts, where the other one is full, called off, of another course or was left before, and once the
    course is completed.
    """
    if enrolment.hidden or not (rules.may_plan(by, enrolment.cohort) and rules.may_plan(by, to)):
        raise Refused(_("Only who plans both cohorts moves somebody."))
    cohorts = {one.pk: lock(one) for one in sorted((enrolment.cohort, to), key=lambda one: one.pk)}
    before, after = cohorts[enrolment.cohort_id], cohorts[to.pk]
    # Whoever marks in one of their registers waits, or is waited for: what they say is kept by both.
    lock_activities({before.activity_id, after.activity_id})
    current = _leaving(enrolment)
    _require_fitting(before, after, current)
    made = _move(current, after, by) if before.version_id == after.version_id else None
    if made is None:
        Enrolment.objects.filter(pk=current.pk).update(withdrawn_at=Now())
        made = enrol(cohort=after, person=current.person, by=by)
        _carry_over(current, made)
    _depart(current, before, reason.strip(), by, to=after)
    settle(activity=after.activity, before={made.participation_id: Attended()}, by=by)
    complete(made, by)
    promote(before)
    return made


def _leaving(enrolment: Enrolment) -> Enrolment:
    current = Enrolment.objects.select_for_update(of=("self",)).select_related("person").get(pk=enrolment.pk)
    if current.withdrawn_at is not None or current.cohort_id != enrolment.cohort_id:
        raise Refused(_("They are not in this cohort any more."))
    if is_completed(current):
        raise Refused(_("The course is completed: there is nothing to withdraw from."))
    return current


def _require_fitting(before: Cohort, after: Cohort, current: Enrolment) -> None:
    if before.pk == after.pk or before.version.course_id != after.version.course_id:
        raise Refused(_("Choose another cohort of the same course."), field="to")
    if after.version.status == VersionStatus.DRAFT:
        raise Refused(_("That cohort's version is not published."), field="to")
    if Enrolment.objects.filter(cohort=after, person=current.person_id).exists():
        raise Refused(_("They are or were in that cohort: enrol them there instead."), field="to")
    try:
        refuse_called_off(after)
        refuse_full(after, current.person)
    except Refused as full:
        raise Refused(full.sentence, field="to") from None


def _move(current: Enrolment, after: Cohort, by: User) -> Enrolment:
    """The enrolment itself goes over, and all that hangs on it."""
    day = today()
    entry = record_stage(
        activity=after.activity,
        person=current.person,
        stage=Stage.ENROLLED,
        happened_on=day,
        standing_on=day,
        by=by,
    )
    Enrolment.objects.filter(pk=current.pk).update(cohort=after, participation=entry.participation_id)
    tell_sessions(participation=entry.participation, method=CalendarMethod.REQUEST)
    welcome(cohort=after, person=current.person, by=by)
    return Enrolment.objects.get(pk=current.pk)


def _carry_over(current: Enrolment, made: Enrolment) -> None:
    """Lessons of the same key are done in the new version too, on the day they were."""
    known = dict(made.cohort.version.lessons.values_list("key", "pk"))
    done = current.lessons_done.values_list("lesson__key", "done_at")
    LessonDone.objects.bulk_create(
        [LessonDone(enrolment=made, lesson_id=known[key], done_at=at) for key, at in done if key in known],
        ignore_conflicts=True,
    )


def _depart(current: Enrolment, cohort: Cohort, reason: str, by: User, to: Cohort | None = None) -> Departure:
    """The row that says so, and the ledger's enrolment taken back where it can be."""
    for entry in _to_take_back(current):
        reverse_entry(entry=entry, by=by)
    tell_sessions(participation=current.participation, method=CalendarMethod.CANCEL)
    last = current.departures.aggregate(last=Max("number"))["last"] or 0
    return Departure.objects.create(
        enrolment=current, number=last + 1, cohort=cohort, moved_to=to, reason=reason, recorded_by=by
    )


def _to_take_back(current: Enrolment) -> list[Entry]:
    """The ledger's enrolment, where nothing else of the participation stands and no register restates it."""
    standing = list(Entry.objects.standing().filter(participation=current.participation_id))
    if any(entry.stage != Stage.ENROLLED or entry.source_line is not None for entry in standing):
        return []
    return standing
