"""Bring a new hotline in by a plan: begin it, change its steps, tick them, close it."""

import datetime as dt
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from courses import rules
from courses.models import Course, OnboardingPlan, OnboardingStep
from courses.queries.onboarding import title_of
from lms.kit.errors import Refused
from lms.people.models import Hotline, User


def usual_steps() -> list[tuple[str, int]]:
    """(what, days after the beginning): where most plans begin. Every one of them can be changed."""
    return [
        (_("Name who is responsible for training, and give them a login as hotline manager"), 7),
        (_("Agree on how staff are looked after, and name somebody outside the team to talk to"), 14),
        (_("Invite everybody who will assess reports"), 21),
        (_("Visit an experienced hotline, or be visited by one"), 120),
        (_("Agree on a date for the first quality review"), 180),
    ]


@transaction.atomic
def begin_plan(
    *, hotline: Hotline, started_on: dt.date, courses: Mapping[Course, int], by: User
) -> OnboardingPlan:
    """A plan with the usual steps, and one for each course: how many people are to hold its certificate.

    Course steps are due 90 days after the beginning. Raises Refused for who may not, and where one is open.
    """
    _require_staff(by)
    try:
        with transaction.atomic():
            plan = OnboardingPlan.objects.create(hotline=hotline, started_on=started_on, created_by=by)
    except IntegrityError as error:
        raise Refused(_("This hotline has an open plan already."), field="hotline") from error
    for text, days in usual_steps():
        add_step(plan=plan, text=text, due_on=started_on + dt.timedelta(days=days), by=by)
    for course, people in courses.items():
        due_on = started_on + dt.timedelta(days=90)
        add_step(plan=plan, text=title_of(course), due_on=due_on, course=course, people=people, by=by)
    return plan


@transaction.atomic
def add_step(
    *,
    plan: OnboardingPlan,
    by: User,
    text: str = "",
    due_on: dt.date | None = None,
    course: Course | None = None,
    people: int | None = None,
) -> OnboardingStep:
    """A step to tick, or a course that so many people are to complete.

    Raises Refused for who may not, in a closed plan, without a text or a number, and for a course twice.
    """
    _require_staff(by)
    _require_open(plan)
    if course is None and not text.strip():
        raise Refused(_("Say what is to be done, or choose a course."), field="text")
    if course is not None and not people:
        raise Refused(_("Say how many people are to hold its certificate."), field="people")
    if course is not None and plan.steps.filter(course=course).exists():
        raise Refused(_("This course is in the plan already."), field="course")
    return OnboardingStep.objects.create(
        plan=plan, text=text.strip(), due_on=due_on, course=course, people=people if course else None
    )


@transaction.atomic
def remove_step(*, step: OnboardingStep, by: User) -> None:
    """Take a step out of an open plan."""
    _require_staff(by)
    _require_open(step.plan)
    step.delete()


@transaction.atomic
def tick(*, step: OnboardingStep, done: bool, by: User) -> None:
    """Say that a step is done, or that it is not; a second press changes nothing.

    Raises Refused for who may not see the hotline, in a closed plan, and for a course: the ledger tells that.
    """
    if not rules.may_see_training_of_hotline(by, step.plan.hotline):
        raise Refused(_("Only the hotline's manager and INHOPE staff say so."))
    _require_open(step.plan)
    if step.course_id is not None:
        raise Refused(_("A course is done when enough people hold its certificate: nobody ticks it."))
    steps = OnboardingStep.objects.filter(pk=step.pk, done_at__isnull=done)
    steps.update(done_at=Now() if done else None, done_by=by if done else None)


@transaction.atomic
def close_plan(*, plan: OnboardingPlan, by: User) -> None:
    """Put a plan away, done or not; another one can be begun."""
    _require_staff(by)
    OnboardingPlan.objects.filter(pk=plan.pk, closed_at=None).update(closed_at=Now(), closed_by=by)


@transaction.atomic
def reopen_plan(*, plan: OnboardingPlan, by: User) -> None:
    """Take a closed plan out again. Raises Refused where the hotline has another open one."""
    _require_staff(by)
    try:
        with transaction.atomic():
            OnboardingPlan.objects.filter(pk=plan.pk).update(closed_at=None, closed_by=None)
    except IntegrityError as error:
        raise Refused(_("This hotline has an open plan already.")) from error


def _require_staff(by: User) -> None:
    if not rules.may_plan_onboarding(by):
        raise Refused(_("Only INHOPE staff change the plan."))


def _require_open(plan: OnboardingPlan) -> None:
    # Locked, so that closing waits for a step that is on its way.
    if OnboardingPlan.objects.select_for_update().get(pk=plan.pk).closed_at is not None:
        raise Refused(_("This plan is closed. Open it again first."))
