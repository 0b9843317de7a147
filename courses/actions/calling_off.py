"""Call a cohort off: everybody who is in it, asked for it or was asked hears of it, with the reason."""

from django.utils.translation import gettext as _

from courses.actions.candidates import step
from courses.actions.cohort_messages import write
from courses.actions.sessions import cancel_what_is_to_come
from courses.enums import CandidateState, Recipients
from courses.models import Candidate, Cohort, Enrolment
from courses.models.candidates import UNDECIDED
from lms.people.models import User


def call_off(*, cohort: Cohort, reason: str, by: User) -> None:
    """For the action that sets the status, and holds cohort and activity.

    The enrolled hear of it by the cancellation of each training session to come, and where there is none by
    a message. Whoever waits, asked or was asked is refused.
    """
    ended = cancel_what_is_to_come(activity=cohort.activity, reason=reason, by=by)
    inside = list(Enrolment.objects.filter(cohort=cohort, withdrawn_at=None).order_by("pk"))
    if inside and not ended:
        subject = _("Called off: %(title)s") % {"title": cohort.version.title}
        write(cohort=cohort, to=Recipients.ALL, subject=subject[:150], text=reason, found=inside, by=by)
    undecided = Candidate.objects.filter(cohort=cohort, state__in=UNDECIDED).select_related("person")
    for candidate in undecided.order_by("pk"):
        step(cohort=cohort, person=candidate.person, state=CandidateState.REFUSED, by=by, reason=reason)
