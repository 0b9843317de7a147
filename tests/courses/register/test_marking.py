"""Marks, what the ledger makes of them, and what is refused."""

import datetime as dt

import pytest

from courses.actions.register.marking import Word, mark
from courses.models import Certificate
from tests.courses.register import made

pytestmark = pytest.mark.django_db
MARCH = dt.date(2026, 3, 2)


@pytest.fixture
def cohort():
    return made.cohort("tracing", made.FIRST, made.SECOND)


@pytest.fixture
def first(cohort):
    return made.sessions(cohort)[0]


@pytest.fixture
def second(cohort):
    return made.sessions(cohort)[1]


@pytest.fixture
def trainer(cohort):
    return made.trainer(cohort)


@pytest.fixture
def one(cohort):
    return made.person(cohort)


def word(of, presence, **more):
    return Word(of.participation_id, presence, **more)


class TestTheLedgerFollows:
    @pytest.mark.parametrize("presence", ["present", "late", "left_early"])
    def test_being_there_once_is_attended_and_completes_dated_by_the_session(
        self, first, trainer, one, presence
    ):
        mark(session=first, word=word(one, presence), by=trainer)
        assert made.attended(one) is True
        assert made.completed(one) == MARCH
        assert Certificate.objects.get().entry.person == one.person

    @pytest.mark.parametrize("presence", ["absent", "excused"])
    def test_being_away_says_nothing_yet(self, first, trainer, one, presence):
        mark(session=first, word=word(one, presence), by=trainer)
        assert made.attended(one) is None
        assert made.completed(one) is None
