"""A cohort that meets twice, its trainer, and one who is enrolled."""

import pytest

from tests.courses.register import made


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
