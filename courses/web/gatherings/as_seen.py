"""What trainers and staff see of somebody who took part in an activity without a course."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from courses.models import ActivityVersion, Entry, TrainingSession
from courses.queries.gatherings import of_its_own
from courses.web import words
from lms.people.enums import Role
from lms.web.as_seen import Look, Said

# Pages that show somebody among others, and that would open something if they were shown here.
IN_WORDS = (
    "gathering-correct",
    "gathering-links",
    "gathering-registrations",
    "gathering-attendees",
    "gathering-forget",
)


def of_gatherings(records: set[int]) -> Iterator[Look | Said]:
    """The page of each activity that somebody stands on the list of. Two queries."""
    listed = Entry.objects.standing().filter(person__in=records, activity=OuterRef("activity"))
    found = ActivityVersion.objects.in_force().filter(Exists(listed), *of_its_own())
    versions = list(found.select_related("kind").order_by("activity"))
    sessions = TrainingSession.objects.filter(
        trainers__isnull=False, activity__in=[v.activity_id for v in versions]
    )
    led = set(sessions.values_list("activity", flat=True))
    for version in versions:
        title = _("Who takes part in %(title)s") % {"title": words.title(version)}
        yield Look(Role.STAFF, "gathering", title, version.activity_id)
        if version.activity_id in led:
            yield Look(Role.TRAINER, "gathering", title, version.activity_id)
    if versions:
        yield from _in_words(bool(led))


def _in_words(led: bool) -> Iterator[Said]:
    text = _(
        "Whoever keeps an activity that you took part in sees you on the page where a mistake is corrected,"
        " on the sheet of links, among the registrations, and when the list of a call is looked through. What"
        " you answered in a check is on none of them."
    )
    yield Said(Role.STAFF, text, IN_WORDS)
    if led:
        yield Said(Role.TRAINER, text, IN_WORDS)
