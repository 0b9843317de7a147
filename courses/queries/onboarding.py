"""Plans of onboarding, and how far each has come."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from courses.enums import VersionStatus
from courses.models import Course, CourseVersion, OnboardingPlan, OnboardingStep
from courses.queries.evidence import valid_holders
from lms.kit.clock import today
from lms.people.models import Hotline


@dataclass(frozen=True)
class StepStanding:
    """``reached`` and ``wanted`` are people with a valid certificate; 0 or 1 of 1 for a step to be ticked."""

    step: OnboardingStep
    reached: int
    wanted: int
    day: dt.date

    @property
    def done(self) -> bool:
        return self.reached >= self.wanted

    @property
    def late(self) -> bool:
        """Not done, and its day is past."""
        return not self.done and self.step.due_on is not None and self.step.due_on < self.day


@dataclass(frozen=True)
class PlanStanding:
    plan: OnboardingPlan
    steps: Sequence[StepStanding]

    @property
    def done(self) -> int:
        return sum(one.done for one in self.steps)

    @property
    def late(self) -> int:
        return sum(one.late for one in self.steps)

    @property
    def next_step(self) -> StepStanding | None:
        """The first that is not done, by its day."""
        return next((one for one in self.steps if not one.done), None)


def standing(plans: QuerySet[OnboardingPlan]) -> list[PlanStanding]:
    """Four queries, however many plans."""
    steps = OnboardingStep.objects.select_related("course", "done_by__person")
    found = list(plans.select_related("hotline__country").prefetch_related(Prefetch("steps", steps)))
    holders = valid_holders({plan.hotline_id for plan in found})
    day = today()
    return [
        PlanStanding(plan, [_standing(step, plan.hotline_id, holders, day) for step in plan.steps.all()])
        for plan in found
    ]


def _standing(
    step: OnboardingStep, hotline: int, holders: dict[tuple[int, int], int], day: dt.date
) -> StepStanding:
    if step.course_id is None:
        return StepStanding(step, 1 if step.done_at else 0, 1, day)
    return StepStanding(step, holders.get((hotline, step.course_id), 0), step.people or 1, day)


def under_way() -> QuerySet[OnboardingPlan]:
    return OnboardingPlan.objects.filter(closed_at=None)


def of_hotline(hotline: Hotline) -> QuerySet[OnboardingPlan]:
    """The open plan of a hotline, if it has one."""
    return under_way().filter(hotline=hotline)


def courses_to_plan() -> QuerySet[CourseVersion]:
    """What a step can ask for: courses with a published version, by title."""
    return (
        CourseVersion.objects.filter(status=VersionStatus.PUBLISHED)
        .select_related("course")
        .order_by("title")
    )


def course_of(pk: int) -> Course | None:
    return Course.objects.filter(pk=pk, versions__status=VersionStatus.PUBLISHED).first()


def title_of(course: Course) -> str:
    """What a course is called now: by its published version, else by its newest."""
    versions = course.versions.exclude(status=VersionStatus.DRAFT).order_by("status", "-number")
    newest = versions.first()
    return newest.title if newest else course.slug
