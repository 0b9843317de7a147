"""Complete a course in the transaction of the fact that completes it."""

from collections.abc import Mapping

from django.db import transaction

from courses.actions.certificates import issue_certificate
from courses.actions.ledger import record_stage
from courses.enums import Stage
from courses.models import Enrolment, Entry, Import
from courses.queries.completions import due_day
from lms.people.models import User


@transaction.atomic
def complete_if_due(
    *,
    enrolment: Enrolment,
    by: User | None,
    source: Import | None = None,
    place: Mapping[str, object] | None = None,
) -> Entry | None:
    """Append the completion where the version's rule is met, with its certificate; else do nothing.

    Not for who withdrew. The enrolment is locked, so that two facts at once see each other and end with one
    completion. It is dated by the fact that met the rule, in the reporting zone; ``source`` is the import
    that brought it, ``place`` the hotline, country and audience that its line gave for all stages.
    """
    cohort = enrolment.cohort
    day = due_day(enrolment, Enrolment.objects.select_for_update())
    if day is None:
        return None
    entry = record_stage(
        activity=cohort.activity,
        person=enrolment.person,
        stage=Stage.COMPLETED,
        happened_on=day,
        standing_on=day,
        by=by,
        source=source,
        place=place,
    )
    issue_certificate(entry=entry, version=cohort.version)
    return entry
