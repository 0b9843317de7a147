"""Cohorts of a version."""

from courses.models import Cohort, CourseVersion


def open_cohort(version: CourseVersion) -> Cohort | None:
    """The newest cohort of a version that anybody may join."""
    return Cohort.objects.filter(version=version, open_enrolment=True).select_related("activity").first()
