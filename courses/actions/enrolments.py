"""Enrol somebody in a cohort."""

from django.db import transaction
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.ledger import record_stage
from courses.actions.session_mails import tell_sessions
from courses.enums import CalendarMethod, Stage, VersionStatus
from courses.models import Cohort, CourseVersion, Enrolment
from courses.queries.cohorts import open_cohort
from courses.queries.enrolments import enrolment_of
from courses.queries.prerequisites import missing_prerequisites
from lms.kit.clock import today
from lms.kit.errors import Refused
from lms.people.models import Person, User


@transaction.atomic
def enrol(*, cohort: Cohort, person: Person, by: User | None, hidden: bool = False) -> Enrolment:
    """Enrol a person; a second call returns the same enrolment and records nothing.

    Raises Refused where the version is not published, a prerequisite is missing, or a course is to be
    ``hidden`` that cannot be.
    """
    refuse_hiding(cohort.version, hidden)
    known = Enrolment.objects.filter(cohort=cohort, person=person).first()
    if known:
        return known
    if cohort.version.status != VersionStatus.PUBLISHED:
        raise Refused(_("%(title)s is not open for enrolment now.") % {"title": cohort.version.title})
    day = today()
    missing = missing_prerequisites(cohort.version, person, day)
    if missing:
        raise Refused(
            _("First complete: %(courses)s. A completion must be valid on the day you begin.")
            % {"courses": ", ".join(missing)}
        )
    entry = record_stage(
        activity=cohort.activity,
        person=person,
        stage=Stage.ENROLLED,
        happened_on=day,
        standing_on=day,
        by=by,
    )
    enrolment, new = Enrolment.objects.get_or_create(
        cohort=cohort, person=person, defaults={"participation_id": entry.participation_id, "hidden": hidden}
    )
    if new:
        tell_sessions(participation=enrolment.participation, method=CalendarMethod.REQUEST)
    return enrolment


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
