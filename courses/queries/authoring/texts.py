"""A version as plain text, part by part: what changes are told by, and what a lock is made of.

Two parts with the same text are the same; nothing in it depends on ids or on when something was saved.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.kinds.writing import toml
from courses.kinds.writing.sources import block_source, question_source
from courses.models import Assessment, Block, Course, CourseVersion, Lesson, Module, Question

VERSION_FIELDS = (
    "title", "summary", "language", "level", "minutes", "intensity", "intensity_note", "cpd_hours",
    "needs_lessons", "pass_mark", "needs_attendance", "needs_sign_off", "validity_months", "renewal_days",
)  # fmt: skip
LESSON_FIELDS = (
    "title", "minutes", "intensity", "intensity_note", "alternative_title", "alternative_minutes",
)  # fmt: skip
ASSESSMENT_FIELDS = ("title", "intro", "draw", "attempts", "minutes", "shuffle")


@dataclass(frozen=True)
class Part:
    """A piece of a version that is compared as one; ``key`` is the same from version to version."""

    key: str
    name: str
    text: str


def digest(text: str) -> str:
    """What a page keeps of the text it was made from, to tell whether that was changed meanwhile."""
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def parts(version: CourseVersion) -> list[Part]:
    """Everything in a version, in reading order. A constant number of queries."""
    return [
        Part("settings", _("Settings"), settings_text(version)),
        Part("outline", _("Order of modules and lessons"), outline_text(version)),
        *lesson_parts(version),
        Part("glossary", _("Glossary"), glossary_text(version)),
        *assessment_parts(version),
    ]


def lesson_parts(version: CourseVersion) -> list[Part]:
    lessons = version.lessons.select_related("module").prefetch_related("blocks")
    return [
        Part(f"lesson {one.key}", _("Lesson: %(title)s") % {"title": one.title}, lesson_text(one))
        for one in lessons
    ]


def assessment_parts(version: CourseVersion) -> list[Part]:
    assessment = Assessment.objects.filter(version=version).prefetch_related("questions").first()
    if assessment is None:
        return []
    questions = [
        Part(f"question {one.key}", _("Question: %(key)s") % {"key": one.key}, question_text(one))
        for one in assessment.questions.all()
    ]
    return [Part("assessment", _("Assessment"), assessment_text(assessment)), *questions]


def settings_text(version: CourseVersion) -> str:
    asked = Course.objects.filter(pk__in=version.prerequisites.values("course")).order_by("slug")
    return field_lines(version, VERSION_FIELDS, aims=version.aims, first=[one.slug for one in asked])


def module_text(module: Module) -> str:
    return field_lines(module, ("title", "summary"))


def outline_text(version: CourseVersion) -> str:
    modules = version.modules.prefetch_related("lessons")
    return "".join(module_text(module) + lesson_titles(module) for module in modules)


def lesson_titles(module: Module) -> str:
    return "".join(f"  {lesson.title}\n" for lesson in module.lessons.all())


def order_text(version: CourseVersion) -> str:
    """Which module and lesson stands where, by id: the lock of the outline."""
    lessons = version.lessons.order_by("module__position", "position").values_list("module_id", "pk")
    return f"{list(version.modules.values_list('pk', flat=True))} {list(lessons)}"


def lesson_text(lesson: Lesson) -> str:
    head = field_lines(lesson, LESSON_FIELDS, aims=lesson.aims, sources=lesson.sources)
    return head + "".join(block_text(block) for block in lesson.blocks.all())


def block_text(block: Block) -> str:
    way = "alternative " if block.alternative else ""
    return f"\n--- {way}{block.kind}\n{block_source(block.kind, block.data)}\n"


def glossary_text(version: CourseVersion) -> str:
    return glossary_source(version)


def glossary_source(version: CourseVersion) -> str:
    """The glossary as it stands in an author's field."""
    terms = version.glossary.values("term", "meaning")
    return toml.written({"glossary": list(terms)}) if terms else ""


def assessment_text(assessment: Assessment) -> str:
    order = [question.key for question in assessment.questions.all()]
    return field_lines(assessment, ASSESSMENT_FIELDS, questions=order)


def question_text(question: Question) -> str:
    return question_source(question.key, question.kind, question.points, question.data)


def field_lines(record: object, names: Iterable[str], **lists: list[str]) -> str:
    """A line for each field, and one for each entry of a list."""
    single = [f"{name}: {getattr(record, name)}" for name in names]
    many = [f"{name}: {entry}" for name, entries in lists.items() for entry in entries]
    return "\n".join([*single, *many]) + "\n"
