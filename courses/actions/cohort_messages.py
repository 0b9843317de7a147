"""A trainer's message to the people of a cohort: who would get it, and sending it."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.candidates import lock
from courses.enums import CohortNoticeKind, Recipients
from courses.models import Cohort, CohortMessage, CohortNotice, Enrolment
from courses.queries.recipients import recipients_of
from lms.kit.errors import Refused
from lms.people.models import User


def preview(*, cohort: Cohort, recipients: str, by: User) -> list[Enrolment]:
    """Who would get a message now. Raises Refused for who does not lead the cohort, or for nobody."""
    if not rules.may_lead(by, cohort):
        raise Refused(_("Only a trainer of this cohort writes to it."))
    found = recipients_of(cohort, Recipients(recipients))
    if not found:
        raise Refused(_("Nobody would get it."), field="recipients")
    return found


@transaction.atomic
def send(
    *, cohort: Cohort, recipients: str, subject: str, text: str, expected: Sequence[int], by: User
) -> CohortMessage:
    """Write the message and a notice with its mail for each person: all of them or none.

    ``expected`` are the enrolments that the preview showed. Raises Refused where they are others by now.
    """
    if not subject.strip() or not text.strip():
        raise Refused(_("Say something."), field="text")
    now = lock(cohort)
    found = preview(cohort=now, recipients=recipients, by=by)
    if {one.pk for one in found} != set(expected):
        raise Refused(_("Others would get it now than you were shown. Please look again: nothing was sent."))
    return write(
        cohort=now, to=Recipients(recipients), subject=subject.strip(), text=text.strip(), found=found, by=by
    )


def write(
    *, cohort: Cohort, to: Recipients, subject: str, text: str, found: Sequence[Enrolment], by: User
) -> CohortMessage:
    """The message and a notice for each of the enrolments ``found``; for actions that have asked who may."""
    made = CohortMessage.objects.create(
        cohort=cohort, recipients=to, subject=subject, text=text, recorded_by=by
    )
    users = dict(
        User.objects.filter(person__in=[one.person_id for one in found], is_active=True).values_list(
            "person_id", "pk"
        )
    )
    CohortNotice.objects.bulk_create(
        [
            CohortNotice(
                kind=CohortNoticeKind.MESSAGE,
                letter=made,
                person_id=one.person_id,
                user_id=users.get(one.person_id),
            )
            for one in found
        ]
    )
    return made
