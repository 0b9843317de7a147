"""Begin a course, make a draft of a version, publish it, retire it, or throw it away."""

from typing import Any

from django.db import models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from courses import rules
from courses.actions.authoring.claims import claim, require_author
from courses.actions.versions import new_draft, open_self_paced, publish, retire
from courses.enums import VersionStatus
from courses.kinds.writing.sources import as_written
from courses.models import (
    ActivityKind,
    Assessment,
    Block,
    Course,
    CourseVersion,
    GlossaryTerm,
    Lesson,
    Module,
    Prerequisite,
    Question,
)
from courses.queries.attempts import corrected
from courses.queries.authoring.own import draft_of
from courses.queries.authoring.texts import VERSION_FIELDS
from lms.kit.errors import Refused, Stale
from lms.people.models import User

# Addresses under /teach/courses/ that are no courses.
RESERVED_SLUGS = frozenset({"new"})


@transaction.atomic
def begin_course(*, title: str, kind: ActivityKind, by: User, self_care: bool = False) -> CourseVersion:
    """A new course of one's own with an empty draft; its address is made of the title, and stays.

    Raises Refused for who is no trainer.
    """
    if not rules.may_teach(by):
        raise Refused(_("Only trainers write courses."))
    course = Course.objects.create(slug=free_slug(title), kind=kind, self_care=self_care, created_by=by)
    course.authors.add(by)
    return new_draft(course=course, by=by, title=title)


def free_slug(title: str) -> str:
    wanted = slugify(title)[:70] or "course"
    taken = {*Course.objects.filter(slug__startswith=wanted).values_list("slug", flat=True), *RESERVED_SLUGS}
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(slug for slug in numbered if slug not in taken)


@transaction.atomic
def add_author(*, course: Course, email: str, by: User) -> User:
    """Let another trainer write the course too. Raises Refused where the address is no trainer's."""
    require_author(course=course, by=by)
    other = User.objects.filter(email=email.strip().lower()).first()
    if other is None or not rules.may_teach(other):
        raise Refused(_("No trainer has this e-mail address."), field="email")
    course.authors.add(other)
    return other


@transaction.atomic
def remove_author(*, course: Course, author: User, by: User) -> None:
    """Take somebody off the authors of a course, oneself included; what they wrote stays.

    Raises Refused where no trainer would be left to write it, also when two take each other off at once.
    """
    Course.objects.select_for_update().order_by("pk").get(pk=course.pk)
    require_author(course=course, by=by)
    others = course.authors.exclude(pk=author.pk)
    if not any(rules.may_teach(other) for other in others):
        raise Refused(_("A course keeps at least one author: add another trainer first."))
    course.authors.remove(author)


@transaction.atomic
def copy_to_draft(*, version: CourseVersion, by: User) -> CourseVersion:
    """A draft with everything the version holds; lessons keep their keys, corrected questions are corrected.

    Raises Refused where the course has a draft already.
    """
    require_author(course=version.course, by=by)
    Course.objects.select_for_update().get(pk=version.course_id)
    under_way = draft_of(version.course)
    if under_way:
        raise Refused(
            _("Version %(number)s is a draft already: go on with it.") % {"number": under_way.number}
        )
    fields = {name: getattr(version, name) for name in (*VERSION_FIELDS, "aims")}
    draft = new_draft(course=version.course, by=by, **fields)
    copy_around(version, draft)
    copy_lessons(version, draft)
    copy_assessment(version, draft)
    return draft


def copy_around(version: CourseVersion, draft: CourseVersion) -> None:
    GlossaryTerm.objects.bulk_create(renewed(term, version=draft) for term in version.glossary.all())
    Prerequisite.objects.bulk_create(renewed(one, version=draft) for one in version.prerequisites.all())


def copy_lessons(version: CourseVersion, draft: CourseVersion) -> None:
    olds = list(version.modules.all())
    modules = Module.objects.bulk_create([renewed(module, version=draft) for module in olds])
    module_of = dict(zip((old.pk for old in olds), modules, strict=True))
    old_lessons = list(version.lessons.all())
    lessons = Lesson.objects.bulk_create(
        [renewed(lesson, version=draft, module=module_of[lesson.module_id]) for lesson in old_lessons]
    )
    lesson_of = dict(zip((old.pk for old in old_lessons), lessons, strict=True))
    Block.objects.bulk_create(
        renewed(block, version=draft, lesson=lesson_of[block.lesson_id]) for block in version.blocks.all()
    )


def copy_assessment(version: CourseVersion, draft: CourseVersion) -> None:
    old = Assessment.objects.filter(version=version).first()
    if old is None:
        return
    assessment = renewed(old, version=draft)
    assessment.save()
    questions = list(old.questions.all())
    data = corrected(questions)
    Question.objects.bulk_create(
        renewed(one, version=draft, assessment=assessment, data=as_written(data[one.pk])) for one in questions
    )


def renewed(record: Any, **changed: Any) -> Any:
    """An unsaved record with the same columns, but for its key and what is named."""
    names = [field.attname for field in record._meta.concrete_fields if not field.primary_key]
    copy: models.Model = type(record)(**{name: getattr(record, name) for name in names})
    for name, value in changed.items():
        setattr(copy, name, value)
    return copy


@transaction.atomic
def publish_draft(*, version: CourseVersion, seen: int, open_enrolment: bool, by: User) -> None:
    """Publish the draft as the page showed it, at revision ``seen``; analysts under way stay on theirs.

    ``open_enrolment`` opens a self-paced cohort that everybody with a login may join; its trainers are the
    authors. Raises Refused with everything that is missing, and Stale where the draft was changed since.
    """
    draft = claim(version=version, by=by)
    if draft.revision != seen:
        raise Stale(_("The draft was changed since you looked at it. Look at it once more, then publish."))
    publish(version=draft, by=by)
    if open_enrolment:
        open_self_paced(version=draft, by=by).trainers.set(draft.course.authors.all())


@transaction.atomic
def retire_version(*, version: CourseVersion, by: User) -> None:
    """Take a published version out of the catalogue; who is under way finishes it."""
    require_author(course=version.course, by=by)
    retire(version=version, by=by)


@transaction.atomic
def discard_draft(*, version: CourseVersion, seen: int, by: User) -> None:
    """Delete a draft for good, unless somebody changed it since revision ``seen``."""
    draft = claim(version=version, by=by)
    if draft.revision != seen:
        raise Stale(_("The draft was changed since you looked at it. Nothing was deleted."))
    if draft.course.versions.exclude(status=VersionStatus.DRAFT).exists():
        draft.delete()
    else:
        raise Refused(_("This is all there is of the course: change it, or leave it as it is."))
