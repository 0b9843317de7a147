"""An author with a course: a published version with everything in it, and a draft made of it."""

from django.urls import reverse

from courses.actions.authoring.drafts import copy_to_draft
from courses.actions.versions import open_self_paced, publish
from courses.kinds.writing.sources import block_source
from courses.models import Assessment, CourseVersion, GlossaryTerm, Lesson, Question
from courses.queries.authoring.texts import digest, lesson_text, parts
from lms.people.enums import Role
from lms.people.models import User
from tests import cast
from tests.courses.assessments.made import SINGLE
from tests.courses.learn import school


def author() -> User:
    return cast.user(Role.TRAINER)


def published(by: User, slug: str = "tracing", **rule: object) -> CourseVersion:
    """Two modules, three lessons of all kinds of blocks, a glossary and an assessment."""
    version = school.draft(slug, **rule)
    version.course.authors.add(by)
    GlossaryTerm.objects.create(version=version, term="Trace", meaning="A fact with a time.")
    assessment = Assessment.objects.create(version=version, title="What you know")
    Question.objects.create(
        version=version, assessment=assessment, position=1, key="first", kind="single", data=SINGLE
    )
    publish(version=version, by=by)
    open_self_paced(version=version, by=by)
    return version


def draft(by: User, slug: str = "tracing") -> CourseVersion:
    return copy_to_draft(version=published(by, slug), by=by)


def page(name: str, version: CourseVersion, *more: object) -> str:
    return reverse(name, args=[version.course.slug, version.number, *more])


def whole(version: CourseVersion) -> list[object]:
    """All that is in a version, to show that nothing of it changed."""
    version.refresh_from_db()
    return [version.revision, version.status, *parts(version)]


def form_of(lesson: Lesson, **texts: str) -> dict[str, object]:
    """What the lesson's form sends when it is opened now; ``texts`` are typed, by kind of block."""
    sent: dict[str, object] = {"seen": digest(lesson_text(lesson))}
    for name in ("title", "minutes", "intensity", "intensity_note", "alternative_title"):
        sent[name] = getattr(lesson, name)
    blocks = list(lesson.blocks.all())
    sent["block"] = [f"b{block.pk}" for block in blocks]
    for block in blocks:
        name = f"b{block.pk}"
        sent[f"kind-{name}"] = block.kind
        sent[f"text-{name}"] = texts.get(block.kind) or block_source(block.kind, block.data)
        if block.alternative:
            sent[f"alternative-{name}"] = "1"
    return sent
