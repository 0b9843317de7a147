"""Demo data: the training register of 2023, and finished courses that everybody may join.

The people are invented, the hotlines are real, and the register's totals are those published.
"""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.actions.attempts import draw, submit_attempt
from courses.actions.certificates import issue_certificate, revoke_certificate
from courses.actions.course_files import import_course
from courses.actions.enrolments import enrol
from courses.actions.imports import import_register
from courses.actions.ledger import record_stage
from courses.actions.marks import mark_essay
from courses.actions.progress import finish_lesson, reach
from courses.actions.sign_offs import sign_off
from courses.actions.versions import open_self_paced, publish
from courses.demo import (
    cohorts,
    exchanges,
    feedback,
    figures,
    gatherings,
    grants,
    onboarding,
    register,
    sessions,
)
from courses.enums import Stage
from courses.kinds.questions import kind_of
from courses.models import (
    Answer,
    Attempt,
    Certificate,
    Cohort,
    Course,
    Enrolment,
    Entry,
    LessonDone,
    Question,
)
from lms.kit.clock import today
from lms.people.enums import Role
from lms.people.models import Person, User

DATA = Path(__file__).parents[1] / "demo_data"
WORKSHOP = DATA / "workshops" / "a-note-that-travels"
UNDER_WAY = "how-a-hotline-works"
NOTE = (
    "2026-03-04 09:12 UTC: the name resolved to network A.\n"
    "2026-03-04 10:15 UTC: it resolved to network B.\n\n"
    "I think the operator moves between the two. Please look again, and notify B where it still answers."
)


def load(password: str) -> None:
    """A second run changes nothing. The password is for apps whose demo makes logins."""
    import_register(folder=DATA / "register-2023", by=None)
    for folder in sorted((DATA / "courses").glob("*/course.toml")):
        offer(folder.parent)


def populate() -> None:
    """People under way, waiting and done, so that every page has something to show; once."""
    if not Course.objects.filter(slug=WORKSHOP.name).exists():
        at_work(offer(WORKSHOP))
        feedback.asked(WORKSHOP.name, UNDER_WAY)
        onboarding.on_its_way_in(UNDER_WAY)
    exchanges.populate()
    gatherings.populate()
    grants.populate()
    # A figure holds what was recorded before it, and nothing of the transaction that loads the demo.
    transaction.on_commit(figures.populate)


def offer(folder: Path) -> Cohort | None:
    """Publish a course and let everybody join; None where it is there already."""
    if Course.objects.filter(slug=folder.name).exists():
        return None
    trainers = User.objects.filter(grants__role=Role.TRAINER).distinct()
    version = import_course(folder=folder, by=None)
    publish(version=version, by=None)
    version.course.authors.set(trainers)
    cohort = open_self_paced(version=version, by=None)
    cohort.trainers.set(trainers)
    return cohort


def at_work(workshop: Cohort | None) -> None:
    """Through the actions that the pages call: a completion of last year, one course under way, essays to
    mark, a sign-off that waits, and a certificate that was revoked.
    """
    if workshop is None:
        return
    trainer = User.objects.get(email="trainer@demo.example")
    analyst = User.objects.get(email="analyst@demo.example")
    first, second, third, fourth, fifth = Person.objects.exclude(register_id=None).order_by("register_id")[:5]
    if analyst.person is not None:
        completed_before(workshop, analyst.person, by=trainer)
    begun(analyst)
    for person in (first, second):
        written(workshop, person, by=trainer)
    marked(written(workshop, third, by=trainer), by=trainer)
    lessons_of(enrol(cohort=workshop, person=fourth, by=trainer), 1, by=trainer)
    revoked(workshop, fifth, by=trainer)
    register.meet(workshop.version, by=trainer)
    sessions.meet(workshop.version, by=trainer)
    cohorts.gather(workshop.version, by=trainer)


def completed_before(workshop: Cohort, person: Person, *, by: User) -> None:
    """Eleven months ago: the certificate lapses soon, so the course can be renewed."""
    day = today() - dt.timedelta(days=335)

    def record(stage: Stage) -> Entry:
        return record_stage(
            activity=workshop.activity, person=person, stage=stage, happened_on=day, standing_on=day, by=by
        )

    enrolled = record(Stage.ENROLLED)
    mine = Enrolment.objects.create(cohort=workshop, person=person, participation=enrolled.participation)
    LessonDone.objects.bulk_create(
        LessonDone(enrolment=mine, lesson=lesson, done_at=timezone.now() - dt.timedelta(days=335))
        for lesson in workshop.version.lessons.all()
    )
    issue_certificate(entry=record(Stage.COMPLETED), version=workshop.version)


def begun(analyst: User) -> None:
    """Three lessons of a course, and the place to go on at."""
    cohort = Cohort.objects.filter(version__course__slug=UNDER_WAY).first()
    if cohort is None or analyst.person is None:
        return
    mine = enrol(cohort=cohort, person=analyst.person, by=analyst)
    lessons_of(mine, 3, by=analyst)
    lesson = cohort.version.lessons.all()[3]
    reach(enrolment=mine, lesson=lesson, block=lesson.blocks.first(), by=analyst)


def lessons_of(enrolment: Enrolment, number: int, *, by: User) -> None:
    for lesson in enrolment.cohort.version.lessons.all()[:number]:
        finish_lesson(enrolment=enrolment, lesson=lesson, by=by)


def written(workshop: Cohort, person: Person, *, by: User) -> Attempt:
    """All lessons and a submitted attempt whose essay waits for its mark."""
    enrolment = enrol(cohort=workshop, person=person, by=by)
    lessons_of(enrolment, 2, by=by)
    drawn = draw(workshop.version.assessment, 1)
    attempt = Attempt.objects.create(enrolment=enrolment, number=1, seed=1, drawn=drawn)
    Answer.objects.bulk_create(
        Answer(attempt=attempt, question=question, data=answer_to(question))
        for question in Question.objects.filter(pk__in=drawn)
    )
    return submit_attempt(attempt=attempt, by=None)


def answer_to(question: Question) -> dict[str, Any]:
    if question.kind == "essay":
        return {"text": NOTE}
    return kind_of(question.kind).right(question.data) or {}


def marked(attempt: Attempt, *, by: User) -> Enrolment:
    essay = Question.objects.get(pk__in=attempt.drawn, kind="essay")
    points = [Decimal(row["points"]) for row in essay.data["rubric"]]
    mark_essay(attempt=attempt, question=essay, criteria=points, note="Clear, thank you.", after=0, by=by)
    return attempt.enrolment


def revoked(workshop: Cohort, person: Person, *, by: User) -> None:
    one = marked(written(workshop, person, by=by), by=by)
    sign_off(cohort=workshop, chosen=[one.pk], by=by)
    revoke_certificate(
        certificate=Certificate.objects.get(entry__participation=one.participation),
        reason="The note was written by somebody else, as both of them said.",
        by=by,
    )
