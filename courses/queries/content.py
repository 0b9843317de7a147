"""What a version holds, kept in memory once it is published.

The database lets nothing of a published version change but its retirement, so what was read once holds for
every reader. Only content is kept here: nothing about anybody.
"""

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from courses.models import Block, CourseVersion, GlossaryTerm, Lesson

VERSIONS_KEPT = 32


@dataclass(frozen=True)
class Content:
    """Lessons with their modules, blocks by lesson, and the glossary. Shared: nobody may change it."""

    version: CourseVersion
    lessons: Sequence[Lesson]
    blocks: Mapping[int, Sequence[Block]]
    glossary: Sequence[GlossaryTerm]

    def blocks_of(self, lesson: Lesson, *, alternative: bool) -> list[Block]:
        """By one of the lesson's two ways."""
        return [block for block in self.blocks.get(lesson.pk, ()) if block.alternative == alternative]


def content_of(version: CourseVersion) -> Content:
    """No query for a published version that was asked for lately; four for any other."""
    return content(version.pk, version.published_at)


def content(version_id: int, published_at: dt.datetime | None) -> Content:
    return read(version_id) if published_at is None else kept(version_id, published_at)


def version_in(content: Content) -> CourseVersion:
    """The version, with its course, for one request alone. Whether it is retired is asked when needed."""
    return copy.copy(content.version)


# The moment is in the key for databases that are emptied and filled again under a running server.
@lru_cache(maxsize=VERSIONS_KEPT)
def kept(version_id: int, published_at: dt.datetime) -> Content:
    return read(version_id)


def read(version_id: int) -> Content:
    version = CourseVersion.objects.select_related("course").defer("status", "retired_at", "retired_by")
    lessons = Lesson.objects.filter(version=version_id).select_related("module")
    glossary = GlossaryTerm.objects.filter(version=version_id)
    blocks: dict[int, list[Block]] = {}
    for block in Block.objects.filter(version=version_id):
        blocks.setdefault(block.lesson_id, []).append(block)
    return Content(version.get(pk=version_id), list(lessons), blocks, list(glossary))
