"""Training sessions as they are planned now."""

from django.db.models import QuerySet

from courses.models import Activity, SessionVersion


def planned(activity: Activity | int) -> QuerySet[SessionVersion]:
    """The version in force of each session of an activity that is not cancelled, the earliest first."""
    in_force = SessionVersion.objects.in_force().filter(session__activity=activity, cancelled=False)
    return in_force.select_related("session").order_by("starts_at", "session")
