"""Modules and lessons: add, order, rename and remove."""

from django.db import models, transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from courses.actions.authoring.claims import claim, require_seen
from courses.actions.course_files import RESERVED_KEYS
from courses.kinds.writing.order import Outline
from courses.models import CourseVersion, Lesson, Module
from courses.queries.authoring.texts import lesson_text, module_text, order_text
from lms.kit.errors import Refused
from lms.people.models import User


def after_last(records: models.QuerySet[Module] | models.QuerySet[Lesson]) -> int:
    last = records.aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


@transaction.atomic
def add_module(*, version: CourseVersion, title: str, by: User) -> Module:
    """An empty module at the end."""
    draft = claim(version=version, by=by)
    return Module.objects.create(version=draft, position=after_last(draft.modules.all()), title=title)


@transaction.atomic
def save_module(*, module: Module, title: str, summary: str, seen: str, by: User) -> None:
    claim(version=module.version, by=by)
    module.refresh_from_db()
    require_seen(text=module_text(module), seen=seen)
    module.title, module.summary = title, summary
    module.save()


@transaction.atomic
def remove_module(*, module: Module, by: User) -> None:
    """Raises Refused while it holds lessons: they are moved or removed first."""
    claim(version=module.version, by=by)
    if module.lessons.exists():
        raise Refused(_("This module holds lessons: move or remove them first."))
    module.delete()


@transaction.atomic
def add_lesson(*, module: Module, title: str, by: User) -> Lesson:
    """An empty lesson at the end of the module; its key is made of the title, and stays."""
    draft = claim(version=module.version, by=by)
    place = after_last(module.lessons.all())
    return Lesson.objects.create(
        version=draft, module=module, position=place, key=free_key(draft, title), title=title
    )


def free_key(version: CourseVersion, title: str) -> str:
    wanted = slugify(title)[:70] or "lesson"
    taken = {*version.lessons.values_list("key", flat=True), *RESERVED_KEYS}
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(key for key in numbered if key not in taken)


@transaction.atomic
def remove_lesson(*, lesson: Lesson, seen: str, by: User) -> None:
    """With its blocks, unless somebody changed it since. Published versions keep theirs."""
    claim(version=lesson.version, by=by)
    lesson.refresh_from_db()
    require_seen(text=lesson_text(lesson), seen=seen)
    lesson.delete()


@transaction.atomic
def arrange(*, version: CourseVersion, outline: Outline, seen: str, by: User) -> None:
    """Put modules and lessons in this order; it names each of them once.

    Raises Stale where the order was changed since, and Refused where it does not name them all.
    """
    draft = claim(version=version, by=by)
    require_seen(text=order_text(draft), seen=seen)
    modules, lessons = draft.modules.in_bulk(), draft.lessons.in_bulk()
    named = [pk for _module, inside in outline for pk in inside]
    if sorted(pk for pk, _lessons in outline) != sorted(modules) or sorted(named) != sorted(lessons):
        raise Refused(_("The order does not name every module and lesson once: nothing was moved."))
    for place, (module_pk, inside) in enumerate(outline, start=1):
        modules[module_pk].position = place
        for number, lesson_pk in enumerate(inside, start=1):
            lessons[lesson_pk].position, lessons[lesson_pk].module_id = number, module_pk
    Module.objects.bulk_update(modules.values(), ["position"])
    Lesson.objects.bulk_update(lessons.values(), ["position", "module_id"])
