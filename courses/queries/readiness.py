"""What hinders a draft from being published, in words, place by place."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.kinds import blocks, questions
from courses.models import Assessment, CourseVersion


@dataclass(frozen=True)
class Gap:
    """Where something is missing, and what."""

    place: str
    reason: str


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
    if not lessons:
        yield Gap(_("the course"), _("It has no lesson."))
    for lesson in lessons:
        pieces = list(lesson.blocks.all())
        if not any(not block.alternative for block in pieces):
            yield Gap(lesson.title, _("The lesson is empty."))
        if lesson.intensity == "intense" and not any(block.alternative for block in pieces):
            yield Gap(lesson.title, _("An intense lesson needs another way to the same aims."))
        for block in pieces:
            for reason in blocks.kind_of(block.kind).missing(block.data):
                yield Gap(
                    _("%(lesson)s, block %(number)s") % {"lesson": lesson.title, "number": block.position},
                    reason,
                )


def assessment_gaps(version: CourseVersion) -> Iterator[Gap]:
    assessment = Assessment.objects.filter(version=version).prefetch_related("questions").first()
    if version.pass_mark is not None and assessment is None:
        yield Gap(_("the assessment"), _("A pass mark needs an assessment."))
    if assessment is None:
        return
    bank = list(assessment.questions.all())
    if len(bank) < (assessment.draw or 1):
        yield Gap(_("the assessment"), _("The bank holds fewer questions than an attempt draws."))
    for question in bank:
        for reason in questions.kind_of(question.kind).missing(question.data):
            yield Gap(_("question %(key)s") % {"key": question.key}, reason)
