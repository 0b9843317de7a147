"""A published version with an assessment, somebody enrolled, and their trainer."""

from typing import Any

from django.utils import timezone

from courses.enums import Stage, VersionStatus
from courses.models import Assessment, Attempt, Cohort, Course, CourseVersion, Enrolment, Question
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.courses import ledger

SINGLE = {
    "prompt": "Which look-up comes **first**?",
    "explanation": "A name has to be resolved before anything else.",
    "options": [
        {"key": "correct-dns", "text": "The name", "correct": True, "feedback": "Yes, the name."},
        {"key": "b", "text": "The route", "correct": False, "feedback": "The route comes later."},
        {"key": "c", "text": "The registry", "correct": False, "feedback": "The registry knows no name."},
    ],
}
MULTIPLE = {
    "prompt": "Which of these belong in a record?",
    "explanation": "A trace is a fact with a time.",
    "options": [
        {"text": "The time of the look-up", "correct": True, "feedback": "Yes, always."},
        {"text": "The address found", "correct": True, "feedback": "Yes, the finding."},
        {"text": "The analyst's opinion", "correct": False, "feedback": "A record holds no opinion."},
        {"text": "The weather", "correct": False, "feedback": "The weather changes nothing."},
    ],
}
TRUEFALSE = {
    "prompt": "An address always stays in one country.",
    "explanation": "Networks answer by place.",
    "correct": False,
    "feedback_true": "It may move within minutes.",
    "feedback_false": "Right, it may move.",
}
MATCHING = {
    "prompt": "Who answers for what?",
    "explanation": "Each has its own task.",
    "pairs": [
        {"left": "Registry", "right": "numbers"},
        {"left": "Registrar", "right": "names"},
        {"left": "Host", "right": "machines"},
    ],
}
ORDERING = {
    "prompt": "Put the steps in order.",
    "explanation": "Look first, then write.",
    "items": ["Resolve", "Look up", "Record", "Notify"],
}
NUMERIC = {
    "prompt": "How many hours?",
    "explanation": "Two and a half.",
    "answer": 2.5,
    "tolerance": 0.1,
    "unit": "hours",
}
SHORT = {
    "prompt": "What is the list of outcomes called?",
    "explanation": "It is a schema.",
    "accepted": ["Schema", "the schema"],
}
ESSAY = {
    "prompt": "Explain why two analysts look.",
    "explanation": "Two see more than one.",
    "rubric": [{"criterion": "Names a reason", "points": 2}, {"criterion": "Is clear", "points": 1}],
}
BANK = {
    "single": SINGLE,
    "multiple": MULTIPLE,
    "truefalse": TRUEFALSE,
    "matching": MATCHING,
    "ordering": ORDERING,
    "numeric": NUMERIC,
    "short": SHORT,
}


def version(
    *questions: tuple[str, dict[str, Any]], pass_mark: int | None = 50, **limits: Any
) -> CourseVersion:
    """A published version whose bank holds the questions, by default one single choice."""
    course = Course.objects.create(slug=f"tracing-{Course.objects.count()}", kind_id="online")
    made = CourseVersion.objects.create(course=course, number=1, title="Tracing basics", pass_mark=pass_mark)
    settings = {"title": "What you know now", "intro": "Take your time.", **limits}
    assessment = Assessment.objects.create(version=made, **settings)
    for position, (kind, data) in enumerate(questions or [("single", SINGLE)], 1):
        Question.objects.create(
            version=made,
            assessment=assessment,
            position=position,
            key=f"q{position}",
            kind=kind,
            points=3 if kind == "essay" else 1,
            data=data,
        )
    made.status, made.published_at = VersionStatus.PUBLISHED, timezone.now()
    made.save()
    return made


def enrolment(
    of: CourseVersion | None = None, login: User | None = None, cohort: Cohort | None = None
) -> Enrolment:
    """Somebody with a login, enrolled in a cohort of the version."""
    who = login or cast.user(Role.ANALYST)
    if cohort is None:
        activity = ledger.activity("Tracing basics", on="", kind_id="online")
        cohort = Cohort.objects.create(activity=activity, version=of or version())
    entry = ledger.fact(who.person, cohort.activity, Stage.ENROLLED, on="2024-02-01")
    return Enrolment.objects.create(cohort=cohort, person=who.person, participation=entry.participation)


def trainer(of: Enrolment) -> User:
    login = cast.user(Role.TRAINER)
    of.cohort.trainers.add(login)
    return login


def question(attempt: Attempt, kind: str = "single") -> Question:
    return Question.objects.get(pk__in=attempt.drawn, kind=kind)
