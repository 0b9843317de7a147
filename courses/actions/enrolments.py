"""Enrol somebody in a cohort, or many at once."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import rules
from courses.actions.candidates import lock, settle, welcome
from courses.actions.ledger import record_stage
from courses.actions.session_mails import tell_sessions
from courses.enums import ActivityStatus, CalendarMethod, CandidateState, Stage, VersionStatus
from courses.models import Cohort, CourseVersion, Enrolment
from courses.queries.candidates import hotlines_of, room, timing
from courses.queries.cohorts import open_cohort
from courses.queries.enrolments import enrolment_of
from courses.queries.outlooks import Verdict, outlooks
from courses.queries.prerequisites import missing_prerequisites
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.people.models import Person, User


@transaction.atomic
def enrol(*, cohort: Cohort, person: Person, by: User | None, hidden: bool = False) -> Enrolment:
    """Enrol a person; a second call returns the same enrolment and records nothing.

    Whoever had left comes back to what they had done. Raises Refused where the version is not published, the
    cohort is called off, a prerequisite is missing, all places are taken, or a course is to be ``hidden``
    that cannot be.
    """
    refuse_hiding(cohort.version, hidden)
    now = lock(cohort)
    known = Enrolment.objects.filter(cohort=cohort, person=person).first()
    if known and known.withdrawn_at is None:
        settle(cohort=now, person=person, by=by)
        return known
    if cohort.version.status != VersionStatus.PUBLISHED:
        raise Refused(_("%(title)s is not open for enrolment now.") % {"title": cohort.version.title})
    refuse_called_off(now)
    refuse_full(now, person)
    day = today()
    missing = missing_prerequisites(cohort.version, person, day)
    if missing:
        raise Refused(
            _("First complete: %(courses)s. A completion must be valid on the day you begin.")
            % {"courses": ", ".join(missing)}
        )
    return admit(cohort=cohort, person=person, by=by, hidden=hidden)


def admit(*, cohort: Cohort, person: Person, by: User | None, hidden: bool = False) -> Enrolment:
    """Write the enrolment, dated today; the caller holds the cohort's lock and refuses what is refused.

    Whoever kept the course to themselves before they left does so again.
    """
    hidden = hidden or Enrolment.objects.filter(cohort=cohort, person=person, hidden=True).exists()
    day = today()
    entry = record_stage(
        activity=cohort.activity,
        person=person,
        stage=Stage.ENROLLED,
        happened_on=day,
        standing_on=day,
        by=by,
    )
    enrolment, _new = Enrolment.objects.update_or_create(
        cohort=cohort,
        person=person,
        defaults={"withdrawn_at": None, "hidden": hidden},
        create_defaults={"participation_id": entry.participation_id, "hidden": hidden},
    )
    # Who keeps it to themselves is on no list of others, and came back by themselves.
    (settle if hidden else welcome)(cohort=cohort, person=person, by=by)
    tell_sessions(participation=enrolment.participation, method=CalendarMethod.REQUEST)
    return enrolment


@transaction.atomic
def enrol_many(*, cohort: Cohort, people: Sequence[Person], by: User) -> list[Enrolment]:
    """Enrol all of these people at once, as a preview of ``outlooks`` showed it.

    Who is in it unseen stays as they are. Raises Refused for who does not plan the cohort, and where any of
    them cannot be enrolled as things are now: then nobody is.
    """
    if not rules.may_plan(by, cohort):
        raise Refused(_("Only a trainer of this cohort, or staff, enrols people."))
    now = lock(cohort)
    if not people:
        raise Refused(_("Choose who is to be enrolled."))
    if now.version.status != VersionStatus.PUBLISHED:
        raise Refused(_("%(title)s is not open for enrolment now.") % {"title": now.version.title})
    refuse_called_off(now)
    early = sum(1 for one in outlooks(now, people) if one.verdict != Verdict.ENROL)
    if early:
        raise Refused(
            ngettext(
                "%(n)s of them cannot be enrolled as things are now. Nobody was: please look again.",
                "%(n)s of them cannot be enrolled as things are now. Nobody was: please look again.",
                early,
            )
            % {"n": early}
        )
    inside = Enrolment.objects.filter(cohort=now, person__in=people, withdrawn_at=None)
    unseen = {one.person_id: one for one in inside}
    for one in unseen.values():
        settle(cohort=now, person=one.person, by=by)
    return [unseen.get(one.pk) or admit(cohort=now, person=one, by=by) for one in people]


def refuse_called_off(cohort: Cohort) -> None:
    """Raise Refused where it does not take place, or should never have been recorded."""
    known = timing(cohort)
    if known is None or known.status == ActivityStatus.CANCELLED:
        raise Refused(_("This cohort is called off: nobody can be enrolled in it."))


def refuse_full(cohort: Cohort, person: Person) -> None:
    """Raise Refused where the person would be one too many, overall or of their hotline."""
    left = room(cohort, without=person.pk)
    if left.free == 0:
        raise Refused(_("All places are taken."))
    if not left.has_place(hotlines_of([person.pk], today()).get(person.pk)):
        raise Refused(_("The places for this hotline are taken."))


def join(*, version: CourseVersion, person: Person, by: User, hidden: bool = False) -> Enrolment:
    """Begin a course by oneself: the enrolment under way, or a new one in the open cohort.

    Raises Refused where nobody can join by themselves.
    """
    under_way = enrolment_of(person, version.course)
    if under_way:
        return under_way
    cohort = open_cohort(version)
    if cohort is None:
        raise Refused(_("Nobody can join this course by themselves; a trainer enrols you."))
    if cohort.candidates.filter(state=CandidateState.WAITING).exists():
        raise Refused(_("All places are taken, and others wait: ask for a place below."))
    return enrol(cohort=cohort, person=person, by=by, hidden=hidden)


def hide(*, enrolment: Enrolment, hidden: bool, by: User) -> None:
    """Keep a self-care course out of the sight of manager and trainer, or show it again."""
    if enrolment.person_id != by.person_id:
        raise Refused(_("Only who takes the course can hide it."))
    refuse_hiding(enrolment.cohort.version, hidden)
    Enrolment.objects.filter(pk=enrolment.pk).update(hidden=hidden)


def refuse_hiding(version: CourseVersion, hidden: bool) -> None:
    """Raise Refused where a course is to be hidden that cannot be."""
    if hidden and not version.course.self_care:
        raise Refused(_("Only a self-care course can be hidden."))
    if hidden and not rules.can_be_hidden(version):
        raise Refused(_("A trainer has to see who takes this course, so it cannot be hidden."))
