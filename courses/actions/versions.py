"""Make, publish and retire versions of a course."""

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from courses.actions.activities import record_activity
from courses.actions.authoring.settings import require_no_circle
from courses.enums import ActivityStatus, Mode, VersionStatus
from courses.models import Cohort, Course, CourseVersion
from courses.queries.readiness import gaps
from lms.kit.errors import Refused
from lms.people.models import User


@transaction.atomic
def new_draft(*, course: Course, by: User | None, **fields: object) -> CourseVersion:
    """An empty draft, numbered after the newest version."""
    Course.objects.select_for_update().get(pk=course.pk)
    last = course.versions.aggregate(last=Max("number"))["last"] or 0
    return CourseVersion.objects.create(course=course, number=last + 1, **fields)


@transaction.atomic
def publish(*, version: CourseVersion, by: User | None) -> None:
    """Freeze the draft and put it in the catalogue; the version before it retires.

    Who is under way stays on the version begun. Raises Refused with everything that is missing.
    """
    Course.objects.select_for_update().get(pk=version.course_id)
    missing = gaps(version)
    if missing:
        raise Refused(" ".join(f"{gap.place}: {gap.reason}" for gap in missing))
    # A draft made of an older version asks for what that one did; others may ask for this course since.
    require_no_circle(
        version.course, list(Course.objects.filter(pk__in=version.prerequisites.values("course")))
    )
    published = CourseVersion.objects.filter(course=version.course_id, status=VersionStatus.PUBLISHED)
    published.update(status=VersionStatus.RETIRED, retired_at=Now(), retired_by=by)
    drafts = CourseVersion.objects.filter(pk=version.pk, status=VersionStatus.DRAFT)
    if not drafts.update(status=VersionStatus.PUBLISHED, published_at=Now(), published_by=by):
        raise Refused(_("This version is published already."))
    version.refresh_from_db()


@transaction.atomic
def retire(*, version: CourseVersion, by: User | None) -> None:
    """Take a version out of the catalogue. Raises Refused unless it is published."""
    published = CourseVersion.objects.filter(pk=version.pk, status=VersionStatus.PUBLISHED)
    if not published.update(status=VersionStatus.RETIRED, retired_at=Now(), retired_by=by):
        raise Refused(_("Only a published version can be retired."))
    version.refresh_from_db()


@transaction.atomic
def open_self_paced(*, version: CourseVersion, by: User | None) -> Cohort:
    """A self-paced cohort that everybody with a login may join."""
    activity = record_activity(
        by=by,
        kind=version.course.kind,
        title=version.title,
        timezone="",
        mode=Mode.ONLINE,
        status=ActivityStatus.HELD,
    )
    return Cohort.objects.create(activity=activity, version=version, open_enrolment=True)
