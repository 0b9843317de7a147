"""What hinders a draft from being published, in words, place by place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.kinds import blocks, questions
from courses.models import Assessment, Block, CourseVersion, Lesson, Question
from courses.queries.media import Held, held_by


@dataclass(frozen=True)
class Gap:
    """Where something is missing, and what.

    ``part`` is settings, outline, lesson, assessment or question; ``record`` is the id of the lesson or
    question, and ``block`` that of the block in it.
    """

    place: str
    reason: str
    part: str = "settings"
    record: int = 0
    block: int = 0


def gaps(version: CourseVersion) -> list[Gap]:
    """Everything at once; an empty list means the draft can be published. Constant queries."""
    return [*version_gaps(version), *lesson_gaps(version), *assessment_gaps(version)]


def version_gaps(version: CourseVersion) -> Iterator[Gap]:
    if not version.title:
        yield Gap(_("the course"), _("It has no title."))
    if version.intensity != "none" and not version.intensity_note:
        yield Gap(_("the course"), _("Say in advance what is hard in it, and what is not shown."))


def lesson_gaps(version: CourseVersion) -> Iterator[Gap]:
    lessons = list(version.lessons.select_related("module").prefetch_related("blocks"))
    held = held_by(version.course_id)
    if not lessons:
        yield Gap(_("the course"), _("It has no lesson."), "outline")
    for lesson in lessons:
        pieces = list(lesson.blocks.all())
        if not any(not block.alternative for block in pieces):
            yield Gap(lesson.title, _("The lesson is empty."), "lesson", lesson.pk)
        if lesson.intensity == "intense" and not any(block.alternative for block in pieces):
            reason = _("An intense lesson needs another way to the same aims.")
            yield Gap(lesson.title, reason, "lesson", lesson.pk)
        yield from block_gaps(lesson, pieces, held)


def block_gaps(lesson: Lesson, pieces: Sequence[Block], held: Held) -> Iterator[Gap]:
    for number, block in enumerate(pieces, start=1):
        place = _("%(lesson)s, block %(number)s") % {"lesson": lesson.title, "number": number}
        for reason in reasons_against(block, held):
            yield Gap(place, reason, "lesson", lesson.pk, block.pk)


def reasons_against(block: Block, held: Held) -> list[str]:
    """What the block lacks before it can be shown to anybody; ``held`` are the files of its course."""
    kind = blocks.kind_of(block.kind)
    return [*kind.missing(block.data), *file_gaps(kind, block, held)]


def file_gaps(kind: blocks.Kind, block: Block, held: Held) -> Iterator[str]:
    for slot, fitting in kind.slots.items():
        name = block.data.get(slot)
        if name and name not in held:
            yield _("The course holds no file “%(name)s”: put one in.") % {"name": name}
        elif name and held[name] not in fitting:
            wanted = ", ".join(sorted(str(one.label) for one in fitting))
            yield _("“%(name)s” is none of these: %(wanted)s.") % {"name": name, "wanted": wanted}


def assessment_gaps(version: CourseVersion) -> Iterator[Gap]:
    assessment = Assessment.objects.filter(version=version).prefetch_related("questions").first()
    if version.pass_mark is not None and assessment is None:
        yield Gap(_("the assessment"), _("A pass mark needs an assessment."), "assessment")
    if assessment is None:
        return
    bank = list(assessment.questions.all())
    if len(bank) < (assessment.draw or 1):
        reason = _("The bank holds fewer questions than an attempt draws.")
        yield Gap(_("the assessment"), reason, "assessment")
    for question in bank:
        for reason in question_gaps(question):
            yield Gap(_("question %(key)s") % {"key": question.key}, reason, "question", question.pk)


def question_gaps(question: Question) -> Iterator[str]:
    if question.data.get("waived"):
        yield _("It was withdrawn: mend it and take “waived” out, or remove it.")
    yield from questions.kind_of(question.kind).missing(question.data)
