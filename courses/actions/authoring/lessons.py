"""Save a lesson as a whole: what it is called, and its blocks in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions.authoring.claims import claim, require_seen
from courses.models import Block, Lesson
from courses.queries.authoring.texts import lesson_text
from lms.kit.errors import Refused
from lms.people.models import User


@dataclass(frozen=True)
class WrittenBlock:
    """A block as it is to be; ``pk`` is None for a new one. ``data`` is what ``read_block`` gave."""

    pk: int | None
    kind: str
    alternative: bool
    data: dict[str, Any]


@transaction.atomic
def save_lesson(
    *, lesson: Lesson, fields: Mapping[str, Any], blocks: Sequence[WrittenBlock], seen: str, by: User
) -> None:
    """Set the lesson's ``fields`` and make its blocks these, in this order; others of it are removed.

    ``seen`` is the digest of the lesson's text when the author opened it. Raises Stale where somebody saved
    the lesson since: nothing of theirs is touched.
    """
    claim(version=lesson.version, by=by)
    lesson.refresh_from_db()
    require_seen(text=lesson_text(lesson), seen=seen)
    for name, value in fields.items():
        setattr(lesson, name, value)
    lesson.save()
    place_blocks(lesson, blocks)


def place_blocks(lesson: Lesson, blocks: Sequence[WrittenBlock]) -> None:
    known = lesson.blocks.in_bulk()
    kept = {block.pk for block in blocks if block.pk is not None}
    if not kept <= set(known):
        raise Refused(_("One of these blocks is not in this lesson."))
    lesson.blocks.exclude(pk__in=kept).delete()
    changed: list[Block] = []
    new: list[Block] = []
    for position, written in enumerate(blocks, start=1):
        block = known[written.pk] if written.pk else Block(version=lesson.version, lesson=lesson)
        if written.pk and block.kind != written.kind:
            raise Refused(_("A block stays what it is: add another one."))
        block.kind, block.position = written.kind, position
        block.alternative, block.data = written.alternative, written.data
        (changed if written.pk else new).append(block)
    Block.objects.bulk_update(changed, ["position", "alternative", "data"])
    Block.objects.bulk_create(new)
