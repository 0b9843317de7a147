"""Record an activity, and what is known of it from now on."""

from django.db import transaction

from courses.models import Activity, ActivityVersion
from lms.people.models import User


@transaction.atomic
def record_activity(*, by: User | None, **known: object) -> Activity:
    """A new activity with its first version; ``known`` are the version's columns."""
    activity = Activity.objects.create()
    ActivityVersion.objects.create(activity=activity, number=1, recorded_by=by, **known)
    return activity
