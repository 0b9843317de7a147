"""Record an activity, and what is known of it from now on."""

from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import Activity, ActivityVersion
from lms.kit.errors import Refused
from lms.people.models import User

# What one version says of an activity and the next one may say otherwise.
KNOWN = (
    "kind_id",
    "title",
    "starts_at",
    "ends_at",
    "timezone",
    "mode",
    "place",
    "country_id",
    "host_id",
    "funder_id",
    "topics",
    "status",
    "withdrawn",
)
NAMED = ("activity", "kind", "country", "host", "funder")


@transaction.atomic
def record_activity(*, by: User | None, **known: object) -> Activity:
    """A new activity with its first version; ``known`` are the version's columns."""
    activity = Activity.objects.create()
    ActivityVersion.objects.create(activity=activity, number=1, recorded_by=by, **known)
    return activity


def held_version(activity: Activity) -> ActivityVersion:
    """The newest version of an activity, whose row is held until the transaction ends, with what it names.

    Raises Refused where it was withdrawn.
    """
    Activity.objects.select_for_update().get(pk=activity.pk)
    found = ActivityVersion.objects.filter(activity=activity).select_related(*NAMED)
    version = found.order_by("-number").first()
    if version is None or version.withdrawn:
        raise Refused(_("This activity was withdrawn: nothing is recorded of it any more."))
    return version


@transaction.atomic
def change_activity(*, activity: Activity, by: User | None, **known: object) -> ActivityVersion:
    """Append what is known otherwise from now on; where nothing is, the version in force is returned.

    ``known`` are columns of the version; whatever is not named stays as it was. Two changes at once come one
    after the other, and the second builds on the first.
    """
    Activity.objects.select_for_update().get(pk=activity.pk)
    last = ActivityVersion.objects.filter(activity=activity).order_by("-number").first()
    if last is None:
        raise ActivityVersion.DoesNotExist
    before = {name: getattr(last, name) for name in KNOWN}
    changed = ActivityVersion(activity=activity, number=last.number + 1, recorded_by=by, **before)
    for name, value in known.items():
        setattr(changed, name, value)
    if all(getattr(changed, name) == value for name, value in before.items()):
        return last
    changed.save(force_insert=True)
    return changed
