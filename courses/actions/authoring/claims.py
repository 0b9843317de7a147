"""The claim on a draft that every change begins with."""

from django.db.models import F
from django.utils.translation import gettext as _

from courses import rules
from courses.enums import VersionStatus
from courses.models import Course, CourseVersion
from courses.queries.authoring.texts import digest
from lms.kit.errors import Refused, Stale
from lms.people.models import User


def claim(*, version: CourseVersion, by: User) -> CourseVersion:
    """The draft, locked until the transaction ends, with its revision counted up.

    Call it first inside the transaction of a change: whatever is read afterwards is what is saved. Raises
    Refused for who is no author and for a version that is no draft.
    """
    require_author(course=version.course, by=by)
    drafts = CourseVersion.objects.select_for_update().filter(pk=version.pk, status=VersionStatus.DRAFT)
    # The usual order leads through other tables, whose rows are not ours to lock.
    draft = drafts.order_by("pk").first()
    if draft is None:
        raise Refused(_("This version is no draft any more, and frozen: make a new version of it."))
    CourseVersion.objects.filter(pk=draft.pk).update(revision=F("revision") + 1)
    return draft


def require_author(*, course: Course, by: User) -> None:
    if not rules.may_author(by, course):
        raise Refused(_("Only the authors of a course may change it."))


def require_seen(*, text: str, seen: str) -> None:
    """Raise Stale unless ``text``, as it is saved now, is what the page was made from."""
    if digest(text) != seen:
        raise Stale(
            _("Somebody saved this after you opened it, perhaps you in another window. Both are kept below.")
        )
