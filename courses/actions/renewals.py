"""Take a course again before its certificate runs out, or after."""

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions.enrolments import enrol
from courses.actions.versions import open_self_paced
from courses.models import Cohort, Course, CourseVersion, Enrolment
from courses.queries.certificates import renewable
from courses.queries.cohorts import open_cohort
from lms.kit.errors import Refused
from lms.people.models import Person, User


@transaction.atomic
def renew(*, course: Course, person: Person, by: User) -> Enrolment:
    """Enrol the person in a cohort new to them; what they completed before stays as it was.

    A second call returns the cycle under way. Raises Refused outside the window, and where nobody can
    join the course by themselves.
    """
    Course.objects.select_for_update().get(pk=course.pk)
    due = {one.version.course_id: one for one in renewable(person)}.get(course.pk)
    if due is None:
        raise Refused(_("This course cannot be renewed now."))
    if due.enrolment is not None:
        return due.enrolment
    return enrol(cohort=new_cohort(due.version, person, by), person=person, by=by)


def new_cohort(version: CourseVersion, person: Person, by: User) -> Cohort:
    """The open cohort, or where the person was in it already another that opens in its place."""
    cohort = open_cohort(version)
    if cohort is None:
        raise Refused(_("Nobody can join this course by themselves; a trainer enrols you."))
    if not Enrolment.objects.filter(cohort=cohort, person=person).exists():
        return cohort
    opened = open_self_paced(version=version, by=by)
    # Who marked and signed off the last cycle does so in the next.
    opened.trainers.set(cohort.trainers.all())
    return opened
