"""Two authors press Save in the same moment: one is first, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from courses.actions.authoring.claims import Stale
from courses.actions.authoring.lessons import WrittenBlock, save_lesson
from courses.models import Lesson
from courses.queries.authoring.texts import digest, lesson_text
from tests.courses.authoring import made

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_save_wins_and_the_other_is_told():
    authors = [made.author() for _number in range(4)]
    draft = made.draft(authors[0])
    draft.course.authors.set(authors)
    lesson = draft.lessons.get(key="closing")
    block, seen = lesson.blocks.get(), digest(lesson_text(lesson))
    together = Barrier(len(authors))

    def save(number: int) -> bool:
        written = WrittenBlock(block.pk, "reflection", False, {"prompt": f"Words of {number}"})
        together.wait(10)
        try:
            save_lesson(
                lesson=Lesson.objects.get(pk=lesson.pk),
                fields={},
                blocks=[written],
                seen=seen,
                by=authors[number],
            )
        except Stale:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(authors)) as pool:
        saved = list(pool.map(save, range(len(authors))))
    assert sorted(saved) == [False, False, False, True]
    block.refresh_from_db()
    assert block.data == {"prompt": f"Words of {saved.index(True)}"}
