"""The courses that somebody may change, and whatever is inside them."""

from django.db.models import Count, Prefetch, QuerySet

from courses.enums import VersionStatus
from courses.models import Course, CourseVersion, Lesson, Module
from lms.people.models import User


def courses_of(author: User) -> QuerySet[Course]:
    """With their versions, the newest first. Two queries."""
    versions = CourseVersion.objects.order_by("-number")
    return author.authored_courses.select_related("kind").prefetch_related(Prefetch("versions", versions))


def versions_of(author: User) -> QuerySet[CourseVersion]:
    return CourseVersion.objects.filter(course__authors=author).select_related("course__kind")


def outline_of(version: CourseVersion) -> QuerySet[Module]:
    """Modules with their lessons, each with ``pieces``, the number of its blocks. Two queries."""
    lessons = Lesson.objects.annotate(pieces=Count("blocks")).order_by("position")
    return version.modules.prefetch_related(Prefetch("lessons", lessons))


def published_version(course: Course) -> CourseVersion | None:
    return course.versions.filter(status=VersionStatus.PUBLISHED).first()


def draft_of(course: Course) -> CourseVersion | None:
    return course.versions.filter(status=VersionStatus.DRAFT).first()


def version_before(version: CourseVersion) -> CourseVersion | None:
    """What the version follows, by number."""
    return version.course.versions.filter(number__lt=version.number).order_by("-number").first()
