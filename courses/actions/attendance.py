"""Record who was there."""

from django.db import transaction
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.completions import complete_if_due
from courses.actions.ledger import record_stage
from courses.enums import Stage
from courses.models import Enrolment, Entry
from courses.queries.completions import first_day
from courses.queries.sessions import planned
from lms.kit.errors import Refused
from lms.people.models import User


@transaction.atomic
def record_attendance(*, enrolment: Enrolment, by: User) -> Entry:
    """Append that somebody was there; the course is completed where that was the last thing.

    A second call returns the same entry. Raises Refused for who does not lead the cohort, for a self-paced
    course, which has nothing to attend, and where registers say who was at which training session.
    """
    cohort = enrolment.cohort
    if not rules.may_judge(by, enrolment):
        raise Refused(_("Only a trainer of this cohort, and nobody of themselves, records who was there."))
    day = first_day(cohort.activity_id)
    if day is None:
        raise Refused(_("A self-paced course has nothing to attend."))
    if planned(cohort.activity_id).exists():
        raise Refused(_("This cohort has training sessions: mark who was there in their registers."))
    entry = record_stage(
        activity=cohort.activity,
        person=enrolment.person,
        stage=Stage.ATTENDED,
        happened_on=None,
        standing_on=day,
        by=by,
    )
    complete_if_due(enrolment=enrolment, by=by)
    return entry
