"""All sealed check-ins written anew: moved to another key, or shuffled; nothing is lost and nothing comes back."""

import threading

import pytest
from django.db import connections

from lms.kit.locks import Lock, hold
from lms.people.actions.rewrapping import rewrap_own_keys
from tests.welfare.test_sealed import (
    ANSWERS,
    OTHERS,
    analyst,
    fresh_count,
    put_week,
    read,
    table,
    weeks_ago,
    with_keys,
    words,
)
from welfare.actions import sealed
from welfare.models import SealedAnswer
from welfare.models.wall import as_keeper, database_now
from welfare.queries.sealed import marks, week_at

__all__ = ["analyst", "fresh_count", "words"]
pytestmark = pytest.mark.django_db


class TestRotation:
    @pytest.fixture(autouse=True)
    def kept(self, analyst, words):
        for weeks in (1, 2, 3):
            put_week(analyst, weeks_ago(weeks))

    def rotate(self, settings) -> None:
        settings.WELFARE_KEYS = [b"n" * 32, *settings.WELFARE_KEYS]

    def test_marks_and_rows_move_to_the_newest_key_and_stay_readable(
        self, analyst, words, settings, monkeypatch
    ):
        monkeypatch.setattr(sealed, "BATCH", 2)
        before, in_clear = table(), read(analyst, words)
        self.rotate(settings)
        assert read(analyst, words) == in_clear
        steps = list(sealed.rewrap_answers())
        assert steps[-1][0] == steps[-1][1] >= 6
        after = table()
        assert sorted(period for period, *_ in after) == sorted(period for period, *_ in before)
        assert not {mark for _, mark, _ in before} & {mark for _, mark, _ in after}
        list(rewrap_own_keys())
        settings.WELFARE_KEYS = settings.WELFARE_KEYS[:1]
        assert read(analyst, words) == in_clear
        assert len(in_clear) == 3

    def test_a_check_in_replaced_meanwhile_is_not_put_back(self, analyst, words, settings):
        sealed.keep(answers=ANSWERS, by=analyst)
        stale = [row for row in table() if row[1] == marks(analyst.pk, week_at(database_now(), analyst))[0]]
        self.rotate(settings)
        sealed.keep(answers=OTHERS, by=analyst)
        assert len(table()) == 4
        # As if the two had met: the older row is still there when the batch begins.
        with as_keeper():
            SealedAnswer.objects.create(**dict(zip(("period", "mark", "sealed"), stale[0], strict=True)))
        list(sealed.rewrap_answers())
        assert read(analyst, words)[0].answers == OTHERS
        assert len(table()) == 4


@pytest.mark.django_db(transaction=True)
class TestShuffle:
    def test_neither_transaction_nor_place_tell_what_was_written_when(self):
        users = [with_keys() for _ in range(12)]
        for user in users:
            put_week(user, weeks_ago(1))
        before, order = table(), self.places()
        assert len({xmin for xmin, _ in order}) == 12
        assert [mark for _, mark in order] == [marks(user.pk, weeks_ago(1))[0] for user in users]
        assert sealed.shuffle_answers()
        assert len({xmin for xmin, _ in self.places()}) == 1
        # By chance alone it would be the same once in 479,001,600 times.
        assert [mark for _, mark in self.places()] != [mark for _, mark in order]
        assert table() == before
        assert not sealed.shuffle_answers()

    def test_a_row_that_is_alone_is_written_anew_too(self, analyst, words):
        sealed.keep(answers=ANSWERS, by=analyst)
        before, written = table(), self.places()
        assert sealed.shuffle_answers()
        assert self.places()[0][0] != written[0][0]
        assert table() == before

    def test_an_empty_table_is_left_alone(self):
        assert not sealed.shuffle_answers()

    def test_what_is_erased_while_rows_are_rewritten_does_not_come_back(self, analyst, words):
        put_week(analyst, weeks_ago(1))
        rewriting, written, erased = threading.Event(), threading.Event(), threading.Event()

        def shuffle() -> None:
            with as_keeper(), connections["welfare"].cursor() as cursor:
                hold(Lock.SEALED_ANSWERS, using="welfare")
                cursor.execute(sealed.SHUFFLE)
                rewriting.set()
                written.wait(10)
            connections.close_all()

        def erase() -> None:
            rewriting.wait(10)
            sealed.erase_week(week=weeks_ago(1), by=analyst)
            erased.set()
            connections.close_all()

        both = [threading.Thread(target=act) for act in (shuffle, erase)]
        for thread in both:
            thread.start()
        assert rewriting.wait(10)
        assert not erased.wait(0.3)
        written.set()
        for thread in both:
            thread.join(10)
        assert erased.is_set()
        assert table() == []

    def places(self) -> list[tuple[str, bytes]]:
        """Transaction and mark of each row, in the order in which they lie."""
        with as_keeper(), connections["welfare"].cursor() as cursor:
            cursor.execute("SELECT xmin::text, mark FROM sealed_answer ORDER BY ctid")
            return [(xmin, bytes(mark)) for xmin, mark in cursor.fetchall()]
