"""Kept reflections under newer keys and in another order: all of them, and none telling when it was written."""

import pytest
from django.db import connection

from courses.actions import reflections
from courses.actions.enrolments import enrol
from courses.models import KeptReflection
from lms.people.enums import Role
from tests import cast
from tests.courses.learn.test_reflections import (
    ERASE,
    READ,
    TEXT,
    analyst,
    block_of,
    cohort,
    fresh_count,
    page,
    table,
    words,
    words_of,
)

__all__ = ["analyst", "cohort", "fresh_count", "page", "words"]
pytestmark = pytest.mark.django_db


class TestRotation:
    def test_marks_and_texts_move_to_the_newest_key(self, page, analyst, words, settings):
        reflections.keep(block=block_of(analyst), text=TEXT, by=analyst)
        before, old = table(), settings.WELFARE_KEYS
        settings.WELFARE_KEYS = [b"n" * 32, *old]
        assert TEXT in page.post(READ, {"words": words}).text
        assert list(reflections.rewrap_reflections()) == [(1, 1)]
        assert not {mark for mark, _ in before} & {mark for mark, _ in table()}
        assert len(table()) == 1
        assert TEXT in page.post(READ, {"words": words}).text

    def test_what_is_kept_meanwhile_is_not_overwritten(self, page, analyst, words, settings):
        block, old = block_of(analyst), settings.WELFARE_KEYS
        reflections.keep(block=block, text="Older.", by=analyst)
        stale = KeptReflection.objects.get()
        settings.WELFARE_KEYS = [b"n" * 32, *old]
        reflections.keep(block=block, text="Newer.", by=analyst)
        assert len(table()) == 1
        # As if the two had met: the older row is still there when the batch begins.
        stale.save(force_insert=True)
        list(reflections.rewrap_reflections())
        assert len(table()) == 1
        assert "Newer." in page.post(READ, {"words": words}).text

    def test_erasing_finds_a_row_under_either_key(self, page, analyst, words, settings):
        reflections.keep(block=block_of(analyst), text=TEXT, by=analyst)
        settings.WELFARE_KEYS = [b"n" * 32, *settings.WELFARE_KEYS]
        page.post(ERASE, {"block": block_of(analyst).pk})
        assert not table()


@pytest.mark.django_db(transaction=True)
def test_shuffled_rows_tell_neither_when_nor_in_which_order_they_were_written(cohort):
    users = [cast.user(Role.ANALYST) for _ in range(12)]
    for user in users:
        enrol(cohort=cohort, person=user.person, by=user)
        words_of(user)
        reflections.keep(block=block_of(user), text=TEXT, by=user)
    before = table()
    assert transactions() == 12
    assert reflections.shuffle_reflections()
    assert transactions() == 1
    assert table() == before
    assert not reflections.shuffle_reflections()


def test_a_row_that_is_alone_is_written_anew_too(analyst, words):
    reflections.keep(block=block_of(analyst), text=TEXT, by=analyst)
    before, kept = table(), written()
    assert reflections.shuffle_reflections()
    assert written() != kept
    assert table() == before


def written() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text, ctid::text FROM courses_keptreflection")
        return cursor.fetchall()


def transactions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM courses_keptreflection")
        return int(cursor.fetchone()[0])
